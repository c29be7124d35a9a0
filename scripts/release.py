"""Makes a release: ``make release VERSION=0.2.0``, as docs/releasing.md has it.

Everything is done in a work tree of its own, in a temporary folder: there the version is written and committed, built, checked and tested.
Only what has gone well reaches the checkout, by a tag and a step forward of its branch. So whatever fails or is stopped on the way leaves
the checkout as it was, and what is built comes from the commit alone. Nothing is pushed. ``--again`` builds a released version once more
and compares; an image is not compared, since no two builds of one are equal.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

from alembic.script import ScriptDirectory
from packaging.version import Version

from scripts.bill import bill

CHECKOUT = Path(__file__).resolve().parent.parent
NAME = "osai-faq-bot"
BRANCH = "main"
SUMS = "SHA256SUMS"
PROGRAM = Path("bot/__init__.py")
SCHEMA = Path("bot/storage/migrations/versions/__init__.py")
CHANGELOG = Path("CHANGELOG.md")
_VERSION = re.compile(r'(?<=^__version__ = ")[^"]*', re.MULTILINE)
_RELEASED = re.compile(r'(?<=^RELEASED: Final = ")[^"]*', re.MULTILINE)
_UNRELEASED = re.compile(r"^## Unreleased\n(?P<entries>.*?)(?=^## |\Z)", re.MULTILINE | re.DOTALL)


class Failed(Exception):
    """A release that was not made; says why and what to do, a line for each reason."""


def faults(version: str) -> list[str]:
    """Whatever keeps this version from being released, each with its remedy."""
    found = []
    if changed := git("status", "--porcelain").splitlines():
        found.append(f"The checkout has changes ({changed[0][3:]}, {len(changed)} in all). Commit them, or put them away with git stash.")
    if (branch := git("branch", "--show-current")) != BRANCH:
        found.append(f"This is {f'the branch {branch}' if branch else 'no branch'}. Releases come from {BRANCH}: git switch {BRANCH}.")
    entries = _UNRELEASED.search(_read(CHANGELOG))
    if entries is None or not re.search(r"^- \S", entries["entries"], re.MULTILINE):
        found.append(f"{CHANGELOG} has no entry under Unreleased. Write there what has changed for whoever uses the bot.")
    present = _VERSION.findall(_read(PROGRAM))[0]
    if not re.fullmatch(r"(0|[1-9]\d*)(\.(0|[1-9]\d*)){2}", version):
        found.append(f"“{version}” is not a version of three numbers. Name one above {present}, as in make release VERSION=9.9.9.")
        return found
    if Version(version) <= Version(present):
        found.append(f"{version} is not above {present}, which the program has. Name a higher version.")
    if git("tag", "--list", f"v{version}"):
        found.append(f"The tag v{version} is there already. Name a higher version; if nobody has that tag yet, git tag -d v{version}.")
    if (CHECKOUT / "dist" / version).exists():
        found.append(f"dist/{version} is there already. Move it away.")
    return found


def release(version: str) -> list[str]:
    """Make the release, and return what to say about it.

    Raises:
        Failed: it was not made, and the checkout is as it was.
    """
    if found := faults(version):
        raise Failed("\n".join(found))
    tag, place = f"v{version}", CHECKOUT / "dist" / version
    with work_tree("HEAD") as tree:
        write(tree, version)
        git("commit", "--quiet", "--all", "--no-verify", "--message", f"Release: version {version}", at=tree)
        commit = git("rev-parse", "HEAD", at=tree)
        files = tree.with_name("files")
        build(tree, version, files)  # before anything runs there that could leave files behind
        for target in ("check", "test"):
            make(tree, target)
        said = image(tree, version, files)
        write_sums(files)
        try:
            shutil.copytree(files, place)
            git("tag", "--annotate", "--message", f"Version {version}", tag, commit)
            git("merge", "--quiet", "--ff-only", commit)
        except (Failed, OSError, KeyboardInterrupt):
            shutil.rmtree(place, ignore_errors=True)
            if git("tag", "--list", tag):
                git("tag", "--delete", tag)
            raise
    made = ", ".join(sorted(path.name for path in place.iterdir()))
    return [
        f"Version {version} is committed and tagged here, and nothing was pushed. In dist/{version}: {made}.",
        *said,
        "To publish it:",
        f"  git push origin {BRANCH}",
        f"  git push origin {tag}",
    ]


def again(version: str) -> list[str]:
    """Build a released version once more, and return what to say where it is the same.

    Raises:
        Failed: something differs or is missing.
    """
    sums = Path("dist", version, SUMS)
    if not (CHECKOUT / sums).is_file():
        raise Failed(f"{sums} is not here, so there is nothing to compare with. Put it there, from where the release was published.")
    wanted = {name: digest for digest, name in (line.split("  ", 1) for line in _read(sums).splitlines())}
    with work_tree(f"v{version}") as tree:
        files = tree.with_name("files")
        build(tree, version, files)
        built = {path.name: _digest(path) for path in files.iterdir()}
    if different := sorted(name for name, digest in built.items() if wanted.get(name) != digest):
        raise Failed(
            f"Built again, these are not the same: {', '.join(different)}. Other versions of what builds them can be the reason: "
            f"say git switch --detach v{version} and make setup, then try again."
        )
    return [f"Built again from v{version} and the same to the last byte: {', '.join(sorted(built))}."]


@contextmanager
def work_tree(revision: str) -> Iterator[Path]:
    """A work tree of a revision in a temporary folder; both go afterwards. What a killed process left is forgotten with its folder."""
    git("worktree", "prune")
    with tempfile.TemporaryDirectory(prefix="release-") as folder:
        tree = Path(folder).resolve() / "source"
        git("worktree", "add", "--quiet", "--detach", str(tree), revision)
        try:
            yield tree
        finally:
            git("worktree", "remove", "--force", str(tree))


def write(tree: Path, version: str) -> None:
    """Write what a release changes: the version, the heading of the changelog, and the schema that the next migrations may only add to."""
    head = ScriptDirectory(str(tree / SCHEMA.parent.parent)).get_current_head()
    heading = f"## Unreleased\n\n## {version} - {datetime.now(UTC).date()}\n"
    for path, pattern, text in ((PROGRAM, _VERSION, version), (SCHEMA, _RELEASED, str(head))):
        _replace(tree / path, pattern, text)
    _replace(tree / CHANGELOG, re.compile(r"^## Unreleased\n", re.MULTILINE), heading)


def _replace(path: Path, pattern: re.Pattern[str], text: str) -> None:
    replaced, times = pattern.subn(text, path.read_text(encoding="utf-8"))
    if times != 1:
        raise Failed(f"{path.name} has {times} places like {pattern.pattern}, and a release needs one. Nothing was changed.")
    path.write_text(replaced, encoding="utf-8")


def build(tree: Path, version: str, files: Path) -> None:
    """Build the wheel and the bill of materials of what is committed in a work tree, always to the same bytes."""
    moment = git("show", "--no-patch", "--format=%ct", "HEAD", at=tree)
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet"]
    options = ["--no-deps", "--no-build-isolation", "--no-index", "--wheel-dir", str(files)]
    _run([*pip, "wheel", *options, str(tree)], tree, {"SOURCE_DATE_EPOCH": moment})
    (wheel,) = files.glob("*.whl")
    text = bill((tree / "requirements-run.lock").read_text(encoding="utf-8"), wheel, datetime.fromtimestamp(int(moment), UTC))
    (files / f"{NAME}-{version}.cdx.json").write_text(text, encoding="utf-8")


def image(tree: Path, version: str, files: Path) -> list[str]:
    """Build and save the image where a container engine is; what to say where none is.

    ``make test`` has tried the Dockerfile's steps by then, so nothing is rehearsed here.
    """
    for engine in filter(None, map(shutil.which, ("docker", "podman"))):
        if subprocess.run([engine, "info"], capture_output=True, check=False).returncode == 0:  # noqa: S603
            make(tree, "image")
            _run([engine, "tag", NAME, f"{NAME}:{version}"], tree)
            _run([engine, "save", "--output", str(files / f"{NAME}-{version}.image.tar"), f"{NAME}:{version}"], tree)
            return []
    return [f"No image was built, since neither docker nor podman runs here. Where one does: git switch --detach v{version}, make image."]


def make(tree: Path, target: str) -> None:
    """Run a target of the Makefile in a work tree, with the environment that runs this, which is up to date."""
    options = ["--no-print-directory", "--assume-old", f"{sys.prefix}/ready", f"VENV={sys.prefix}"]
    print(f"make {target}, in a work tree of the new version", flush=True)
    if subprocess.run(["make", *options, target], cwd=tree, env=_environment({"PYTHONPATH": str(tree)}), check=False).returncode:  # noqa: S603, S607
        raise Failed(f"make {target} failed on the new version, as said above. Nothing was changed: repair it, commit, try again.")


def write_sums(files: Path) -> None:
    """Write the digests of all files, as sha256sum --check reads them."""
    lines = [f"{_digest(path)}  {path.name}\n" for path in sorted(files.iterdir())]
    (files / SUMS).write_text("".join(lines), encoding="utf-8")


def git(*arguments: str, at: Path = CHECKOUT) -> str:
    """What git prints, without the space around it.

    Raises:
        Failed: with git's own words.
    """
    return _run(["git", *arguments], at)


def _run(command: list[str], folder: Path, changes: Mapping[str, str] | None = None) -> str:
    done = subprocess.run(  # noqa: S603
        command, cwd=folder, env=_environment(changes or {}), capture_output=True, text=True, umask=0o022, check=False
    )
    if done.returncode:
        said = (done.stderr or done.stdout).strip()
        raise Failed(f"{Path(command[0]).name} {' '.join(command[1:4])} failed, and nothing was changed. It said:\n{said}")
    return done.stdout.strip("\n")


def _environment(changes: Mapping[str, str]) -> dict[str, str]:
    """This process's variables without those that belong to the make, git or Python that called it."""
    return {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("MAKE", "MFLAGS", "GIT_DIR", "GIT_WORK", "GIT_INDEX", "PYTHON"))
    } | {**changes}


def _read(path: Path) -> str:
    return (CHECKOUT / path).read_text(encoding="utf-8")


def _digest(path: Path) -> str:
    return sha256(path.read_bytes()).hexdigest()


def main() -> int:
    """Make the release or build it again, and print what came of it."""
    parser = argparse.ArgumentParser(description="Make a release of the committed state, or build a released version again.")
    parser.add_argument("version", nargs="?", default="", help="three numbers, above the present version")
    parser.add_argument("--again", action="store_true", help="build this released version once more, and compare")
    options = parser.parse_args()
    try:
        print("\n".join(again(options.version) if options.again else release(options.version)))
    except Failed as failure:
        print(failure, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("Stopped, and nothing was changed.", file=sys.stderr)
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
