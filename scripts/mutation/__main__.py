"""``make mutate``: draws breaks by a seed, tries them, and names the survivors.

Ends with 0 where every survivor is explained, and 1 otherwise.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

from scripts.mutation.changes import drawn
from scripts.mutation.measuring import Project, measured
from scripts.mutation.trying import check, line_of

CHECKOUT = Path(__file__).resolve().parents[2]


def main() -> int:
    """Draw, try and report."""
    parser = argparse.ArgumentParser(description="Break drawn lines one at a time, and name the breaks that no test notices.")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--lines", type=int, default=60)
    parser.add_argument("--only", help="try only the drawn changes whose place starts so, as bot/storage/paging.py:60")
    parser.add_argument("--measure", action="store_true", help="only find out which tests run which lines")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--minutes", type=float, default=60.0, help="begin no change after so many")
    options = parser.parse_args()
    project = Project(CHECKOUT)
    if options.measure:
        measured(project, options.jobs)
        return 0
    mutants = drawn(project.sources(), options.lines, options.seed)
    if options.only:
        mutants = [mutant for mutant in mutants if f"{mutant.path}:{mutant.line}:".startswith(options.only)]
    tried = check(
        project, mutants, jobs=options.jobs, until=time.monotonic() + 60 * options.minutes, say=lambda line: print(line, flush=True)
    )
    survivors = [each for each in tried if each.noticed_by is None]
    unexplained = [each for each in survivors if each.explained is None]
    print(f"{len(tried)} of {len(mutants)} drawn changes tried (seed {options.seed}): {len(tried) - len(survivors)} noticed, "
          f"{len(survivors) - len(unexplained)} explained, {len(unexplained)} survived")  # fmt: skip
    print("\n".join(line_of(each) for each in survivors))
    return 1 if unexplained else 0


if __name__ == "__main__":
    sys.exit(main())
