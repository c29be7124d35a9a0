"""Whatever members and moderators do, in whatever order: every closed case has its proof or its reason, no text of a member who deleted
their data is left, nobody hears twice, and counts add up.

Histories are drawn by Hypothesis over votes, cases, phrasings, patches, reloads, deletions, news and restarts, on a real database and a
real knowledge folder; ``make soak`` plays a hundred.
"""

from __future__ import annotations

import asyncio
import json
import shutil
import tempfile
from collections import Counter
from collections.abc import Awaitable
from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path
from typing import ClassVar, TypeVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from bot.answering.knowledge import BuiltKnowledge, KnowledgeSource, build_knowledge
from bot.answering.outcome import AnswerSettings, DeliveryKey
from bot.bootstrap.stages import Stages, open_stages
from bot.cases.case import Decided, DismissReason, Done, NoticeState, Reason, Refusal, Resolution
from bot.config import Config, DatabaseConfig, KnowledgeConfig
from bot.corpus.files import Limits
from bot.feedback.question_log import Asker
from bot.feedback.votes import Helpful, NotHelpful
from bot.review.export import ExportFormat, export_lines
from bot.review.queue import QueueFilter
from tests.conftest import SMALL_KNOWLEDGE
from tests.integration.making import COPYLEFT, OPEN_WEIGHTS, confirm, moderator
from tests.integration.rows import CHANNEL, GUILD, OTHER_GUILD, in_files, rows

WORDS = {1001: "zorblana", 1002: "quixbeno", 1003: "vexcleora", 1004: "wumdario", 1005: "jafeminka"}
"""Of each member a word that nobody else uses: it is in all that they write, and in nothing else."""
SHARED = ("What is copyleft?", "What are open weights?")
TEXTS = (
    "Copyleft demands that changed versions are shared under the same license.",
    "Copyleft asks that all who change a work share it alike. The GPL is the best-known copyleft license.",
)
ALL = QueueFilter(states=frozenset())
MUST_HAPPEN = ("resolved", "reopened", "reopened-worse", "dismissed", "proofs that show a change")
played: Counter[str] = Counter()
"""What happened in all histories; where hardly anything did, they show nothing."""
_BUILT: dict[str, BuiltKnowledge] = {}
_Result = TypeVar("_Result")

member = st.sampled_from(sorted(WORDS))
a_case = st.integers(0, 5)
yes = st.booleans()
seldom = st.integers(0, 5).map(lambda drawn: drawn == 5)


