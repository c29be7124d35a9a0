"""Who may do what: every command, control, form and autocomplete × everybody who could try it. No cell may be wrong.

The rows are written by hand, so that a new command or control without a row fails the first test; the cells are worked out from them. The
bot was restarted before, so each control and form is also tested for that.
"""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

import pytest
import simcord
from discord import AppCommandType, app_commands
from simcord.enums import ComponentType

from bot.answering.knowledge import BuiltKnowledge, KnowledgeSource, build_knowledge
from bot.answering.outcome import AnswerSettings
from bot.bootstrap.stages import open_stages
from bot.cases.case import Actor
from bot.client import FaqBot
from bot.config import Config, DatabaseConfig, SyncCommands
from bot.corpus.document import section_key
from bot.corpus.files import Limits
from bot.exts.registry import CONTROLS, FORMS
from tests.conftest import PATIENCE_SECONDS, SMALL_KNOWLEDGE, TESTS
from tests.interactions.conftest import Server, new_server
from tests.interactions.forging import choose_forged, in_foreign_server, press_forged, submit_forged
from tests.interactions.reading import answer_message, shown
from tests.interactions.reviewing import COMMENT, note_case, one_case, one_gap, states
from tests.interactions.rows import rows


class For(StrEnum):
    """For whom a row is."""

    EVERYONE = "everyone"
    SERVER_MEMBER = "server member"
    MODERATOR = "moderator"
    ADMINISTRATOR = "administrator"
    OWNER = "owner"


_MEMBER = frozenset({For.EVERYONE, For.SERVER_MEMBER})
_INSTALLED_IT = "administrator_who_installed_it"
"""An administrator, through their own install, in a server that has not added the bot: what they may do there counts for nothing."""
_FOREIGN = 1_500_000_000_000_000_000
ACTORS = {
    _INSTALLED_IT: frozenset({For.EVERYONE}),
    "member": _MEMBER,
    "role_just_removed": _MEMBER,
    "by_role": _MEMBER | {For.MODERATOR},
    "moderator": _MEMBER | {For.MODERATOR},
    "foreign_moderator": _MEMBER | {For.MODERATOR, For.ADMINISTRATOR},
    "administrator": _MEMBER | {For.MODERATOR, For.ADMINISTRATOR},
}
"""What each may do, in the server that they act in; whoever may not comes first, and must have changed nothing."""

DATABASE = "bot.sqlite3"
NO_SERVER = "works in a server only"
REFUSALS = ("That is for moderators", "Only members who may manage this server", "Only the owner of this bot", NO_SERVER)


@dataclass(frozen=True)
class Row:
    """Something that can be used."""

    audience: For
    values: Mapping[str, object] | Sequence[str] = field(default_factory=dict)
    """Options of a command, fields of a form, choices of a select."""
    custom_id: str = ""
    kind: ComponentType = ComponentType.BUTTON


