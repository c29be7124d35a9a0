"""``make release`` in a small project of the same layout: what it refuses, what it makes, and that a failure leaves nothing behind."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import zipfile
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import jsonschema
import pytest

from tests.conftest import REPOSITORY
from tests.integration.setup.places import pip_environment, run

MAKEFILE = """
check:
\t@grep -q '"0.2.0"' bot/__init__.py && grep -q '^## 0.2.0' CHANGELOG.md
\t@echo checked {also}
test:
\t@echo tested
image:
\t@docker build --tag osai-faq-bot .
"""
CHANGELOG = "# Changelog\n\n## Unreleased\n\n### Members\n\n- Ask for plums.\n\n## 0.1.0 - 2026-01-01\n\n- The first version.\n"
VERSIONS = '"""Steps."""\n\nfrom typing import Final\n\nRELEASED: Final = "0001"\n'
STEP = "revision = {this!r}\ndown_revision = {before!r}\n\n\ndef upgrade() -> None:\n    pass\n"
DOCKER = """#!{python}
import pathlib, sys
pathlib.Path({log!r}).open("a").write(" ".join(sys.argv[1:2] + sys.argv[-1:]) + "\\n")
if sys.argv[1] == "save":
    pathlib.Path(sys.argv[3]).write_text("an image")
"""
LOCK = REPOSITORY / "requirements-run.lock"
BOUND = {
    "type": "object",
    "required": ["type", "bom-ref", "name", "version", "purl", "hashes"],
    "properties": {
        "type": {"enum": ["application", "library"]},
        "hashes": {
            "type": "array",
            "minItems": 1,
            "items": {
                "properties": {"alg": {"const": "SHA-256"}, "content": {"pattern": "^[0-9a-f]{64}$"}},
                "required": ["alg", "content"],
            },
        },
        "licenses": {
            "type": "array",
            "minItems": 1,
            "anyOf": [
                {"maxItems": 1, "items": {"required": ["expression"]}},
                {"items": {"required": ["license"], "properties": {"license": {"required": ["name"]}}}},
            ],
        },
        "properties": {"type": "array", "minItems": 1, "items": {"required": ["name", "value"]}},
    },
}
"""What CycloneDX 1.6 asks of the parts that we use, and that we want each package to have."""
SCHEMA = {
    "type": "object",
    "required": ["bomFormat", "specVersion", "version", "serialNumber", "metadata", "components"],
    "additionalProperties": False,
    "properties": {
        "bomFormat": {"const": "CycloneDX"},
        "specVersion": {"const": "1.6"},
        "version": {"const": 1},
        "serialNumber": {"pattern": "^urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$"},
        "metadata": {"required": ["timestamp", "component"], "properties": {"component": BOUND}},
        "components": {"type": "array", "items": BOUND},
    },
}


@dataclass(frozen=True)
class Project:
    """A checkout of a small project with our scripts; whatever runs in it sees no container engine but one that a test puts there."""

    folder: Path

    @classmethod
    def begin(cls, folder: Path) -> Project:
        project = cls(folder / "project")
        shutil.copytree(REPOSITORY / "scripts", project.folder / "scripts", ignore=shutil.ignore_patterns("__pycache__"))
        for name in ("pyproject.toml", "setup.py", "README.md", "LICENSE", ".gitignore", "requirements-run.lock"):
            shutil.copy2(REPOSITORY / name, project.folder)
        project.write("bot/__init__.py", '"""A bot."""\n\n__version__ = "0.1.0"\n')
        project.write("bot/storage/migrations/versions/__init__.py", VERSIONS)
        project.write("bot/storage/migrations/versions/0001_first.py", STEP.format(this="0001", before=None))
        project.write("bot/storage/migrations/versions/0002_second.py", STEP.format(this="0002", before="0001"))
        project.write("knowledge/plums.md", "## Plums\n\nPlums are fruit.\n")
        project.write("knowledge/LICENSE.txt", "CC-BY-4.0\n")
        project.write("CHANGELOG.md", CHANGELOG)
        project.write("Makefile", MAKEFILE.format(also=""))
        project.git("init", "--quiet", "--initial-branch", "main")
        project.commit()
        return project

    def write(self, name: str, text: str) -> None:
        (self.folder / name).parent.mkdir(parents=True, exist_ok=True)
        (self.folder / name).write_text(text, encoding="utf-8")

    def git(self, *arguments: str) -> str:
        done = run("git", *arguments, cwd=self.folder, env=self.environment)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def commit(self) -> None:
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message", "More")

    @property
    def environment(self) -> dict[str, str]:
        programs = self.folder.with_name("programs")
        if not programs.exists():
            programs.mkdir()
            for name in ("git", "make", "sh", "echo", "grep", "false", "ps", "touch"):
                (programs / name).symlink_to(shutil.which(name) or name)
        people = {f"GIT_{who}_{what}": "ana@example.org" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
        plain = {
            "GIT_CONFIG_GLOBAL": "/dev/null",
            "GIT_CONFIG_SYSTEM": "/dev/null",
            "PATH": str(programs),
            "TMPDIR": str(self.folder.parent),
        }
        return {name: value for name, value in pip_environment().items() if not name.startswith("GIT_")} | people | plain

    def release(self, version: str = "0.2.0", *options: str) -> subprocess.CompletedProcess[str]:
        """Make a release, or build one again, which somebody does whose files others cannot read."""
        umask = "077" if options else "022"
        command = ("sh", "-c", f'umask {umask} && exec "$@"', "sh", sys.executable, "-m", "scripts.release", version, *options)
        return run(*command, cwd=self.folder, env=self.environment)

    def state(self) -> tuple[object, ...]:
        """All that a release could change: branch, tags, work trees, and every file that git knows or does not."""
        files = {
            path.relative_to(self.folder): path.read_bytes()
            for path in self.folder.rglob("*")
            if path.is_file() and not {".git", "__pycache__"} & set(path.parts)
        }
        shown = [self.git(*words) for words in (("rev-parse", "HEAD"), ("status", "--porcelain"), ("tag",), ("worktree", "list"))]
        return files, *shown

    def made(self, name: str, version: str = "0.2.0") -> bytes:
        return (self.folder / "dist" / version / name).read_bytes()


@pytest.fixture(scope="module")
def pristine(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A project that could be released; tests work on copies."""
    return Project.begin(tmp_path_factory.mktemp("pristine"))