class Histories(RuleBasedStateMachine):
    """A server, its members and moderators, and what a model of them expects."""

    empty_database: ClassVar[Path]
    """Which each history begins with a copy of."""

    def __init__(self) -> None:
        super().__init__()
        self._folder = tempfile.TemporaryDirectory()
        self.knowledge = Path(self._folder.name) / "knowledge"
        shutil.copytree(SMALL_KNOWLEDGE, self.knowledge)
        database = Path(self._folder.name) / "bot.sqlite3"
        shutil.copy2(self.empty_database, database)
        self.config = Config(knowledge=KnowledgeConfig(path=self.knowledge), database=DatabaseConfig(path=database))
        self.runner = asyncio.Runner()
        self.path = database
        self.deliveries = 0
        self.gone: set[int] = set()
        self.audited: Counter[str] = Counter()
        self.heard: Counter[tuple[int, int, object]] = Counter()
        """Messages, by member, case and the moment at which it was closed."""
        self.known: dict[int, NoticeState] = {}
        """What became of each message."""
        self._open()

    def run(self, doing: Awaitable[_Result]) -> _Result:
        async def do() -> _Result:
            return await doing

        return self.runner.run(do())

    def _open(self) -> None:
        self.stack = AsyncExitStack()
        self.stages: Stages = self.run(self.stack.enter_async_context(open_stages(self.config, self._build())))

    def _build(self) -> BuiltKnowledge:
        """The folder as it is now; states that came before are not built again, but are known by the folder of this history."""
        text = (self.knowledge / "basics/licenses.md").read_text()
        source = KnowledgeSource(self.knowledge, Limits(), AnswerSettings(), cached=False)
        if text not in _BUILT:
            _BUILT[text] = build_knowledge(source)
        return replace(_BUILT[text], source=source)

    def _number(self, drawn: int) -> int | None:
        """The number of a case that there is."""
        ((cases,),) = rows(self.path, "SELECT count(*) FROM cases")
        return drawn % int(str(cases)) + 1 if cases else None

    def _decided(self, decided: Decided, action: str) -> None:
        if isinstance(decided, Done):
            self.audited[action] += 1

    @initialize(tell=yes)
    def begin(self, tell: bool) -> None:
        self.ask_and_vote(1001, SHARED[0], helpful=False, tell=tell)
        self.ask_a_moderator(1002, tell=True)

    @rule(who=member, question=st.sampled_from((*SHARED, "")), helpful=seldom, tell=yes)
    def ask_and_vote(self, who: int, question: str, helpful: bool, tell: bool) -> None:
        if who in self.gone:
            return
        answer_id = self._asked(who, question)
        vote = Helpful() if helpful else NotHelpful(Reason.WRONG, f"said by {WORDS[who]}")
        hashed = self.stages.hasher.hash(GUILD, who)
        self.run(self.stages.votes.cast(answer_id, GUILD, hashed, vote, notify_user_id=who if tell and not helpful else None))

    @rule(who=member, tell=yes)
    def ask_a_moderator(self, who: int, tell: bool) -> None:
        if who in self.gone:
            return
        answer_id, hashed = self._asked(who, ""), self.stages.hasher.hash(GUILD, who)
        self.run(self.stages.review.questions.ask_moderator(answer_id, GUILD, hashed, who if tell else None))

    def _asked(self, who: int, question: str) -> str:
        self.deliveries += 1
        asker = Asker(GUILD, CHANNEL, self.stages.hasher.hash(GUILD, who))
        words = question or f"Who won the {WORDS[who]} cup?"
        recorded = self.run(self.stages.answering.ask(words, asker, DeliveryKey(b"key", f"delivery {self.deliveries}"), (self.deliveries,)))
        return recorded.answer_id

    @rule(drawn=a_case)
    def claim(self, drawn: int) -> None:
        if (number := self._number(drawn)) is not None:
            self._decided(self.run(self.stages.review.decisions.claim(moderator(), number)), "claimed")

    @rule(drawn=a_case, resolution=st.sampled_from((Resolution.FIXED, Resolution.FIXED, Resolution.ANSWERED)), reasoned=yes)
    def resolve(self, drawn: int, resolution: Resolution, reasoned: bool) -> None:
        if (number := self._number(drawn)) is None:
            return
        why = "the new text comes on Monday" if reasoned else None
        decided = self.run(self.stages.review.decisions.resolve(moderator(), number, resolution, "Thank you!", why))
        self._decided(decided, "resolved")
        if not isinstance(decided, Done) and decided.reason is Refusal.UNPROVEN:
            assert resolution is Resolution.FIXED
            assert not reasoned

    @rule(drawn=a_case)
    def dismiss(self, drawn: int) -> None:
        if (number := self._number(drawn)) is not None:
            self._decided(self.run(self.stages.review.decisions.dismiss(moderator(), number, DismissReason.SPAM)), "dismissed")

    @rule(drawn=a_case)
    def reopen(self, drawn: int) -> None:
        if (number := self._number(drawn)) is not None:
            self._decided(self.run(self.stages.review.decisions.reopen(moderator(), number)), "reopened")

    @rule(drawn=a_case, section=st.sampled_from((COPYLEFT, OPEN_WEIGHTS)))
    def confirm(self, drawn: int, section: str) -> None:
        number = self._number(drawn)
        if number is None or self.run(self.stages.review.queue.find(GUILD, number)).question is None:
            return
        self.run(confirm(self.stages.review.phrasings, moderator(), number, section))

    @rule(drawn=a_case, section=st.sampled_from((COPYLEFT, OPEN_WEIGHTS)))
    def fix_by_a_phrasing(self, drawn: int, section: str) -> None:
        self.confirm(drawn, section)
        self.resolve(drawn, Resolution.FIXED, reasoned=False)

    @rule(drawn=a_case, text=st.sampled_from(TEXTS))
    def fix_by_a_patch(self, drawn: int, text: str) -> None:
        self.patch_and_reload(drawn, text)
        self.resolve(drawn, Resolution.FIXED, reasoned=False)

    @rule()
    def take_a_phrasing_back(self) -> None:
        found = self.run(self.stages.review.phrasings.page(GUILD)).items
        if found:
            self.run(self.stages.review.phrasings.withdraw(moderator(), found[-1].phrasing_id))

    @rule(drawn=a_case, text=st.sampled_from(TEXTS))
    def patch_and_reload(self, drawn: int, text: str) -> None:
        number, section = self._number(drawn), self.stages.knowledge.engine.corpus.section(COPYLEFT)
        assert section is not None
        if number is None:
            return
        proposals = self.stages.review.proposals
        opened = self.run(proposals.open(section))
        if opened.editable.text != text:
            corrected = replace(opened.editable, text=text)
            _, patch, _ = self.run(proposals.propose(moderator(), number, section, corrected, base=opened.digest))
            (self.knowledge / patch.path).write_bytes(patch.content)
        self._reload()

    @rule()
    def undo_and_reload(self) -> None:
        shutil.copy(SMALL_KNOWLEDGE / "basics/licenses.md", self.knowledge / "basics/licenses.md")
        self._reload()

    def _reload(self) -> None:
        self.stages.knowledge.engine = self._build().engine
        self.look_again()

    @rule()
    def look_again(self) -> None:
        watched = self.stages.review.watch
        self.audited["reopened-worse"] += self.run(watched.look())
        assert self.run(watched.look()) == 0, "what was asked once is asked again"

    @rule(ends=st.lists(st.sampled_from((NoticeState.SENT, NoticeState.REFUSED, NoticeState.UNKNOWN)), min_size=1, max_size=4))
    def send_news(self, ends: list[NoticeState]) -> None:
        """Unknown: the bot is killed between claim and note."""
        notices = self.stages.review.notices
        for news, end in zip(self.run(notices.pending()), ends, strict=False):
            if not self.run(notices.settle(news)):
                continue
            self.heard[news.user_id, news.case.number, news.case.closed_at] += 1
            self.known[news.notice_id] = end
            if end is not NoticeState.UNKNOWN:
                self.run(notices.note(news, end))

    @rule(who=member, really=seldom)
    def delete_data(self, who: int, really: bool) -> None:
        if not really:
            return
        self.run(self.stages.members.delete(who))
        self.gone.add(who)

    @rule()
    def restart(self) -> None:
        self.run(self.stack.aclose())
        self._open()
        self.look_again()

    @invariant()
    def every_closed_case_has_its_proof_or_its_reason(self) -> None:
        bare = """SELECT number FROM cases LEFT JOIN proofs ON proofs."case" = cases.id
            WHERE resolution = 'fixed' AND (proofs.id IS NULL OR (NOT changed AND why IS NULL))
            OR state = 'resolved' AND resolution IS NULL OR state = 'dismissed' AND dismissal IS NULL"""
        assert rows(self.path, bare) == []
        same = "outcome_before IS outcome_after AND section_before IS section_after AND digest_before IS digest_after"
        assert rows(self.path, f"SELECT * FROM proofs WHERE changed = (outcome_after IS NULL OR ({same}))") == []

    @invariant()
    def counts_add_up(self) -> None:
        off = 'SELECT number FROM cases WHERE signals != (SELECT count(*) FROM signals WHERE "case" = cases.id)'
        assert rows(self.path, off) == []
        logged = Counter({str(action): int(str(n)) for action, n in rows(self.path, "SELECT action, count(*) FROM audit GROUP BY 1")})
        assert {name: logged[name] for name in self.audited} == dict(self.audited)
        noted = rows(self.path, "SELECT id, notice FROM signals WHERE notice IS NOT NULL")
        assert {row[0]: row[1] for row in noted} == {notice: end.value for notice, end in self.known.items()}
        opened, fixed = logged["reopened-worse"], rows(self.path, "SELECT count(*) FROM audit WHERE detail LIKE 'fixed;%'")
        assert opened <= int(str(fixed[0][0]))

    @invariant()
    def nobody_hears_twice_of_one_closing(self) -> None:
        assert max(self.heard.values(), default=0) <= 1

    @invariant()
    def nothing_is_left_of_who_deleted_their_data(self) -> None:
        if not self.gone:
            return
        self.run(self.stages.database.forget_deleted_bytes(rewrite=False, whole=True))
        assert {WORDS[who]: in_files(self.path, WORDS[who]) for who in self.gone} == {WORDS[who]: [] for who in self.gone}
        ids = "SELECT notify_user_id FROM signals WHERE notify_user_id IS NOT NULL"
        assert self.gone.isdisjoint(int(str(row[0])) for row in rows(self.path, ids))

    def teardown(self) -> None:
        exported = list(map(json.loads, list(export_lines(self.path, GUILD, ALL, ExportFormat.JSONL))[1:]))
        assert rows(self.path, "SELECT count(*) FROM cases") == [(len(exported),)]
        assert [one["number"] for one in exported if one["resolution"] == "fixed" and not one["answer_before"]] == []
        assert self.run(self.stages.review.queue.page(OTHER_GUILD, ALL)).total == 0
        played.update({"proofs that show a change": sum(one["answer_before"] != one["answer_after"] for one in exported)} | self.audited)
        self.run(self.stack.aclose())
        self.runner.close()
        self._folder.cleanup()


@pytest.mark.parametrize("histories", [3, pytest.param(100, marks=pytest.mark.soak)])
def test_whatever_happens_every_closed_case_has_its_proof_and_counts_add_up(histories: int, empty_database: Path) -> None:
    played.clear()
    Histories.empty_database = empty_database
    drawn = settings(
        max_examples=histories,
        stateful_step_count=12 if histories < 100 else 30,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(Histories, settings=drawn)
    assert histories < 100 or min(played[name] for name in MUST_HAPPEN) >= 5, played
