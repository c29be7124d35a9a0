"""Runs pytest and writes down how each test ended and how long it took; started by ``measuring`` in a process of its own.

It imports nothing of this project, so that a copy of the tree is tested as it is.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest


class Recorder:
    """Notes the outcome of each test: its seconds, and whether all its phases passed."""

    def __init__(self) -> None:
        self.tests: dict[str, tuple[float, bool]] = {}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Take note of a phase; called by pytest."""
        seconds, green = self.tests.get(report.nodeid, (0.0, True))
        fine = report.outcome == "passed" and not hasattr(report, "wasxfail")
        self.tests[report.nodeid] = (seconds + report.duration, green and fine)


if __name__ == "__main__":
    recorder = Recorder()
    pytest.main(sys.argv[2:], plugins=[recorder])
    Path(sys.argv[1]).write_text(json.dumps(recorder.tests), encoding="utf-8")