@pytest.fixture
def project(pristine: Project, tmp_path: Path) -> Project:
    shutil.copytree(pristine.folder, tmp_path / "project", symlinks=True)
    return Project(tmp_path / "project")


@pytest.fixture(scope="module")
def released(pristine: Project, tmp_path_factory: pytest.TempPathFactory) -> tuple[Project, subprocess.CompletedProcess[str]]:
    """The project after its release, and what was printed."""
    folder = tmp_path_factory.mktemp("released") / "project"
    shutil.copytree(pristine.folder, folder, symlinks=True)
    project = Project(folder)
    done = project.release()
    assert done.returncode == 0, done.stderr
    return project, done


def _dirty(project: Project) -> None:
    project.write("knowledge/pears.md", "## Pears\n")


def _on_a_branch(project: Project) -> None:
    project.git("switch", "--quiet", "--create", "plums")


def _without_entries(project: Project) -> None:
    project.write("CHANGELOG.md", CHANGELOG.replace("- Ask for plums.\n", ""))
    project.commit()


def _tagged(project: Project) -> None:
    project.git("tag", "v0.2.0")


def _built(project: Project) -> None:
    project.write("dist/0.2.0/SHA256SUMS", "")


REFUSED = {
    _dirty: "The checkout has changes (knowledge/pears.md, 1 in all). Commit them, or put them away with git stash.",
    _on_a_branch: "This is the branch plums. Releases come from main: git switch main.",
    _without_entries: "CHANGELOG.md has no entry under Unreleased. Write there what has changed for whoever uses the bot.",
    _tagged: "The tag v0.2.0 is there already. Name a higher version; if nobody has that tag yet, git tag -d v0.2.0.",
    _built: "dist/0.2.0 is there already. Move it away.",
}


@pytest.mark.parametrize(("spoil", "sentence"), REFUSED.items(), ids=[spoil.__name__[1:] for spoil in REFUSED])
def test_what_cannot_be_released_is_refused_in_one_line_and_left_as_it_is(project: Project, spoil: object, sentence: str) -> None:
    assert callable(spoil)
    spoil(project)
    before = project.state()

    done = project.release()

    assert (done.returncode, done.stdout, done.stderr) == (1, "", sentence + "\n")
    assert project.state() == before


@pytest.mark.parametrize("version", ["0.1.0", "0.0.9"])
def test_a_version_that_is_not_above_the_present_one_is_refused(project: Project, version: str) -> None:
    done = project.release(version)

    assert (done.returncode, done.stderr) == (1, f"{version} is not above 0.1.0, which the program has. Name a higher version.\n")


@pytest.mark.parametrize("version", ["", "1", "0.2", "v0.2.0", "0.2.0-rc.1", "0.02.0", "0.2.0\n", "../1.0.0"])
def test_what_is_not_a_version_of_three_numbers_is_refused(project: Project, version: str) -> None:
    done = project.release(version)

    assert done.returncode == 1
    assert done.stderr.startswith(f"“{version}” is not a version of three numbers. Name one above 0.1.0")


