"""The built wheel in an empty environment is a bot that answers, from whatever folder it is asked in."""

from __future__ import annotations

import json
import shutil
import sys
import sysconfig
from pathlib import Path

import pytest

from tests.conftest import REPOSITORY
from tests.integration.setup.places import pip_environment, run

CONTENT = ("bot", "knowledge", "pyproject.toml", "setup.py", "README.md", "LICENSE")


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The command of an environment that holds the wheel; the locked dependencies are those of this Python, by a path."""
    folder = tmp_path_factory.mktemp("wheel")
    source = folder / "source"
    for name in CONTENT:  # a copy, since building writes beside the code
        place, ignored = REPOSITORY / name, shutil.ignore_patterns("__pycache__")
        shutil.copytree(place, source / name, ignore=ignored) if place.is_dir() else shutil.copy2(place, source)
    pip = (sys.executable, "-m", "pip", "--disable-pip-version-check")
    built = run(
        *pip, "wheel", "--no-deps", "--no-build-isolation", "--no-index", "--wheel-dir", folder, source, cwd=folder, env=pip_environment()
    )
    assert built.returncode == 0, built.stderr
    environment = folder / "environment"
    assert run(sys.executable, "-m", "venv", "--without-pip", environment, cwd=folder, env=pip_environment()).returncode == 0
    inside = environment / "bin" / "python"
    wheel = next(folder.glob("*.whl"))
    installed = run(*pip, "--python", inside, "install", "--no-deps", "--no-index", wheel, cwd=folder, env=pip_environment())
    assert installed.returncode == 0, installed.stderr
    site = next((environment / "lib").glob("python*/site-packages"))
    (site / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
    return environment / "bin" / "osai-faq-bot"


def test_the_wheel_answers_in_an_empty_folder(program: Path, tmp_path: Path) -> None:
    done = run(program, "ask", "--json", "What is open source AI?", cwd=tmp_path, env=pip_environment())

    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout)["section"] == "foundations/open-source-ai#what-is-open-source-ai"


def test_the_wheel_holds_the_same_knowledge_as_the_repository(program: Path) -> None:
    shipped = next((program.parent.parent / "lib").glob("python*/site-packages/bot/_knowledge"))

    assert _files(shipped) == _files(REPOSITORY / "knowledge")


def test_the_wheel_holds_every_module_and_what_the_page_of_the_demo_is_made_of(program: Path) -> None:
    package = next((program.parent.parent / "lib").glob("python*/site-packages/bot"))

    assert _modules(package) == _modules(REPOSITORY / "bot")


def test_a_knowledge_folder_in_the_working_directory_goes_before_the_one_that_came_along(program: Path, tmp_path: Path) -> None:
    (tmp_path / "knowledge").mkdir()
    article = "---\nsections:\n  plums:\n    questions: [what are plums]\n---\n\n## Plums\n\nPlums are fruit.\n"
    (tmp_path / "knowledge" / "fruit.md").write_text(article, encoding="utf-8")

    done = run(program, "ask", "--json", "what are plums", cwd=tmp_path, env=pip_environment())

    assert json.loads(done.stdout)["section"] == "fruit#plums"


def test_a_knowledge_folder_that_was_named_and_is_not_there_is_still_an_error(program: Path, tmp_path: Path) -> None:
    done = run(program, "ask", "--knowledge", "nowhere", "x", cwd=tmp_path, env=pip_environment())

    assert done.returncode == 65


def _files(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


def _modules(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for kind in ("py", "css", "js") for path in folder.rglob(f"*.{kind}")}
