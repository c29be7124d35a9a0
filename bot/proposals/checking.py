"""Whether a correction is fit to be handed on: the folder is read with it, and nothing but the section may be another one.

Takes seconds, since the whole folder is read twice; for a thread. How the answers change is for the gate to say, where the patch goes.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from bot.corpus.document import Corpus, Section
from bot.corpus.files import Limits, knowledge_files
from bot.corpus.linting import lint
from bot.corpus.loading import TERMS_FILE, LoadedCorpus, load_corpus
from bot.corpus.problems import Problem, Severity
from bot.errors import KnowledgeError
from bot.proposals.patching import NotPatched


@dataclass(frozen=True, slots=True)
class Checked:
    """What ``check`` says about the folder with a correction that it did not say before."""

    warnings: tuple[Problem, ...]


def check_correction(root: Path, limits: Limits, section: Section, content: bytes, today: date) -> Checked:
    """Read the folder with a file in its new form.

    Raises:
        NotPatched: the new form has a fault, or more would change than this section.
    """
    try:
        before = load_corpus(root, limits)
        with _with_file(root, limits, section.path, content) as folder:
            after = load_corpus(folder, limits)
            known = set(lint(before, today))
            new = [problem for problem in lint(after, today) if problem not in known]
    except KnowledgeError as error:
        raise NotPatched(f"With this text the knowledge cannot be read: {error}") from error
    faulty = [problem for problem in new if problem.severity is Severity.FAULT]
    if faulty:
        raise NotPatched(f"With this text the knowledge has a fault. {faulty[0]}")
    _only_this_one(before, after, section)
    return Checked(tuple(new))


def _only_this_one(before: LoadedCorpus, after: LoadedCorpus, section: Section) -> None:
    was, now = _by_id(before.corpus), _by_id(after.corpus)
    own = {one.id for one in before.corpus.sections if one.article == section.article and one.heading_path == section.heading_path}
    others = sorted(name for name in was.keys() | now.keys() if name not in own and was.get(name) != now.get(name))
    if section.id not in now:
        raise NotPatched("With this text there would be no such section any more. Leave its heading, or its id, as it is.")
    parts = {name for name in others if (one := now.get(name)) is not None and one.heading_path == section.heading_path}
    others = [name for name in others if name not in parts]
    if others:
        raise NotPatched(f"With this text {others[0]} would change as well. Write no headings, and close what you open.")


def _by_id(corpus: Corpus) -> dict[str, Section]:
    """What a section says; not on which line, nor what an entry elsewhere says of it."""
    return {section.id: replace(section, line=0, same_as=()) for section in corpus.sections}


@contextmanager
def _with_file(root: Path, limits: Limits, path: str, content: bytes) -> Iterator[Path]:
    """A copy of what is read of a folder, with one file in another form, while the block runs."""
    with tempfile.TemporaryDirectory(prefix="correction-") as name:
        folder = Path(name).resolve() / root.resolve().name
        folder.mkdir()
        for file in (*knowledge_files(root, limits, []), root / TERMS_FILE):
            if file.is_file():
                target = folder / file.relative_to(root)
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(file, target)
        (folder / path).write_bytes(content)
        yield folder