MESSAGE = "a message"
COMMANDS = {
    "ask": Row(For.EVERYONE, {"question": "what is copyleft?", "private": True}),
    "help": Row(For.EVERYONE),
    "about": Row(For.EVERYONE),
    "Find an answer": Row(For.EVERYONE, {MESSAGE: True}),
    "license": Row(For.EVERYONE, {"name": "mit", "compare": "apache 2"}),
    "project": Row(For.EVERYONE, {"name": "pytorch", "compare": "tensorflow"}),
    "glossary": Row(For.EVERYONE, {"term": "lora"}),
    "topic": Row(For.EVERYONE, {"name": "copyleft"}),
    "timeline": Row(For.EVERYONE, {"year": "2018"}),
    "browse": Row(For.EVERYONE),
    "fact": Row(For.EVERYONE),
    "sources": Row(For.EVERYONE, {"topic": "licenses"}),
    "privacy show": Row(For.EVERYONE),
    "privacy export": Row(For.EVERYONE),
    "privacy delete": Row(For.EVERYONE),
    "note add": Row(For.SERVER_MEMBER, {"section": "{key}", "text": "a note"}),
    "note list": Row(For.SERVER_MEMBER),
    "admin reload": Row(For.OWNER),
    "settings": Row(For.ADMINISTRATOR, {"digest": "daily"}),
    "review home": Row(For.MODERATOR),
    "review queue": Row(For.MODERATOR),
    "review show": Row(For.MODERATOR, {"case": 1}),
    "review search": Row(For.MODERATOR, {"text": "copyleft"}),
    "review stats": Row(For.MODERATOR),
    "review export": Row(For.MODERATOR),
    "review audit": Row(For.MODERATOR),
    "review phrasings": Row(For.MODERATOR),
    "review kept": Row(For.MODERATOR),
    "review gaps": Row(For.MODERATOR),
    "review corrections": Row(For.MODERATOR),
    "Review this answer": Row(For.MODERATOR, {MESSAGE: True}),
}
LOOKUPS = ("license", "project", "glossary", "topic", "timeline", "browse", "fact", "sources")
"""What can be used everywhere, also in direct messages."""
FOUND_EVERYWHERE = ("lookup", "license", "browse", "timeline", "sources", "fact")
"""The stages of their controls."""
AUTOCOMPLETES = {
    "ask question": Row(For.EVERYONE),
    "license name": Row(For.EVERYONE),
    "license compare": Row(For.EVERYONE),
    "project name": Row(For.EVERYONE),
    "project compare": Row(For.EVERYONE),
    "glossary term": Row(For.EVERYONE),
    "topic name": Row(For.EVERYONE),
    "timeline year": Row(For.EVERYONE),
    "timeline from": Row(For.EVERYONE),
    "timeline to": Row(For.EVERYONE),
    "timeline about": Row(For.EVERYONE),
    "fact area": Row(For.EVERYONE),
    "sources topic": Row(For.EVERYONE),
    "note add section": Row(For.SERVER_MEMBER),
    "note list section": Row(For.SERVER_MEMBER),
    "review queue section": Row(For.MODERATOR),
    "review queue area": Row(For.MODERATOR),
    "review export section": Row(For.MODERATOR),
    "review export area": Row(For.MODERATOR),
    "settings time_zone": Row(For.ADMINISTRATOR),
}
_FILTER = "a--0:::"
_BASICS = section_key("area:basics")
_MIT, _APACHE = section_key("catalogues/licenses#mit"), section_key("catalogues/licenses#apache-2-0")
_TENSORFLOW, _TF2 = section_key("catalogues/projects#tensorflow"), section_key("TensorFlow 2.0")
CONTROL_ROWS = {
    "HelpfulVote": Row(For.EVERYONE, custom_id="answer:helpful:{answer}"),
    "NotHelpfulVote": Row(For.EVERYONE, custom_id="answer:unhelpful:{answer}"),
    "ReportMistake": Row(For.EVERYONE, custom_id="answer:report:{answer}:1"),
    "WhyThisAnswer": Row(For.EVERYONE, custom_id="answer:why:{answer}"),
    "WhyInDetail": Row(For.EVERYONE, custom_id="answer:details:{answer}"),
    "AnswerMenu": Row(For.EVERYONE, custom_id="answer:menu:{answer}"),
    "AskExample": Row(For.EVERYONE, custom_id="help:ask:{key}"),
    "ShowSuggestion": Row(For.EVERYONE, custom_id="suggestion:show:{answer}:{key}"),
    "ItWasThis": Row(For.EVERYONE, custom_id="suggestion:yes:{answer}:{key}"),
    "ItWasNot": Row(For.EVERYONE, custom_id="suggestion:no:{answer}:{key}"),
    "FullSection": Row(For.EVERYONE, custom_id="answer:section:{answer}"),
    "RelatedSections": Row(For.EVERYONE, ["{key}"], "answer:related:{answer}", ComponentType.STRING_SELECT),
    "OpenAlternative": Row(For.EVERYONE, custom_id="answer:alternative:{answer}:{key}"),
    "PickSuggestion": Row(For.EVERYONE, custom_id="suggestion:pick:{answer}:{key}"),
    "TurnPage": Row(For.EVERYONE, custom_id="section:page:{key}:0"),
    "AskModerator": Row(For.SERVER_MEMBER, custom_id="answer:moderator:{answer}"),
    "TurnNotes": Row(For.SERVER_MEMBER, custom_id="note:page:any:0"),
    "WithdrawNote": Row(For.SERVER_MEMBER, ["999"], "note:withdraw", ComponentType.STRING_SELECT),
    "DeleteMyData": Row(For.EVERYONE, custom_id="privacy:delete:me"),
    "KeepMyData": Row(For.EVERYONE, custom_id="privacy:keep:me"),
    "OpenEntry": Row(For.EVERYONE, custom_id="lookup:open:next:{key}"),
    "OpenMore": Row(For.EVERYONE, custom_id="lookup:more:{key}"),
    "ChooseEntry": Row(For.EVERYONE, ["{key}"], "lookup:choose:sections", ComponentType.STRING_SELECT),
    "ChooseVersion": Row(For.EVERYONE, [_TF2], f"lookup:version:{_TENSORFLOW}", ComponentType.STRING_SELECT),
    "CompareWith": Row(For.EVERYONE, [_APACHE], f"lookup:compare:{_MIT}", ComponentType.STRING_SELECT),
    "CompareSides": Row(For.EVERYONE, custom_id=f"lookup:sides:{_MIT}:{_APACHE}"),
    "CompareInFull": Row(For.EVERYONE, custom_id=f"lookup:whole:{_MIT}:{_APACHE}"),
    "OpenGuide": Row(For.EVERYONE, custom_id="license:guide:code"),
    "OpenGuides": Row(For.EVERYONE, custom_id="license:guides"),
    "BrowseTo": Row(For.EVERYONE, custom_id="browse:areas:-:0"),
    "BrowseInto": Row(For.EVERYONE, [_BASICS], "browse:choose:area", ComponentType.STRING_SELECT),
    "TurnTimeline": Row(For.EVERYONE, custom_id="timeline:page:-:-:-:0:"),
    "JumpToYear": Row(For.EVERYONE, ["2018"], "timeline:year:-:-:-:", ComponentType.STRING_SELECT),
    "TurnSources": Row(For.EVERYONE, custom_id="sources:page:-:-:0"),
    "AnotherFact": Row(For.EVERYONE, custom_id="fact:next:-"),
    "GoHome": Row(For.MODERATOR, custom_id="review:home"),
    "TurnQueue": Row(For.MODERATOR, custom_id=f"review:queue:{_FILTER}:0"),
    "TurnSearch": Row(For.MODERATOR, custom_id="review:search:copyleft:0"),
    "OpenCase": Row(For.MODERATOR, ["1"], "review:open", ComponentType.STRING_SELECT),
    "PickCases": Row(For.MODERATOR, ["1", "2"], "review:pick", ComponentType.STRING_SELECT),
    "BulkClaim": Row(For.MODERATOR, custom_id="review:bulk-claim:1.2"),
    "BulkResolve": Row(For.MODERATOR, custom_id="review:bulk-resolve:1.2"),
    "BulkDismiss": Row(For.MODERATOR, custom_id="review:bulk-dismiss:1.2"),
    "ClaimCase": Row(For.MODERATOR, custom_id="review:claim:1"),
    "UnclaimCase": Row(For.MODERATOR, custom_id="review:unclaim:1"),
    "ResolveCase": Row(For.MODERATOR, custom_id="review:resolve:1"),
    "DismissCase": Row(For.MODERATOR, custom_id="review:dismiss:1"),
    "ReopenCase": Row(For.MODERATOR, custom_id="review:reopen:1"),
    "ApproveNote": Row(For.MODERATOR, custom_id="review:approve:2"),
    "NoteCase": Row(For.MODERATOR, custom_id="review:note:1"),
    "ShowAll": Row(For.MODERATOR, custom_id="review:more:1"),
    "NextCase": Row(For.MODERATOR, custom_id="review:next:1"),
    "NameSection": Row(For.MODERATOR, custom_id="review:section:1"),
    "FoundSection": Row(For.MODERATOR, ["{key}"], "review:found:1:{answer}", ComponentType.STRING_SELECT),
    "AcceptPhrasing": Row(For.MODERATOR, custom_id="review:accept:1"),
    "DropDraft": Row(For.MODERATOR, custom_id="review:drop:1"),
    "WithdrawPhrasing": Row(For.MODERATOR, custom_id="review:phrasing:1"),
    "RewordPhrasing": Row(For.MODERATOR, custom_id="review:reword:1"),
    "ChooseToReword": Row(For.MODERATOR, ["1"], "review:reword", ComponentType.STRING_SELECT),
    "TurnPhrasings": Row(For.MODERATOR, custom_id="review:phrasings:0"),
    "TakePhrasingBack": Row(For.MODERATOR, ["1"], "review:unphrase:0", ComponentType.STRING_SELECT),
    "KeepQuestion": Row(For.MODERATOR, custom_id="review:keep:1"),
    "TurnKept": Row(For.MODERATOR, custom_id="review:kept:0"),
    "RemoveKept": Row(For.MODERATOR, ["1"], "review:unkeep:0", ComponentType.STRING_SELECT),
    "CorrectSection": Row(For.MODERATOR, custom_id="review:correct:1"),
    "ExportProposal": Row(For.MODERATOR, custom_id="review:patch:1"),
    "HandOnProposal": Row(For.MODERATOR, custom_id="review:hand-on:1"),
    "DropProposal": Row(For.MODERATOR, custom_id="review:drop-correction:1"),
    "SeeProposal": Row(For.MODERATOR, custom_id="review:correction:1"),
    "TurnProposals": Row(For.MODERATOR, custom_id="review:corrections:0"),
    "OpenProposal": Row(For.MODERATOR, ["1"], "review:correction", ComponentType.STRING_SELECT),
    "TurnAudit": Row(For.MODERATOR, custom_id="review:audit:::0"),
    "TurnGaps": Row(For.MODERATOR, custom_id="review:gaps:0:0"),
    "OpenGap": Row(For.MODERATOR, ["{gap}"], "review:gap", ComponentType.STRING_SELECT),
    "SetGapAside": Row(For.MODERATOR, custom_id="review:gap-aside:{gap}"),
    "ReopenGap": Row(For.MODERATOR, custom_id="review:gap-reopen:{gap}"),
    "PreviewThreshold": Row(For.ADMINISTRATOR, custom_id="review:threshold:85"),
    "ModeratorRoles": Row(For.ADMINISTRATOR, [], "settings:roles", ComponentType.ROLE_SELECT),
    "ReviewChannelSelect": Row(For.ADMINISTRATOR, [], "settings:review-channel", ComponentType.CHANNEL_SELECT),
    "AnswerChannels": Row(For.ADMINISTRATOR, [], "settings:answer-channels", ComponentType.CHANNEL_SELECT),
    "SaveThreshold": Row(For.ADMINISTRATOR, custom_id="settings:threshold:70"),
    "LeaveThreshold": Row(For.ADMINISTRATOR, custom_id="settings:leave-threshold"),
    "ForumChannels": Row(For.ADMINISTRATOR, [], "settings:forums", ComponentType.CHANNEL_SELECT),
    "CheckPermissions": Row(For.ADMINISTRATOR, custom_id="settings:check"),
}
FORM_ROWS = {
    "feedback:vote": Row(For.EVERYONE, {"reason": ["wrong"]}, "feedback:vote:{answer}"),
    "feedback:report": Row(For.EVERYONE, {"reason": ["wrong"]}, "feedback:report:{answer}:1"),
    "feedback:helpful": Row(For.EVERYONE, {}, "feedback:helpful:{answer}"),
    "answer:moderator": Row(For.SERVER_MEMBER, {}, "answer:moderator:{answer}"),
    "review:resolve": Row(For.MODERATOR, {"outcome": ["fixed"], "why": "soon"}, "review:resolve:1"),
    "review:dismiss": Row(For.MODERATOR, {"reason": ["spam"]}, "review:dismiss:1"),
    "review:note": Row(For.MODERATOR, {"text": "seen"}, "review:note:1"),
    "review:section": Row(For.MODERATOR, {"section": ["{key}"], "question": "what is copyleft?"}, "review:section:1:{answer}"),
    "review:keep": Row(For.MODERATOR, {"section": ["{key}"], "wording": "in other words"}, "review:keep:1"),
    "review:reword": Row(For.MODERATOR, {"wording": "in other words"}, "review:reword:1"),
    "review:correct": Row(For.MODERATOR, {"source": "Copyleft."}, "review:correct:1:{key}:0123456789abcdef"),
    "review:bulk-resolve": Row(For.MODERATOR, {"outcome": ["fixed"], "why": "soon"}, "review:bulk-resolve:1.2"),
    "review:bulk-dismiss": Row(For.MODERATOR, {"reason": ["spam"]}, "review:bulk-dismiss:1.2"),
}


