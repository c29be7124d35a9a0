"""The texts that are read on Discord: a word for everything that can be stored, and none that nobody would say."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import bot.texts
from bot.answering.outcome import OutcomeKind
from bot.cases.case import CaseKind, CaseState, DismissReason, Reason, Refusal, Resolution
from bot.config import KeepQuestions
from bot.exts.ask.answer import _cut_in_meaning
from bot.exts.review.filters import Status
from bot.guilds.settings import DigestRhythm, GuildSettings
from bot.review.cards import NextStep
from bot.review.community_notes import NoteProblem
from bot.review.export import ExportFormat
from bot.storage.audit import AuditAction
from bot.texts import ask, cases, notes, privacy, review, settings

STIFF = re.compile(r"\bmend|\bbec[ao]me of\b|\btold\b|\banew\b|emptied list|leaves this (?:bot's )?computer", re.IGNORECASE)
FOLDER = Path(bot.texts.__file__).parent


def test_there_is_a_word_for_everything_that_is_stored() -> None:
    assert set(cases.KINDS) == set(CaseKind)
    assert set(cases.STATES) == set(CaseState)
    assert set(cases.RESOLUTIONS) == set(Resolution)
    assert set(cases.DISMISSALS) == set(DismissReason)
    assert set(cases.REASONS) == set(ask.REASONS) == set(Reason)
    assert set(review.FORMATS) == set(ExportFormat)
    assert set(review.STATUSES) == set(Status)
    assert set(cases.NEXT_STEPS) == set(NextStep)
    assert set(cases.TODAY) == set(OutcomeKind)
    assert set(cases.GOT) == {*OutcomeKind, "lookup"}
    assert set(review.SETTINGS) == {name for name in GuildSettings.__dataclass_fields__ if name != "guild_id"}
    assert set(cases.refusals("Case #1", "somebody", CaseState.OPEN, note=False)) == set(Refusal)
    assert set(settings.RHYTHMS) == set(DigestRhythm)


@pytest.mark.parametrize("action", list(AuditAction))
def test_what_was_done_can_be_said_of_a_case_on_its_card_and_of_none(action: AuditAction) -> None:
    for case in ("case #3", "it", ""):
        assert review.act(action, case, "a detail")
    of_none = privacy.did("now", action, None)
    assert re.fullmatch(rf"{re.escape(of_none)}( for| of| on)? case #3", privacy.did("now", action, 3))
    assert not of_none.endswith((" for", " of", " on"))
    assert "-" not in privacy.did("now", action, None)


def test_a_line_of_the_queue_says_what_happened_to_how_many_members() -> None:
    def said(kind: str, reason: str | None, members: int, *, agreeing: int = 0, corrections: int = 0, suggested: int = 0) -> str:
        return cases.happened(kind, reason, members, agreeing=agreeing, corrections=corrections, suggested=suggested)

    assert said("not-helpful", "outdated", 1, agreeing=1) == "Somebody finds the answer out of date"
    assert said("not-helpful", "unclear", 3, agreeing=3) == "3 members find the answer hard to understand"
    assert said("not-helpful", "wrong", 3, agreeing=2) == "3 members did not find the answer helpful; 2 find it wrong"
    assert said("correction", "wrong", 2, agreeing=1, corrections=1) == (
        "2 members did not find the answer helpful; 1 suggests better words"
    )
    assert said("correction", "wrong", 2, agreeing=2, corrections=2) == "2 members suggest better words"
    assert said("declined", None, 2) == "2 members asked this and got no answer"
    assert said("declined", None, 2, suggested=2) == "2 members asked this and got only suggestions"
    assert said("not-helpful", "wrong", 0) == "What members said was taken back"
    everything = {said(kind, reason, members, agreeing=1) for kind in CaseKind for reason in (None, *Reason) for members in (0, 1, 3)}
    assert not any(text[0].islower() for text in everything)


def test_every_way_to_stand_and_every_refused_note_has_a_sentence() -> None:
    assert all(cases.stands(state, None, None) for state in CaseState)
    assert all(notes.refused(problem, 5, 1000) for problem in NoteProblem)
    assert all(privacy.questions("24 hours", "90 days", keep) for keep in KeepQuestions)


@pytest.mark.parametrize("module", [path.name for path in sorted(FOLDER.glob("[a-z]*.py"))])
def test_no_text_says_what_nobody_would_say(module: str) -> None:
    assert STIFF.findall((FOLDER / module).read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    ("sentence", "kept"),
    [
        ("Llama's license allows sharing and commercial use unless your products have more than 700 million monthly users.", "unless"),
        (
            "In 2024 an agency advised the government of the United States not to restrict the weights of open models for now.",
            "not to restrict",
        ),
    ],
)
def test_a_suggestion_is_not_cut_where_it_would_say_the_opposite(sentence: str, kept: str) -> None:
    shown = _cut_in_meaning(sentence, 64, lambda word: word in ("commercial", "restrict", "weights"))

    assert kept in shown


def test_a_suggestion_that_turns_nowhere_is_cut_around_what_was_asked() -> None:
    shown = _cut_in_meaning("The first words say little here. " * 4 + "The needle comes late.", 64, lambda word: word == "needle")

    assert "needle" in shown
    assert len(shown) <= 64
