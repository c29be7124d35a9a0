"""Whether the answers got worse between two states of a knowledge folder; for editors before a merge, and for their CI.

Both states are built by this program and asked the same: the golden questions of the new state with those that it dropped, and whatever a
section lists in both. Only what has a label in both is counted, so that a new section brings no credit for its own questions.

The edit of one article moves the weights of words everywhere, so a few questions at the border of a threshold always change sides. What
the edit is about is therefore judged strictly, and the rest by its sum (``GateResult.reasons``). What is not looked at: members'
questions, which no editor has, and articles that nobody labelled a question for.
"""

from __future__ import annotations

import io
import tarfile
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from bot.answering.engine import AnswerEngine
from bot.answering.knowledge import BuiltKnowledge, KnowledgeSource, build_knowledge
from bot.corpus.document import Corpus
from bot.corpus.problems import Problem, faults
from bot.errors import InputError
from bot.evaluation.comparing import git, git_bytes
from bot.evaluation.golden import FILE as GOLDEN_FILE
from bot.evaluation.golden import Golden, load_golden
from bot.preview.effects import Change, Direction, Effects, effects
from bot.preview.probes import OF_SERVERS, Origin, Probe, golden_probes, listed_probes

_DRIFT_SHARE = 0.01
"""Cost for each question asked by which what an edit is not about may get worse: one click in a hundred questions."""
_LEAST_DRIFT = 5.0
"""What is allowed however few questions there are: one wrong answer."""


@dataclass(frozen=True, slots=True)
class Edit:
    """What differs between two states, as ids of sections."""

    added: tuple[str, ...]
    removed: tuple[str, ...]
    """Those that no section of the new state says that it was before."""
    changed: tuple[str, ...]

    @property
    def touched(self) -> frozenset[str]:
        """Every section that the edit is about."""
        return frozenset((*self.added, *self.removed, *self.changed))


def edit_between(before: Corpus, after: Corpus) -> Edit:
    """What was added, removed and changed; where a section stands in its file does not count."""
    was = {after.current(section.id): section for section in before.sections}
    same = {
        section.id
        for section in after.sections
        if (old := was.get(section.id)) is not None
        and replace(old, id=section.id, key=section.key, path=section.path, line=section.line, formerly=section.formerly) == section
    }
    now = {section.id for section in after.sections}
    return Edit(tuple(sorted(now - was.keys())), tuple(sorted(was.keys() - now)), tuple(sorted((now & was.keys()) - same)))


