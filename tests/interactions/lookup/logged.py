"""What each lookup command is given, what it shows, and under which name it is logged."""

from __future__ import annotations

from typing import Any

import pytest

LOGGED: list[Any] = [
    pytest.param("license", {"name": "apache licence version two"}, "written patent grant", "/license Apache License 2.0", id="license"),
    pytest.param("license", {"name": "MIT", "compare": "apache 2"}, "**Patents** MIT: not mentioned · Apache 2.0: granted",
                 "/license MIT License compare Apache License 2.0", id="two licenses"),
    pytest.param("license", {"guide": "code"}, "take Apache 2.0 or MIT", "/license guide code", id="guide"),
    pytest.param("project", {"name": "pytroch"}, "**First released** September 2016", "/project PyTorch", id="project"),
    pytest.param("project", {"name": "torch", "compare": "tensor flow"}, "Same for both: framework", "/project PyTorch compare TensorFlow",
                 id="two projects"),
    pytest.param("glossary", {"term": "LoRA"}, "Low-rank adaptation trains", "/glossary low-rank adaptation", id="term"),
    pytest.param("topic", {"name": "open weights"}, "can be downloaded by anyone", "/topic Open weights", id="topic"),
    pytest.param("timeline", {"year": "2018"}, "[May 2018](<https://example.org/timeline>) Model number 16", "/timeline 2018",
                 id="timeline"),
    pytest.param("timeline", {"from": "2022", "about": "licences"}, "A license for models", "/timeline since 2022, about licences",
                 id="timeline about"),
    pytest.param("fact", {"area": "basics"}, "Did you know? (Basics)", "/fact basics", id="fact"),
    pytest.param("sources", {"topic": "licensing"}, "[Choose an open source license](<https://choosealicense.com>)", "/sources Licensing",
                 id="sources"),
]  # fmt: skip