@pytest.fixture(scope="session")
def built(own_cache: Path, tmp_path_factory: pytest.TempPathFactory) -> BuiltKnowledge:
    """The small knowledge base, with catalogues, so that every command finds something."""
    assert own_cache.is_dir()
    folder = tmp_path_factory.mktemp("matrix") / "knowledge"
    shutil.copytree(SMALL_KNOWLEDGE, folder)
    for name in ("catalogues", "licensing"):
        shutil.copytree(TESTS / "data" / "lookup" / name, folder / name)
    return build_knowledge(KnowledgeSource(folder, Limits(), AnswerSettings()))


def tree_of(server: Server) -> app_commands.CommandTree[FaqBot]:
    client = server.env.bot
    assert isinstance(client, FaqBot)
    return client.tree


def test_every_command_control_form_and_autocomplete_has_a_row(server: Server) -> None:
    tree = tree_of(server)
    commands = [command for command in tree.walk_commands() if isinstance(command, app_commands.Command)]
    menus = [*tree.walk_commands(type=AppCommandType.message), *tree.walk_commands(type=AppCommandType.user)]
    completed = {f"{command.qualified_name} {one.display_name}" for command in commands for one in command.parameters if one.autocomplete}

    assert {command.qualified_name for command in commands} | {menu.qualified_name for menu in menus} == set(COMMANDS)
    assert completed == set(AUTOCOMPLETES)
    assert {control.__name__ for control in CONTROLS} == set(CONTROL_ROWS)
    assert {":".join(form.template.split(":")[:2]) for form in FORMS} == set(FORM_ROWS)