@dataclass(frozen=True, slots=True)
class GateResult:
    """The comparison of two states."""

    base: str
    """What it is compared with, as it was named."""
    fingerprints: tuple[str, str]
    edit: Edit
    effects: Effects
    faults: tuple[Problem, ...]
    """Of the new state, for which a running bot would refuse it."""
    no_longer_asked: int
    """Golden questions that were dropped with the sections that answered them."""
    unknown_labels: tuple[str, ...]
    """Sections that golden questions expect and that are not there any more."""

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why the answers got worse, a sentence each; none where they did not."""
        return tuple(_reasons(self))

    @property
    def passed(self) -> bool:
        """Whether the new state may go live."""
        return not self.reasons

    def is_about(self, change: Change) -> bool:
        """Whether a changed answer is what the edit is about, and no drift of weights."""
        sections = {change.before.shown, change.after.shown, *(change.probe.expect or ())}
        return not self.edit.touched.isdisjoint(sections)


def _reasons(result: GateResult) -> Iterator[str]:
    if result.faults:
        yield f"The new state has {_counted(len(result.faults), 'fault')}, so that a running bot would refuse it: {result.faults[0]}"
    worse = result.effects.of(Direction.WORSE)
    near = [change for change in worse if result.is_about(change)]
    harmed = [change for change in near if change.harms]
    better = [change for change in result.effects.of(Direction.BETTER) if result.is_about(change)]
    if harmed:
        yield f"{_counted(len(harmed), 'question')} about what was edited will be answered wrongly."
    if len(near) > len(better):
        yield f"About what was edited, {_counted(len(near), 'question')} got worse and {len(better)} better."
    drift = sum(change.cost for change in result.effects.changes if not result.is_about(change))
    allowed = max(_LEAST_DRIFT, _DRIFT_SHARE * result.effects.total)
    if drift > allowed:
        yield (
            f"About other things, answers got worse by a cost of {drift} (allowed for {result.effects.total} questions: {allowed:.0f}; "
            "a list of suggestions costs 1, no answer 2, a wrong one 5)."
        )


def _counted(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def compare_states(source: KnowledgeSource, base: Path, name: str) -> GateResult:
    """Build two states of a folder and ask both.

    Args:
        source: the new state, with the settings that hold for both.
        base: the folder of the old state.
        name: how the old state is called.

    Raises:
        KnowledgeError: nothing can be answered from one of them, or the golden questions have faults.
    """
    before, after = build_knowledge(replace(source, path=base)), build_knowledge(source)
    questions = _Questions.of(before, after)
    return GateResult(
        name,
        (before.engine.fingerprint, after.engine.fingerprint),
        edit_between(before.engine.corpus, after.engine.corpus),
        effects(before.engine, after.engine, questions.probes, _Unsettled(before.engine, after.engine)),
        tuple(problem for problem in faults(after.problems) if problem not in before.problems),
        questions.dropped,
        questions.unknown,
    )


class _Unsettled:
    """What is not certain to stay right: a listed text is answered by its section while no other lists it, whatever the ranking says."""

    def __init__(self, before: AnswerEngine, after: AnswerEngine) -> None:
        self._before, self._after = before, after

    def reaches(self, probe: Probe) -> bool:
        """Whether a question may get another verdict; its text may be another one in any case."""
        if probe.origin not in (Origin.LISTED, Origin.MESSAGE):
            return True
        was, now = (engine.settled(probe.text) for engine in (self._before, self._after))
        current = self._after.corpus.current
        return was is None or now is None or current(was.id) not in (probe.expect or ()) or now.id not in (probe.expect or ())


@dataclass(frozen=True, slots=True)
class _Questions:
    probes: tuple[Probe, ...]
    dropped: int
    unknown: tuple[str, ...]

    @classmethod
    def of(cls, before: BuiltKnowledge, after: BuiltKnowledge) -> _Questions:
        """What can be judged in both states, by the labels of the new one."""
        corpus = after.engine.corpus
        golden = list(golden_probes(_golden(after.source.path), corpus))
        texts = {probe.text for probe in golden}
        missed = [probe for probe in golden_probes(_golden(before.source.path), corpus) if probe.text not in texts]
        kept = [probe for probe in missed if not probe.expect or any(corpus.section(name) for name in probe.expect)]
        unknown = {name for probe in golden for name in probe.expect or () if not _is_known(after.engine, name)}
        listed = _listed_in_both(before.engine.corpus, corpus)
        return cls((*golden, *kept, *listed), len(missed) - len(kept), tuple(sorted(unknown)))


def _is_known(engine: AnswerEngine, section_id: str) -> bool:
    return engine.section(section_id) is not None


def _golden(folder: Path) -> Golden:
    return load_golden(folder) if (folder / GOLDEN_FILE).is_file() else Golden((), (), ())


def _listed_in_both(before: Corpus, after: Corpus) -> Iterator[Probe]:
    owners = {probe.text: after.current((probe.expect or ("",))[0]) for probe in listed_probes(before.sections)}
    return (probe for probe in listed_probes(after.sections) if owners.get(probe.text) in (probe.expect or ()))


@contextmanager
def state_of(base: str, folder: Path) -> Iterator[Path]:
    """The folder of another state of the knowledge while the block runs: a folder as it is, or ``folder`` as it was at a git revision.

    Raises:
        InputError: it is neither, git cannot be run, or the revision has no such folder.
    """
    if Path(base).is_dir():
        yield Path(base)
        return
    with tempfile.TemporaryDirectory(prefix="gate-") as name:
        target = Path(name) / folder.resolve().name
        target.mkdir()
        with tarfile.open(fileobj=io.BytesIO(_archive(base, folder))) as archive:
            archive.extractall(target, filter="data")
        yield target


def _archive(revision: str, folder: Path) -> bytes:
    inside = git(folder, "rev-parse", "--show-prefix", "--show-toplevel")
    if inside.returncode:
        raise InputError(f"{revision!r} is no folder, and {folder} is in no git repository. Give a folder, or run this in a checkout.")
    found = git(folder, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
    if found.returncode:
        raise InputError(
            f"{revision!r} is neither a folder nor a revision that git knows here. In CI, fetch the branch first: a checkout has often one "
            "commit only."
        )
    prefix, top = inside.stdout.splitlines()
    commit, prefix = found.stdout.strip(), prefix.rstrip("/")
    done = git_bytes(Path(top), "archive", "--format=tar", f"{commit}:{prefix}" if prefix else commit)
    if done.returncode:
        raise InputError(f"Revision {revision} has no folder {prefix or folder}; there is nothing to compare with.")
    return done.stdout


def gate(source: KnowledgeSource, base: str) -> GateResult:
    """Compare a folder with a state of before, a folder or a git revision; takes a minute for a large one.

    Raises:
        InputError: there is no such state.
        KnowledgeError: nothing can be answered from one of the two.
    """
    with state_of(base, source.path) as folder:
        return compare_states(source, folder, base)


_MOST_SECTIONS = 20
_MOST_SHOWN = 20
_ROWS: Sequence[tuple[str, tuple[Origin, ...]]] = (
    ("golden questions", (Origin.GOLDEN,)),
    ("what must be declined", (Origin.DECLINED,)),
    ("conversations", (Origin.FOLLOW_UP,)),
    ("listed questions", (Origin.LISTED,)),
    ("listed messages", (Origin.MESSAGE,)),
)


def markdown_report(result: GateResult) -> str:
    """The comparison as a comment on a pull request: the verdict and its reasons, a table, the edited sections, the worst answers."""
    lines = [f"### Answers compared with {_code(result.base)}: {'no worse' if result.passed else '**got worse**'}", ""]
    lines += [f"- {reason}" for reason in result.reasons]
    lines += ["", "| | asked | better | worse | another answer |", "| --- | ---: | ---: | ---: | ---: |"]
    for name, origins in _ROWS:
        asked = sum(result.effects.looked_at[origin] for origin in origins)
        counts = [len(result.effects.of(direction, *origins)) for direction in (Direction.BETTER, Direction.WORSE, Direction.OTHER)]
        lines.append(f"| {name} | {asked:,} | {counts[0]} | {counts[1]} | {counts[2]} |")
    lines += ["", _edited(result.edit)]
    if result.no_longer_asked:
        lines.append(f"{_counted(result.no_longer_asked, 'golden question')} went with the sections that answered them.")
    if result.unknown_labels:
        lines.append(f"Golden questions expect sections that are not there: {_names(result.unknown_labels)}. Correct {GOLDEN_FILE}.")
    worst = result.effects.worst(_MOST_SHOWN)
    if worst:
        lines += ["", f"<details{'' if result.passed else ' open'}><summary>What got worse, the most costly first</summary>", ""]
        lines += ["| question | was | is |", "| --- | --- | --- |"]
        lines += [f"| {_cell(change.probe.text)} | {_seen(change, before=True)} | {_seen(change, before=False)} |" for change in worst]
        more = len(result.effects.of(Direction.WORSE)) - len(worst)
        lines += ["", f"and {more} more" if more > 0 else "", "</details>"]
        lines += ["", f"Where the section shown now is right as well, add it to `expect` in {GOLDEN_FILE}."]
    lines += ["", f"<sub>fingerprints {result.fingerprints[0]} and {result.fingerprints[1]}</sub>"]
    return "\n".join(lines) + "\n"


def _edited(edit: Edit) -> str:
    named = (("added", edit.added), ("removed", edit.removed), ("changed", edit.changed))
    parts = [f"{word} {_names(names)}" for word, names in named if names]
    return f"Sections: {'; '.join(parts)}." if parts else "No section differs."


def _names(names: Sequence[str]) -> str:
    more = len(names) - _MOST_SECTIONS
    return ", ".join(map(_code, names[:_MOST_SECTIONS])) + (f" and {more} more" if more > 0 else "")


def _seen(change: Change, *, before: bool) -> str:
    seen = change.before if before else change.after
    where = f" {_code(seen.shown)}" if seen.shown else ""
    return f"{'' if seen.verdict is None else seen.verdict.value}{where}"


def _code(text: str) -> str:
    return f"`{_cell(text).replace('`', chr(39))}`"


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|").replace("<", "&lt;")


def gate_value(result: GateResult) -> dict[str, object]:
    """The same for programs; the fields are in ``docs/programs.md``."""
    return {
        "passed": result.passed,
        "base": result.base,
        "fingerprints": {"before": result.fingerprints[0], "after": result.fingerprints[1]},
        "reasons": list(result.reasons),
        "faults": [str(problem) for problem in result.faults],
        "sections": {"added": result.edit.added, "removed": result.edit.removed, "changed": result.edit.changed},
        "asked": {origin.value: result.effects.looked_at[origin] for origin in Origin if origin not in OF_SERVERS},
        "no_longer_asked": result.no_longer_asked,
        "unknown_labels": result.unknown_labels,
        "changes": [
            {
                "question": change.probe.text,
                "origin": change.probe.origin.value,
                "direction": change.direction.value,
                "about_the_edit": result.is_about(change),
                "cost": change.cost,
                "before": _side(change, before=True),
                "after": _side(change, before=False),
            }
            for change in result.effects.changes
        ],
    }


def _side(change: Change, *, before: bool) -> dict[str, object]:
    seen = change.before if before else change.after
    return {
        "outcome": seen.kind.value,
        "section": seen.shown,
        "verdict": None if seen.verdict is None else seen.verdict.value,
        "confidence": seen.confidence,
    }
