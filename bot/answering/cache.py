"""Built knowledge on disk, so that a start takes a fraction of a build.

A cache entry is a folder named by a digest of everything that it depends on: the bytes of the knowledge files, the settings of the
index, this program's own code, and the versions of the libraries that build it. A stale entry is therefore never found, and a
damaged one is built again. The cache is a convenience: where it cannot be written, everything works without it. It holds
nothing of what members asked.
"""

from __future__ import annotations

import hashlib
import json
import logging
import shutil
import tempfile
from collections.abc import Iterable
from dataclasses import asdict
from importlib import metadata
from pathlib import Path

from platformdirs import user_cache_path

import bot
from bot.corpus.document import Corpus
from bot.corpus.files import Limits, knowledge_files
from bot.corpus.problems import Problem, Severity
from bot.corpus.store import corpus_from_json, corpus_json
from bot.retrieval.arrays import IndexArrays, load_arrays, save_arrays

_log = logging.getLogger(__name__)

_LIBRARIES = ("markdown-it-py", "numpy", "pystemmer", "pyyaml", "scikit-learn")
"""What corpus and index are built with; another version may build them otherwise."""
_CODE = ("corpus", "retrieval")
_KEPT = 6
"""Entries that stay; the oldest go first."""
_CORPUS, _PROBLEMS, _CHECK = "corpus.json", "problems.json", "check.json"


def cache_folder() -> Path:
    """Where this platform keeps caches: on Linux below XDG_CACHE_HOME or ~/.cache.

    Raises:
        RuntimeError: this user has no home.
    """
    folder = user_cache_path("osai-faq-bot", appauthor=False)
    if not folder.is_absolute():
        raise RuntimeError("this user has no home")
    return folder


def cache_key(root: Path, limits: Limits, parameters: dict[str, float]) -> str:
    """The digest of a knowledge folder, parameters and code.

    What was refused while listing the folder counts as well, so that a fault that was fixed is not reported again.

    Raises:
        OSError: a file cannot be read.
    """
    hasher = hashlib.blake2b(json.dumps(parameters, sort_keys=True).encode("ascii"), digest_size=16)
    hasher.update(" ".join(f"{name} {metadata.version(name)}" for name in _LIBRARIES).encode("ascii"))
    package = Path(bot.__file__).parent
    code = sorted(path for name in _CODE for path in (package / name).rglob("*.py"))
    refused: list[Problem] = []
    files = [(path, package) for path in code] + [(path, root) for path in knowledge_files(root, limits, refused)]
    for path, base in files:
        content = path.read_bytes()
        hasher.update(f"{path.relative_to(base).as_posix()}\0{len(content)}\0".encode("utf-8", "surrogateescape"))
        hasher.update(content)
    hasher.update("\n".join(map(str, refused)).encode("utf-8", "replace"))
    return hasher.hexdigest()


def load_cached(key: str) -> tuple[Corpus, IndexArrays, tuple[Problem, ...]] | None:
    """What is cached under a key, or None where there is nothing usable."""
    folder = cache_folder() / key
    try:
        _verify(folder)
        corpus = corpus_from_json((folder / _CORPUS).read_text(encoding="ascii"))
        problems = tuple(_problem(item) for item in json.loads((folder / _PROBLEMS).read_text(encoding="ascii")))
        return corpus, load_arrays(folder), problems
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError, IndexError, EOFError) as error:
        _log.warning("the cached index %s is damaged and is built again (%s)", folder, error)
        shutil.rmtree(folder, ignore_errors=True)
        return None


def store_cached(key: str, corpus: Corpus, arrays: IndexArrays, problems: Iterable[Problem]) -> None:
    """Cache built knowledge; where that is not possible, say so once and go on."""
    target = cache_folder() / key
    try:
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        draft = Path(tempfile.mkdtemp(prefix="draft-", dir=target.parent))
        try:
            save_arrays(arrays, draft)
            (draft / _CORPUS).write_text(corpus_json(corpus), encoding="ascii")
            (draft / _PROBLEMS).write_text(json.dumps([asdict(problem) for problem in problems]), encoding="ascii")
            (draft / _CHECK).write_text(json.dumps(_check(draft)), encoding="ascii")
            if not target.exists():
                draft.rename(target)
        finally:
            shutil.rmtree(draft, ignore_errors=True)
        _prune(target.parent)
    except OSError as error:
        _log.info("the index is not cached: %s", error)


def _verify(folder: Path) -> None:
    if json.loads((folder / _CHECK).read_text(encoding="ascii")) != _check(folder):
        raise ValueError("its check sums differ")


def _check(folder: Path) -> dict[str, str]:
    """The digest of each file of an entry but the check itself."""
    return {
        path.name: hashlib.blake2b(path.read_bytes(), digest_size=16).hexdigest()
        for path in sorted(folder.iterdir())
        if path.name != _CHECK
    }


def _problem(item: dict[str, str]) -> Problem:
    return Problem(**{**item, "severity": Severity(item["severity"])})  # type: ignore[arg-type]


def _prune(folder: Path) -> None:
    entries = sorted((path for path in folder.iterdir() if path.is_dir()), key=lambda path: path.stat().st_mtime, reverse=True)
    for path in entries[_KEPT:]:
        shutil.rmtree(path, ignore_errors=True)
