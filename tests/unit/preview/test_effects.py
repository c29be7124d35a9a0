"""What a change does to answers: judged by labels, and computed without asking what it cannot reach."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence

import pytest

from bot.answering.engine import AnswerEngine
from bot.answering.knowledge import BuiltKnowledge
from bot.answering.outcome import AskedQuestion, OutcomeKind
from bot.corpus.document import Section
from bot.evaluation.golden import load_golden
from bot.evaluation.measuring import Verdict
from bot.preview.effects import Change, Compared, Direction, Effects, PhrasingReach, Reach, ThresholdReach, effects
from bot.preview.probes import Origin, Probe, Standing, golden_probes, listed_probes
from bot.retrieval.hit import Phrasing
from bot.retrieval.tfidf import TfidfIndex
from tests.conftest import REPOSITORY
from tests.unit.making import make_engine, make_section, with_settings

WORDS = "license model weight data train share open source patent author copy change sell use study version release code tool fork".split()
SECTIONS = 40
"""More than a ranking is looked at, so that a section can be too far down for its score to show."""
CONFIRMED = (Phrasing("article#s3", "what fork patent"), Phrasing("article#s5", "sell it"))
RIGHT, OTHER = "article#one", "article#two"


class Everywhere:
    """Passes nothing over."""

    def reaches(self, probe: Probe) -> bool:
        return True


def made_up(chance: random.Random, sections: int = SECTIONS) -> list[Section]:
    """Sections that share words, so that many compete for every question, and list enough for likeness in meaning to have a part."""

    def text(least: int, most: int) -> str:
        return " ".join(chance.choices(WORDS, k=chance.randint(least, most)))

    return [
        make_section(f"s{number}", f"{text(8, 30)}. {text(5, 12)}.", title=text(1, 3), questions=[f"what {text(2, 5)}" for _ in range(5)])
        for number in range(sections)
    ]


def asked(chance: random.Random, count: int = 30) -> list[Probe]:
    """Questions of several sentences and clauses, some mistyped, some with a conversation before them."""
    probes: list[Probe] = []
    for number in range(count):
        words = [
            chance.choice([word, word[:-1] if len(word) > 4 else word, "zebra"]) for word in chance.choices(WORDS, k=chance.randint(1, 9))
        ]
        question = chance.choice(["what is {}?", "hi, {} thanks", "{}. And can i {}?", "my boss asked me what is {}", "{}"])
        text = question.format(" ".join(words), chance.choice(WORDS))
        replayed = AskedQuestion("", "", text, text, f"article#s{chance.randrange(SECTIONS)}", (0,)) if number % 5 == 0 else None
        probes.append(Probe(Origin.MEMBERS, (text,), replayed=replayed))
    return probes


def seen(found: Effects) -> list[tuple[Probe, Standing, Standing]]:
    return [(change.probe, change.before, change.after) for change in found.changes]


@pytest.fixture(scope="module")
def crowded() -> tuple[AnswerEngine, list[Probe]]:
    chance = random.Random(16)
    engine = make_engine(made_up(chance))
    engine = with_settings(engine, type(engine.settings)(answer_threshold=0.5, suggest_threshold=0.2))
    assert isinstance(engine.index, TfidfIndex)
    assert len(engine.index.arrays.meaning_rows) > 0
    return engine, [*asked(chance), *list(listed_probes(engine.corpus.sections))[::7]]


def assert_nothing_is_missed(before: AnswerEngine, after: AnswerEngine, probes: Sequence[Probe], reach: Reach) -> int:
    """The same changes are found as when everything is asked; returns how many questions were passed over."""
    few, every = effects(before, after, probes, reach), effects(before, after, probes, Everywhere())
    assert seen(few) == seen(every)
    assert few.looked_at == every.looked_at
    assert every.asked == len(probes)
    return every.asked - few.asked


@pytest.mark.parametrize("number", range(3))
def test_what_a_phrasing_cannot_reach_is_passed_over_and_nothing_is_missed(crowded: tuple[AnswerEngine, list[Probe]], number: int) -> None:
    engine, probes = crowded
    chance = random.Random(number)
    before = engine.varied(engine.settings.answer_threshold, CONFIRMED)
    added = Phrasing(
        f"article#s{chance.randrange(SECTIONS)}", chance.choice(probes).text if number % 2 else " ".join(chance.choices(WORDS, k=4))
    )
    after = engine.varied(engine.settings.answer_threshold, [*CONFIRMED, added])

    assert assert_nothing_is_missed(before, after, probes, PhrasingReach(before, after, [added])) > len(probes) / 4


@pytest.mark.parametrize(("old", "new"), [(0.5, 0.6), (0.2, 0.1), (0.4, 0.99)])
def test_what_a_threshold_cannot_reach_is_passed_over_and_nothing_is_missed(
    crowded: tuple[AnswerEngine, list[Probe]], old: float, new: float
) -> None:
    engine, probes = crowded
    before, after = engine.varied(old, ()), engine.varied(new, ())

    passed_over = assert_nothing_is_missed(before, after, probes, ThresholdReach(before, after))

    structured = engine.confidence.structured
    assert passed_over > 0 or min(old, new) <= structured < max(old, new)  # a choice of the structure is reached in any case


def test_a_second_threshold_is_previewed_with_the_numbers_of_the_first_and_keeps_none_of_members(
    crowded: tuple[AnswerEngine, list[Probe]],
) -> None:
    engine, probes = crowded
    known: dict[Probe, Compared] = {}
    held, lower, higher = (engine.varied(threshold, ()) for threshold in (0.5, 0.3, 0.7))

    effects(held, lower, probes, ThresholdReach(held, lower, known))
    kept = dict(known)
    assert_nothing_is_missed(held, higher, probes, ThresholdReach(held, higher, known))

    assert {probe.origin for probe in kept} == {Origin.LISTED}
    assert known == kept


def test_in_the_shipped_knowledge_nothing_is_missed_either(shipped: AnswerEngine) -> None:
    golden = [probe for probe in golden_probes(load_golden(REPOSITORY / "knowledge"), shipped.corpus) if len(probe.turns) == 1][::40]
    probes = [*golden, *list(listed_probes(shipped.corpus.sections))[:: len(shipped.corpus.sections)]]
    added = Phrasing("catalogues/glossary#copyleft", golden[7].text)
    plain, named = shipped.varied(0.8, ()), shipped.varied(0.8, [added])
    stricter = shipped.varied(0.9, ())

    assert_nothing_is_missed(plain, named, probes, PhrasingReach(plain, named, [added]))
    assert_nothing_is_missed(plain, stricter, probes, ThresholdReach(plain, stricter))


def test_what_other_words_of_a_phrasing_cannot_reach_is_passed_over_and_nothing_is_missed(
    crowded: tuple[AnswerEngine, list[Probe]],
) -> None:
    engine, probes = crowded
    was, becomes = CONFIRMED[0], Phrasing(CONFIRMED[0].section_id, "tool version change")
    before = engine.varied(engine.settings.answer_threshold, CONFIRMED)
    after = engine.varied(engine.settings.answer_threshold, [becomes, CONFIRMED[1]])

    assert assert_nothing_is_missed(before, after, probes, PhrasingReach(before, after, [was, becomes])) > len(probes) / 4


def test_a_phrasing_of_a_section_that_is_gone_reaches_nothing(crowded: tuple[AnswerEngine, list[Probe]]) -> None:
    engine, probes = crowded
    gone = Phrasing("article#gone", "what license")
    after = engine.varied(engine.settings.answer_threshold, [gone])

    assert effects(engine, after, probes, PhrasingReach(engine, after, [gone])).asked == 0


def test_a_phrasing_without_a_word_to_search_for_reaches_its_own_question() -> None:
    question = "why shall she"
    engine = make_engine([make_section("one", "Zebras run."), make_section("two", "Birds fly.")]).varied(0.5, ())
    added = Phrasing(OTHER, question)
    after = engine.varied(0.5, [added])

    assert engine.index.search(question, 2) == after.index.search(question, 2) == []
    assert_nothing_is_missed(engine, after, [Probe(Origin.MEMBERS, (question,))], PhrasingReach(engine, after, [added]))


def test_a_phrasing_changes_its_own_question_to_its_section(built: BuiltKnowledge) -> None:
    engine = built.engine
    added = Phrasing("basics/licenses#copyleft", "how wide zebra crossings are")
    after = engine.varied(engine.settings.answer_threshold, [added])
    probes = [Probe(Origin.MEMBERS, (added.text,)), *listed_probes(engine.corpus.sections)]

    (change,) = effects(engine, after, probes, PhrasingReach(engine, after, [added])).changes

    assert (change.probe.text, change.before.kind, change.after.shown) == (added.text, OutcomeKind.ABSTENTION, "basics/licenses#copyleft")
    assert change.direction is Direction.OTHER


def standing(verdict: Verdict | None, shown: str | None = None) -> Standing:
    return Standing(OutcomeKind.ANSWER, shown, shown, "text", (), 0.9, verdict)


@pytest.mark.parametrize(
    ("expect", "before", "after", "direction"),
    [
        ((RIGHT,), Verdict.RIGHT, Verdict.SUGGESTED, Direction.WORSE),
        ((RIGHT,), Verdict.SUGGESTED, Verdict.WRONG, Direction.WORSE),
        ((RIGHT,), Verdict.MISSED, Verdict.SUGGESTED, Direction.BETTER),
        ((RIGHT,), Verdict.PARTLY, Verdict.RIGHT, Direction.BETTER),
        ((RIGHT,), Verdict.MISSED, Verdict.DECLINED, Direction.OTHER),
        ((), Verdict.DECLINED, Verdict.SUGGESTED, Direction.WORSE),
        ((), Verdict.WRONG, Verdict.SUGGESTED, Direction.BETTER),
    ],
)
def test_labels_say_whether_a_change_is_better_or_worse(
    expect: tuple[str, ...], before: Verdict, after: Verdict, direction: Direction
) -> None:
    change = Change(Probe(Origin.GOLDEN, ("q",), expect), standing(before), standing(after))

    assert change.direction is direction
    assert change.harms is (after is Verdict.WRONG)


def test_members_who_refused_a_section_say_whether_a_change_is_better_or_worse() -> None:
    probe = Probe(Origin.MEMBERS, ("q",), refused=OTHER)

    assert Change(probe, standing(None, OTHER), standing(None, RIGHT)).direction is Direction.BETTER
    assert Change(probe, standing(None, RIGHT), standing(None, OTHER)).direction is Direction.WORSE
    assert Change(probe, standing(None, None), standing(None, RIGHT)).direction is Direction.OTHER


def test_the_worst_come_first_and_of_these_what_members_asked() -> None:
    members, golden = Probe(Origin.MEMBERS, ("m",), (RIGHT,)), Probe(Origin.GOLDEN, ("g",), (RIGHT,))
    small = Change(golden, standing(Verdict.RIGHT), standing(Verdict.SUGGESTED))
    large = [Change(probe, standing(Verdict.RIGHT), standing(Verdict.WRONG)) for probe in (golden, members)]
    found = effects_of(small, *large)

    assert found.worst(2) == (large[1], large[0])
    assert len(found.of(Direction.WORSE, Origin.GOLDEN)) == 2


def effects_of(*changes: Change) -> Effects:
    return Effects(Counter(change.probe.origin for change in changes), len(changes), changes)