def test_all_that_keeps_a_version_from_being_released_is_said_at_once(project: Project) -> None:
    for spoil in (_on_a_branch, _without_entries, _tagged, _built, _dirty):
        spoil(project)

    assert sorted(project.release().stderr.splitlines()) == sorted(REFUSED.values())
    assert len(project.release("0.0.1").stderr.splitlines()) == 4


@pytest.mark.parametrize("target", ["check", "test"])
def test_a_check_or_test_that_fails_on_the_new_version_leaves_everything_as_it_was(project: Project, target: str) -> None:
    project.write("Makefile", MAKEFILE.format(also="") + f"\n{target}: broken\nbroken:\n\t@false\n")
    project.commit()
    before = project.state()

    done = project.release()

    assert done.returncode == 1
    assert done.stderr.endswith(
        f"make {target} failed on the new version, as said above. Nothing was changed: repair it, commit, try again.\n"
    )
    assert project.state() == before


def test_a_release_that_is_killed_leaves_the_checkout_as_it_was_and_can_be_made_again(project: Project) -> None:
    killed = project.folder.with_name("killed")
    once = f"\t@test -e {killed} || {{ touch {killed}; kill -9 $$(ps -o ppid= -p $$PPID); }}\n"
    project.write("Makefile", MAKEFILE.format(also="") + f"check: killing\nkilling:\n{once}")
    project.commit()
    before = project.state()

    codes = [project.release().returncode]
    after = project.state()
    codes.append(project.release().returncode)

    assert codes == [-9, 0]
    assert after[:-1] == before[:-1]  # but for the work tree, whose folder nobody could delete


def test_a_branch_that_went_on_while_the_tests_ran_keeps_the_release_from_being_made(project: Project) -> None:
    went_on = f"git -C {project.folder} commit --quiet --allow-empty --message Meanwhile"
    project.write("Makefile", MAKEFILE.format(also=f"&& {went_on}"))
    project.commit()

    done = project.release()

    assert done.returncode == 1
    assert "git merge --quiet --ff-only failed, and nothing was changed." in done.stderr
    assert project.git("log", "-1", "--format=%s") == "Meanwhile"
    assert (project.git("tag"), project.git("status", "--porcelain"), (project.folder / "dist" / "0.2.0").exists()) == ("", "", False)