def test_the_ids_in_the_rows_are_those_of_their_controls_and_forms() -> None:
    ids = {"answer": "a" * 12, "key": "b" * 12, "gap": "c" * 12}
    for control in CONTROLS:
        assert control.__discord_ui_compiled_template__.fullmatch(CONTROL_ROWS[control.__name__].custom_id.format(**ids)), control


class Matrix:
    """A server with feedback in it, and everybody who could try something."""

    def __init__(self, server: Server) -> None:
        self.server = server
        answer = str(rows(server, "SELECT answer_id FROM answers")[0][0])
        section = section_key(str(rows(server, "SELECT section_id FROM answers")[0][0]))
        self.ids = {"answer": answer, "key": section, "gap": str(rows(server, "SELECT key FROM gaps")[0][0])}

    def actor(self, name: str) -> simcord.MemberActor:
        actor = getattr(self.server, {"role_just_removed": "by_role", _INSTALLED_IT: "administrator"}.get(name, name))
        assert isinstance(actor, simcord.MemberActor)
        return actor

    def channel(self, name: str) -> simcord.ChannelHandle:
        return self.server.elsewhere if name == "foreign_moderator" else self.server.channel

    def stored(self) -> list[object]:
        """Return what moderators and administrators decide about, in this server and in direct messages."""
        here = self.server.guild.id
        tables = (
            "cases", "case_notes", "guild_settings", "audit", "phrasings", "phrasing_drafts", "kept_questions", "gaps", "gap_questions",
            "proofs", "signals",
        )  # fmt: skip
        return [rows(self.server, f"SELECT * FROM {table} WHERE guild_id IN (?, 0)", here) for table in tables]

    def filled(self, row: Row) -> dict[str, object]:
        assert isinstance(row.values, Mapping)
        return {name: self._filled(value) for name, value in row.values.items()}

    def _filled(self, value: object) -> object:
        if isinstance(value, list):
            return [self._filled(one) for one in value]
        return value.format(**self.ids) if isinstance(value, str) else value

    async def as_each(self, row: Row) -> list[str]:
        """Return the actors in the order in which they try: whoever may not, then everybody else."""
        await self.server.name_helpers()
        return sorted(ACTORS, key=lambda name: (row.audience in ACTORS[name], name == "by_role"))

    @contextmanager
    def acting(self, name: str) -> Iterator[None]:
        """Let what an actor does come from where they are."""
        with in_foreign_server(self.actor(name), _FOREIGN) if name == _INSTALLED_IT else nullcontext():
            yield

    async def before(self, name: str) -> None:
        """Take the role away from whoever is to lack it, or give it back."""
        backend = self.server.env.backend
        if name == "role_just_removed":
            await self.server.take_role()
        elif name == "by_role":
            backend.add_member_role(self.server.guild.id, self.server.by_role.id, self.server.helpers.id)
            await self.server.env.settle()