def test_a_release_is_a_commit_with_version_changelog_and_schema_and_an_annotated_tag(
    released: tuple[Project, subprocess.CompletedProcess[str]],
) -> None:
    project, done = released
    heads = re.findall(r"^## .*", (project.folder / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)

    assert project.git("status", "--porcelain") == ""
    assert project.git("log", "-1", "--format=%s") == "Release: version 0.2.0"
    assert project.git("diff", "--name-only", "HEAD~1").splitlines() == [
        "CHANGELOG.md",
        "bot/__init__.py",
        "bot/storage/migrations/versions/__init__.py",
    ]
    assert project.git("cat-file", "-t", "v0.2.0") == "tag"
    assert project.git("rev-parse", "v0.2.0^{commit}") == project.git("rev-parse", "main")
    assert [heads[0], heads[1][:11], heads[2]] == ["## Unreleased", "## 0.2.0 - ", "## 0.1.0 - 2026-01-01"]
    assert project.git("show", "HEAD:bot/__init__.py").endswith('__version__ = "0.2.0"')
    assert project.git("show", "HEAD:bot/storage/migrations/versions/__init__.py").endswith('RELEASED: Final = "0002"')
    assert len(project.git("worktree", "list").splitlines()) == 1
    assert done.stdout.splitlines()[-2:] == ["  git push origin main", "  git push origin v0.2.0"]


def test_the_next_release_needs_entries_of_its_own(released: tuple[Project, subprocess.CompletedProcess[str]]) -> None:
    project, _ = released

    assert project.release("0.3.0").stderr == REFUSED[_without_entries] + "\n"


def test_without_a_container_engine_the_rest_is_made_and_it_is_said_how_to_get_the_image(
    released: tuple[Project, subprocess.CompletedProcess[str]],
) -> None:
    project, done = released
    made = {path.name: path for path in (project.folder / "dist" / "0.2.0").iterdir()}

    assert set(made) == {"osai_faq_bot-0.2.0-py3-none-any.whl", "osai-faq-bot-0.2.0.cdx.json", "SHA256SUMS"}
    assert "No image was built, since neither docker nor podman runs here." in done.stdout
    assert made["SHA256SUMS"].read_text().splitlines() == [
        f"{sha256(made[name].read_bytes()).hexdigest()}  {name}" for name in sorted(made) if name != "SHA256SUMS"
    ]
    with zipfile.ZipFile(made["osai_faq_bot-0.2.0-py3-none-any.whl"]) as wheel:
        assert b'__version__ = "0.2.0"' in wheel.read("bot/__init__.py")
        assert b"Version: 0.2.0\n" in wheel.read("osai_faq_bot-0.2.0.dist-info/METADATA")
        assert "bot/_knowledge/plums.md" in wheel.namelist()


def test_with_a_container_engine_the_image_is_built_named_by_its_version_and_saved(project: Project, tmp_path: Path) -> None:
    assert project.environment["PATH"] == str(tmp_path / "programs")
    log, docker = tmp_path / "log", tmp_path / "programs" / "docker"
    docker.write_text(DOCKER.format(python=sys.executable, log=str(log)), encoding="utf-8")
    docker.chmod(0o700)

    done = project.release()

    assert (done.returncode, done.stderr) == (0, "")
    assert log.read_text(encoding="utf-8").splitlines() == ["info info", "build .", "tag osai-faq-bot:0.2.0", "save osai-faq-bot:0.2.0"]
    assert project.made("osai-faq-bot-0.2.0.image.tar") == b"an image"
    assert sha256(b"an image").hexdigest() in project.made("SHA256SUMS").decode()


def test_another_clone_builds_the_same_bytes_and_a_difference_is_named(
    released: tuple[Project, subprocess.CompletedProcess[str]], tmp_path: Path
) -> None:
    project, _ = released
    project.git("clone", "--quiet", str(project.folder), str(tmp_path / "elsewhere" / "project"))
    clone = Project(tmp_path / "elsewhere" / "project")
    clone.write("dist/0.2.0/SHA256SUMS", project.made("SHA256SUMS").decode())

    same = clone.release("0.2.0", "--again")
    clone.write("requirements-run.lock", "")
    clone.commit()
    clone.git("tag", "--force", "v0.2.0")
    other = clone.release("0.2.0", "--again")

    names = "osai-faq-bot-0.2.0.cdx.json, osai_faq_bot-0.2.0-py3-none-any.whl"
    assert (same.returncode, same.stdout, same.stderr) == (0, f"Built again from v0.2.0 and the same to the last byte: {names}.\n", "")
    assert other.returncode == 1
    assert other.stderr.startswith("Built again, these are not the same: osai-faq-bot-0.2.0.cdx.json")
    assert clone.git("worktree", "list").count("\n") == 0


def test_the_bill_lists_exactly_what_the_lock_of_a_server_lists(released: tuple[Project, subprocess.CompletedProcess[str]]) -> None:
    project, _ = released
    listed = json.loads(project.made("osai-faq-bot-0.2.0.cdx.json"))
    pinned = re.findall(r"^([\w.-]+)==([\w.!+-]+)", LOCK.read_text(encoding="utf-8"), re.MULTILINE)
    hashes = re.findall(r"--hash=sha256:(\w+)", LOCK.read_text(encoding="utf-8"))

    jsonschema.Draft7Validator(SCHEMA).validate(listed)
    assert [(one["name"], one["version"]) for one in listed["components"]] == pinned
    assert [one["purl"] for one in listed["components"]] == [f"pkg:pypi/{name}@{version}" for name, version in pinned]
    assert [digest["content"] for one in listed["components"] for digest in one["hashes"]] == hashes
    assert len({one["bom-ref"] for one in listed["components"]}) == len(pinned) > 50


def test_the_bill_names_the_licenses_and_says_where_one_could_not_be_read(
    released: tuple[Project, subprocess.CompletedProcess[str]],
) -> None:
    project, _ = released
    listed = json.loads(project.made("osai-faq-bot-0.2.0.cdx.json"))
    program, parts = listed["metadata"]["component"], {one["name"]: one for one in listed["components"]}
    unknown = {
        one["name"]
        for one in listed["components"]
        if {"name": "osai-faq-bot:license", "value": "not read: the package is not installed where this bill was made"}
        in one.get("properties", [])
    }

    assert (program["name"], program["version"]) == ("osai-faq-bot", "0.2.0")
    assert program["licenses"] == [{"expression": "Apache-2.0 AND CC-BY-4.0", "acknowledgement": "declared"}]
    assert program["hashes"][0]["content"] == sha256(project.made("osai_faq_bot-0.2.0-py3-none-any.whl")).hexdigest()
    assert parts["sqlalchemy"]["licenses"] == [{"expression": "MIT", "acknowledgement": "declared"}]
    assert parts["aiosqlite"]["licenses"] == [{"license": {"name": "MIT License", "acknowledgement": "declared"}}]
    assert {one["name"] for one in listed["components"] if "licenses" not in one} == unknown
    assert "colorama" in unknown or sys.platform == "win32"
    assert all(any(said["name"] == "osai-faq-bot:only-where" for said in parts[name]["properties"]) for name in unknown)