@pytest.fixture(scope="session")
def with_cases(tmp_path_factory: pytest.TempPathFactory, empty_database: Path, built: BuiltKnowledge) -> Path:
    """The folder of a database with feedback in it, whose bot was stopped."""
    folder = tmp_path_factory.mktemp("with-cases")
    shutil.copy2(empty_database, folder / DATABASE)
    asyncio.run(_leave_feedback(Config(database=DatabaseConfig(path=folder / DATABASE)), built))
    return folder


async def _leave_feedback(config: Config, built: BuiltKnowledge) -> None:
    async with open_stages(config, built) as stages, simcord.run(FaqBot(stages), settle_timeout=PATIENCE_SECONDS) as env:
        server = new_server(env, stages)
        await one_case(server)
        await note_case(server)
        await one_gap(server)
        drafter = Actor(server.guild.id, server.moderator.id)
        await stages.review.phrasings.draft(drafter, 1, "basics/licenses#copyleft", "what is that zebra license thing?")


@pytest.fixture
def migrated(config: Config, with_cases: Path) -> Config:
    """The bot is started on a copy of that database, so every cell is one of a bot that has drawn none of its messages."""
    shutil.copytree(with_cases, config.database.path.parent, dirs_exist_ok=True)
    discord = config.discord.model_copy(update={"sync_commands": SyncCommands.ALWAYS})  # the stopped bot sent them to another Discord
    return config.model_copy(update={"discord": discord})


@pytest.fixture
async def matrix(server: Server) -> Matrix:
    assert states(server) == ["open", "open"]
    for name in ("settings", "admin"):
        await server.open_command(name, server.member, server.moderator, server.by_role, server.administrator)
    return Matrix(server)


def check(matrix: Matrix, row: Row, name: str, result: simcord.InteractionResult, before: list[object]) -> None:
    """Compare one cell with what it should be."""
    may = row.audience in ACTORS[name]
    if result.modal is not None:
        assert may, f"{name} was given a form"
        return
    message = answer_message(result) if result.followups or result.response else None
    text = "" if message is None else shown(message)
    assert (not any(refusal in text for refusal in REFUSALS)) == may, f"{name}: {text}"
    if not may:
        assert message is not None
        assert message.ephemeral
    if not may or name == "foreign_moderator":
        assert matrix.stored() == before, f"{name} changed something here"
        assert COMMENT not in text
    assert "Something went wrong" not in text
    assert not matrix.server.env.errors


@pytest.mark.fault(22)
@pytest.mark.parametrize("name", COMMANDS)
async def test_commands(matrix: Matrix, name: str) -> None:
    row = COMMANDS[name]
    answered = await _answered(matrix.server) if MESSAGE in row.values else None
    for who in await matrix.as_each(row):
        await matrix.before(who)
        actor, channel, before = matrix.actor(who), matrix.channel(who), matrix.stored()
        with matrix.acting(who):
            if answered:
                written = await actor.send(channel, "what is copyleft?") if who == "foreign_moderator" else answered
                result = await actor.context_menu(channel, name, written)
            else:
                result = await actor.slash(channel, name, **matrix.filled(row))
        check(matrix, row, who, result, before)


async def _answered(server: Server) -> simcord.ResponseMessage:
    """Answer and get complaints, then be restarted, so that the answer is one that this bot has not drawn."""
    message = await one_case(server)
    await server.restart()
    return message


@pytest.mark.fault(22)
@pytest.mark.parametrize("name", CONTROL_ROWS)
async def test_controls(matrix: Matrix, name: str) -> None:
    row = CONTROL_ROWS[name]
    custom_id = row.custom_id.format(**matrix.ids)
    for who in await matrix.as_each(row):
        await matrix.before(who)
        actor, channel, before = matrix.actor(who), matrix.channel(who), matrix.stored()
        with matrix.acting(who):
            if row.kind is ComponentType.BUTTON:
                result = await press_forged(actor, channel, custom_id)
            else:
                values = [str(value).format(**matrix.ids) for value in row.values]
                result = await choose_forged(actor, channel, custom_id, row.kind, values)
        check(matrix, row, who, result, before)


@pytest.mark.fault(22)
@pytest.mark.parametrize("name", FORM_ROWS)
async def test_forms(matrix: Matrix, name: str) -> None:
    row = FORM_ROWS[name]
    for who in await matrix.as_each(row):
        await matrix.before(who)
        actor, channel, before = matrix.actor(who), matrix.channel(who), matrix.stored()
        fields = {name: value for name, value in matrix.filled(row).items() if isinstance(value, (str, list))}
        with matrix.acting(who):
            result = await submit_forged(actor, channel, row.custom_id.format(**matrix.ids), fields)
        check(matrix, row, who, result, before)


@pytest.mark.fault(22)
@pytest.mark.parametrize("name", AUTOCOMPLETES)
async def test_autocompletes(matrix: Matrix, name: str) -> None:
    row = AUTOCOMPLETES[name]
    command, _, option = name.rpartition(" ")
    for who in await matrix.as_each(row):
        await matrix.before(who)
        with matrix.acting(who):
            choices = await matrix.actor(who).autocomplete(matrix.channel(who), command, option, "")
        assert bool(choices) == (row.audience in ACTORS[who]), who


async def test_a_role_that_is_no_moderators_role_any_more_moderates_nothing(server: Server) -> None:
    await one_case(server)
    await server.name_helpers()
    await server.administrator.slash(server.channel, "settings")
    first = answer_message(await server.by_role.slash(server.channel, "review queue"))
    await choose_forged(server.administrator, server.channel, "settings:roles", ComponentType.ROLE_SELECT, [])
    second = answer_message(await server.by_role.slash(server.channel, "review queue"))

    assert "Review queue" in shown(first)
    assert "That is for moderators" in shown(second)


async def test_review_and_notes_cannot_be_used_in_direct_messages(server: Server) -> None:
    for name in ("review queue", "note list", "settings"):
        with pytest.raises(simcord.SetupError):
            await server.member.user.slash(name)


@pytest.mark.parametrize("name", LOOKUPS)
async def test_lookups_can_be_used_in_direct_messages(server: Server, name: str) -> None:
    row = COMMANDS[name]
    assert isinstance(row.values, Mapping)
    message = answer_message(await server.env.create_user("alone").slash(name, **row.values))

    text = shown(message)
    assert text
    assert not any(refusal in text for refusal in (*REFUSALS, "Something went wrong"))


@pytest.mark.parametrize("name", [name for name, row in CONTROL_ROWS.items() if row.custom_id.split(":")[0] in FOUND_EVERYWHERE])
async def test_controls_of_lookups_show_what_they_lead_to(server: Server, name: str) -> None:
    row = CONTROL_ROWS[name]
    custom_id = row.custom_id.format(key=_MIT)
    if row.kind is ComponentType.BUTTON:
        result = await press_forged(server.member, server.channel, custom_id)
    else:
        result = await choose_forged(
            server.member, server.channel, custom_id, row.kind, [str(value).format(key=_MIT) for value in row.values]
        )

    assert "###" in shown(answer_message(result))
