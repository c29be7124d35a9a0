"""The tables, as the code of today sees them; ``migrations/`` brings any older database here.

Rows of a server carry its ``guild_id`` (0 for direct messages), and every query on them filters by it. Members are keyed hashes; moderators
are stored by their Discord id, so that others can see who has a case. Times are UTC. Text that members wrote can be null, because it
expires. ``audit`` is append-only; triggers of migration 0002 see to it. The schema is the same in both databases.
"""

from __future__ import annotations

import sqlalchemy as sa

from bot.storage.columns import ROW_ID, IdSet, UtcTime
from bot.storage.dialect import partial_index

DIRECT_MESSAGES = 0
"""The ``guild_id`` of what happens outside servers."""


metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "pk": "pk_%(table_name)s",
    }
)

answers = sa.Table(
    "answers",
    metadata,
    sa.Column("id", ROW_ID, primary_key=True),
    sa.Column("answer_id", sa.String(12), nullable=False, unique=True),
    sa.Column("guild_id", sa.BigInteger, nullable=False),
    sa.Column("channel_id", sa.BigInteger, nullable=False),
    sa.Column("message_id", sa.BigInteger),
    sa.Column("member_hash", sa.String(32)),
    sa.Column("question", sa.Text),
    sa.Column("normalized_question", sa.Text),
    sa.Column("searched", sa.Text),
    sa.Column("context_id", sa.Text),
    sa.Column("context_seen", sa.Text),
    sa.Column("picked", sa.Boolean),
    sa.Column("outcome", sa.String(12), nullable=False),
    sa.Column("section_id", sa.Text),
    sa.Column("shown_digest", sa.String(16), nullable=False),
    sa.Column("confidence", sa.Float),
    sa.Column("fingerprint", sa.String(16), nullable=False),
    sa.Column("asked_at", UtcTime, nullable=False),
    sa.Index(None, "guild_id", "asked_at", "outcome"),
    sa.Index(None, "guild_id", "member_hash"),
    sa.Index(None, "guild_id", "message_id"),
    sa.Index(None, "asked_at"),
)

NO_QUESTION_TEXT = {"question": None, "normalized_question": None, "searched": None}
"""Values that take the text of a question out of its row of ``answers``: every column that holds some."""

shown_texts = sa.Table(
    "shown_texts",
    metadata,
    sa.Column("digest", sa.String(16), primary_key=True),
    sa.Column("text", sa.Text, nullable=False),
)
"""What answers said, by ``answers.shown_digest``: text of the knowledge base as it was then, none of members."""

hits = sa.Table(
    "hits",
    metadata,
    sa.Column("answer", sa.ForeignKey("answers.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("rank", sa.Integer, primary_key=True),
    sa.Column("section_id", sa.Text, nullable=False),
    sa.Column("score", sa.Float, nullable=False),
)

votes = sa.Table(
    "votes",
    metadata,
    sa.Column("id", ROW_ID, primary_key=True),
    sa.Column("answer", sa.ForeignKey("answers.id", ondelete="CASCADE"), nullable=False),
    sa.Column("guild_id", sa.BigInteger, nullable=False),
    sa.Column("member_hash", sa.String(32), nullable=False),
    sa.Column("helpful", sa.Boolean, nullable=False),
    sa.Column("reason", sa.String(12)),
    sa.Column("comment", sa.Text),
    sa.Column("correction", sa.Text),
    sa.Column("voted_at", UtcTime, nullable=False),
    sa.Column("section_id", sa.Text),
    sa.UniqueConstraint("answer", "member_hash"),
    sa.Index(None, "guild_id", "member_hash"),
    sa.Index(None, "guild_id", "voted_at", "helpful", "reason", "section_id"),
)

judgements = sa.Table(
    "judgements",
    metadata,
    sa.Column("id", ROW_ID, primary_key=True),
    sa.Column("answer", sa.ForeignKey("answers.id", ondelete="CASCADE"), nullable=False),
    sa.Column("guild_id", sa.BigInteger, nullable=False),
    sa.Column("member_hash", sa.String(32), nullable=False),
    sa.Column("section_id", sa.Text, nullable=False),
    sa.Column("judged_at", UtcTime, nullable=False),
    sa.UniqueConstraint("answer", "member_hash"),
    sa.Index(None, "guild_id", "member_hash"),
)

guild_settings = sa.Table(
    "guild_settings",
    metadata,
    sa.Column("guild_id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("vote_controls", sa.Boolean, nullable=False, server_default=sa.true()),
    sa.Column("removed_at", UtcTime),
    sa.Column("updated_at", UtcTime, nullable=False),
    sa.Column("moderator_roles", IdSet),
    sa.Column("review_channel_id", sa.BigInteger),
    sa.Column("digest", sa.String(8), nullable=False, server_default="off"),
    sa.Column("digest_hour", sa.Integer, nullable=False, server_default="9"),
    sa.Column("time_zone", sa.String(64), nullable=False, server_default="UTC"),
    sa.Column("answer_channels", IdSet),
    sa.Column("forum_channels", IdSet),
    sa.Column("forum_threshold", sa.Float, nullable=False, server_default="0.85"),
    sa.Column("answer_threshold", sa.Float),
    sa.Column("feedback_days", sa.Integer),
    sa.Column("review_paused_until", UtcTime),
    sa.Column("trouble_told_at", UtcTime),
    sa.Column("digest_sent_at", UtcTime),
    sa.Column("other_places", sa.Text, nullable=False, server_default=sa.text("''")),
)

facts = sa.Table(
    "facts",
    metadata,
    sa.Column("name", sa.String(64), primary_key=True),
    sa.Column("value", sa.Text, nullable=False),
)
"""What the installation remembers about itself: the check of its key, the commands it last sent."""

processes = sa.Table(
    "processes",
    metadata,
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("version", sa.String(32), nullable=False),
    sa.Column("fingerprint", sa.String(16), nullable=False),
    sa.Column("servers", sa.Integer, nullable=False),
    sa.Column("latency_ms", sa.Integer),
    sa.Column("room", sa.Integer, nullable=False),
    sa.Column("built", sa.Text),
    *(sa.Column(name, UtcTime, nullable=False) for name in ("started_at", "seen_at")),
)
"""How each process that serves the bot is; whether it runs, and what it serves, say its locks (``bot.cluster``). ``room`` is how many more
shards it would take, ``built`` the reload that it is ready for, or why it is not."""

deletions_seen = sa.Table("deletions_seen", metadata, sa.Column("number", sa.BigInteger, primary_key=True, autoincrement=False))
"""The numbers of deletions that were carried out here, since several processes may each have a list of their own."""


cases = sa.Table(
    "cases",
    metadata,
    sa.Column("id", ROW_ID, primary_key=True),
    sa.Column("guild_id", sa.BigInteger, nullable=False),
    sa.Column("number", sa.Integer, nullable=False),
    sa.Column("kind", sa.String(12), nullable=False),
    sa.Column("state", sa.String(12), nullable=False),
    sa.Column("question_key", sa.String(24)),
    sa.Column("answer", sa.ForeignKey("answers.id", ondelete="SET NULL")),
    sa.Column("section_id", sa.Text),
    sa.Column("area", sa.Text),
    sa.Column("reason", sa.String(12)),
    sa.Column("signals", sa.Integer, nullable=False),
    sa.Column("opened_at", UtcTime, nullable=False),
    sa.Column("last_signal_at", UtcTime, nullable=False),
    sa.Column("moderator_id", sa.BigInteger),
    sa.Column("claimed_at", UtcTime),
    sa.Column("closed_at", UtcTime),
    sa.Column("resolution", sa.String(12)),
    sa.Column("dismissal", sa.String(16)),
    sa.Column("closing_text", sa.Text),
    sa.Column("card_channel_id", sa.BigInteger),
    sa.Column("card_message_id", sa.BigInteger),
    sa.Column("card_version", sa.Integer, nullable=False, server_default="0"),
    sa.Column("version", sa.Integer, nullable=False, server_default="1"),
    sa.UniqueConstraint("guild_id", "number"),
    sa.CheckConstraint("(closed_at IS NULL) = (state IN ('open', 'claimed', 'reopened'))", name="closed"),
    sa.Index(None, "guild_id", "closed_at", "number"),
    sa.Index(None, "guild_id", "state", "number"),
    sa.Index(None, "guild_id", "section_id"),
    sa.Index(None, "guild_id", "opened_at"),
    sa.Index(None, "answer"),
    partial_index("uq_cases_open_question_key", "guild_id", "question_key", where="closed_at IS NULL", unique=True),
    partial_index("ix_cases_outdated", "guild_id", "number", where="card_version < version"),
)
"""``question_key`` is a keyed hash of the normalized question. What is not closed has no ``closed_at``."""

case_texts = sa.Table(
    "case_texts",
    metadata,
    sa.Column("case", sa.ForeignKey("cases.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("guild_id", sa.BigInteger, nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Index(None, "guild_id"),
)
"""What a search reads: everything that is written about a case, folded, in one narrow table. Made again whenever any of it goes."""

signals = sa.Table(
    "signals",
    metadata,
    sa.Column("id", ROW_ID, primary_key=True),
    sa.Column("guild_id", sa.BigInteger, nullable=False),
    sa.Column("case", sa.ForeignKey("cases.id", ondelete="CASCADE"), nullable=False),
    sa.Column("kind", sa.String(12), nullable=False),
    sa.Column("answer", sa.ForeignKey("answers.id", ondelete="SET NULL")),
    sa.Column("vote", sa.ForeignKey("votes.id", ondelete="SET NULL")),
    sa.Column("reason", sa.String(12)),
    sa.Column("member_hash", sa.String(32)),
    sa.Column("notify_user_id", sa.BigInteger),
    sa.Column("sent_at", UtcTime, nullable=False),
    sa.Column("withdrawn_at", UtcTime),
    sa.Column("notice", sa.String(8)),
    sa.Index(None, "case"),
    sa.Index(None, "vote"),
    sa.Index(None, "answer"),
    sa.Index(None, "guild_id", "member_hash"),
    sa.Index(None, "guild_id", "reason", "case"),
    partial_index("ix_signals_notify_user_id", "notify_user_id", where="notify_user_id IS NOT NULL"),
)
"""What one member said. A signal that was taken back stays as a count, without member and text. ``notice`` is what is known of the message
to a member who wanted one; null while it waits, or none was wanted."""

proofs = sa.Table(
    "proofs",
    metadata,
    sa.Column("id", ROW_ID, primary_key=True),
    sa.Column("guild_id", sa.BigInteger, nullable=False),
    sa.Column("case", sa.ForeignKey("cases.id", ondelete="CASCADE"), nullable=False),
    sa.Column("outcome_before", sa.String(12), nullable=False),
    sa.Column("section_before", sa.Text),
    sa.Column("digest_before", sa.String(16), nullable=False),
    sa.Column("fingerprint_before", sa.String(16), nullable=False),
    sa.Column("outcome_after", sa.String(12)),
    sa.Column("section_after", sa.Text),
    sa.Column("digest_after", sa.String(16)),
    sa.Column("fingerprint_after", sa.String(16), nullable=False),
    sa.Column("changed", sa.Boolean, nullable=False),
    sa.Column("why", sa.Text),
    sa.Column("alike", sa.Integer, nullable=False),
    sa.Column("alike_changed", sa.Integer, nullable=False),
    sa.Column("alike_missed", sa.Integer, nullable=False),
    sa.Column("proved_at", UtcTime, nullable=False),
    sa.Column("checked", sa.String(16), nullable=False),
    sa.Column("worsened_at", UtcTime),
    sa.UniqueConstraint("case"),
    sa.Index(None, "guild_id", "checked"),
)
"""What a case's question got before it was last resolved as fixed, and what it got then; no text of a member. ``why`` is a moderator's.
``checked`` is the fingerprint of the state that the question was last put to. Digests are those of ``shown_texts``."""

case_notes = sa.Table(
    "case_notes",
    metadata,
    sa.Column("id", ROW_ID, primary_key=True),
    sa.Column("guild_id", sa.BigInteger, nullable=False),
    sa.Column("case", sa.ForeignKey("cases.id", ondelete="CASCADE"), nullable=False),
    sa.Column("moderator_id", sa.BigInteger, nullable=False),
    sa.Column("text", sa.Text),
    sa.Column("noted_at", UtcTime, nullable=False),
    sa.Column("interaction_id", sa.BigInteger),
    sa.UniqueConstraint("interaction_id", "case"),
    sa.Index(None, "case"),
    sa.Index(None, "moderator_id"),
)

community_notes = sa.Table(
    "community_notes",
    metadata,
    sa.Column("id", ROW_ID, primary_key=True),
    sa.Column("guild_id", sa.BigInteger, nullable=False),
    sa.Column("case", sa.ForeignKey("cases.id", ondelete="CASCADE"), nullable=False),
    sa.Column("section_id", sa.Text, nullable=False),
    sa.Column("member_hash", sa.String(32), nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("added_at", UtcTime, nullable=False),
    sa.Column("interaction_id", sa.BigInteger),
    sa.UniqueConstraint("interaction_id"),
    sa.Index(None, "case"),
    sa.Index(None, "guild_id", "section_id"),
    sa.Index(None, "guild_id", "member_hash"),
)
"""A note is published while its case is resolved as approved."""

phrasings = sa.Table(
    "phrasings",
    metadata,
    sa.Column("id", ROW_ID, primary_key=True),
    sa.Column("guild_id", sa.BigInteger, nullable=False),
    sa.Column("answer", sa.ForeignKey("answers.id", ondelete="SET NULL")),
    sa.Column("case", sa.ForeignKey("cases.id", ondelete="SET NULL")),
    sa.Column("section_id", sa.Text, nullable=False),
    sa.Column("text", sa.Text),
    sa.Column("wording", sa.Text),
    sa.Column("moderator_id", sa.BigInteger, nullable=False),
    sa.Column("confirmed_at", UtcTime, nullable=False),
    sa.Column("words_gone_at", UtcTime),
    sa.Column("announced_at", UtcTime),
    sa.Index(None, "guild_id"),
    sa.Index(None, "answer"),
    sa.Index(None, "case"),
)
"""Questions of which a moderator said that a section answers them. ``text`` is in the words of the member whose ``answer`` it is, and goes
with them; ``wording`` is the moderator's own. A row with neither counts for nothing, and waits for a wording."""

phrasing_drafts = sa.Table(
    "phrasing_drafts",
    metadata,
    sa.Column("id", ROW_ID, primary_key=True),
    sa.Column("guild_id", sa.BigInteger, nullable=False),
    sa.Column("phrasing", sa.ForeignKey("phrasings.id", ondelete="CASCADE")),
    sa.Column("case", sa.ForeignKey("cases.id", ondelete="CASCADE")),
    sa.Column("answer", sa.ForeignKey("answers.id", ondelete="CASCADE")),
    sa.Column("section_id", sa.Text, nullable=False),
    sa.Column("wording", sa.Text),
    sa.Column("moderator_id", sa.BigInteger, nullable=False),
    sa.Column("drafted_at", UtcTime, nullable=False),
    sa.CheckConstraint('(phrasing IS NULL) = ("case" IS NOT NULL AND answer IS NOT NULL)', name="about"),
    sa.Index(None, "guild_id"),
    sa.Index(None, "phrasing"),
    sa.Index(None, "case"),
    sa.Index(None, "answer"),
    sa.Index(None, "moderator_id"),
)
"""What a moderator is about to confirm, or to reword, and counts for nothing yet. ``wording`` is the moderator's; the member's words stay
with their answer."""

kept_questions = sa.Table(
    "kept_questions",
    metadata,
    sa.Column("id", ROW_ID, primary_key=True),
    sa.Column("guild_id", sa.BigInteger, nullable=False),
    sa.Column("case", sa.ForeignKey("cases.id", ondelete="SET NULL")),
    sa.Column("question", sa.Text, nullable=False),
    sa.Column("section_id", sa.Text),
    sa.Column("moderator_id", sa.BigInteger, nullable=False),
    sa.Column("kept_at", UtcTime, nullable=False),
    sa.UniqueConstraint("guild_id", "question"),
    sa.Index(None, "case"),
    sa.Index(None, "moderator_id"),
)
"""Golden questions of servers, in the words of moderators; one without a section must be declined."""

proposals = sa.Table(
    "proposals",
    metadata,
    sa.Column("id", ROW_ID, primary_key=True),
    sa.Column("guild_id", sa.BigInteger, nullable=False),
    sa.Column("case", sa.ForeignKey("cases.id", ondelete="SET NULL")),
    sa.Column("section_id", sa.Text, nullable=False),
    sa.Column("text_before", sa.Text, nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("questions_before", sa.Text),
    sa.Column("questions", sa.Text),
    sa.Column("credit", sa.Text),
    sa.Column("moderator_id", sa.BigInteger, nullable=False),
    sa.Column("state", sa.String(12), nullable=False),
    sa.Column("reference", sa.Text),
    sa.Column("proposed_at", UtcTime, nullable=False),
    sa.Column("settled_at", UtcTime),
    sa.Column("settled_by", sa.BigInteger),
    sa.Column("interaction_id", sa.BigInteger),
    sa.UniqueConstraint("interaction_id"),
    sa.CheckConstraint("(settled_at IS NULL) = (state = 'waiting')", name="settled"),
    sa.Index(None, "guild_id", "state"),
    sa.Index(None, "case"),
    sa.Index(None, "moderator_id"),
)
"""Corrections of sections that moderators wrote: the source text as it was and as it should be; questions are lines, null where a file has
no place for them. ``credit`` is what the moderator wants to be called, ``reference`` where a correction went."""

audit = sa.Table(
    "audit",
    metadata,
    sa.Column("id", ROW_ID, primary_key=True),
    sa.Column("guild_id", sa.BigInteger, nullable=False),
    sa.Column("done_at", UtcTime, nullable=False),
    sa.Column("actor_id", sa.BigInteger, nullable=False),
    sa.Column("action", sa.String(24), nullable=False),
    sa.Column("case_number", sa.Integer),
    sa.Column("detail", sa.Text),
    sa.Column("interaction_id", sa.BigInteger),
    sa.Index(None, "guild_id", "case_number"),
    sa.Index("uq_audit_delivery", "guild_id", "interaction_id", "case_number", unique=True),
)
"""Who did what and when. Never changed; deleted only with all data of a server that removed the bot. Holds no text of members."""

gaps = sa.Table(
    "gaps",
    metadata,
    sa.Column("id", ROW_ID, primary_key=True),
    sa.Column("guild_id", sa.BigInteger, nullable=False),
    sa.Column("key", sa.String(16), nullable=False),
    sa.Column("kind", sa.String(20), nullable=False),
    sa.Column("section_id", sa.Text),
    sa.Column("picked_id", sa.Text),
    sa.Column("words", sa.Text),
    sa.Column("support", sa.Integer, nullable=False, server_default="0"),
    sa.Column("opened_at", UtcTime, nullable=False),
    sa.Column("closed_at", UtcTime),
    sa.Column("ending", sa.String(12)),
    sa.Column("moderator_id", sa.BigInteger),
    sa.Column("checked", sa.String(16)),
    sa.UniqueConstraint("guild_id", "key"),
    sa.CheckConstraint("(closed_at IS NULL) = (ending IS NULL)", name="closed"),
    sa.Index(None, "guild_id", "opened_at"),
    sa.Index(None, "guild_id", "closed_at"),
)
"""Things that several members asked for in vain. ``words`` are only such as ``support`` members or more have used, with spaces between
them. ``checked`` is the fingerprint of the knowledge that its questions were last put to."""

gap_questions = sa.Table(
    "gap_questions",
    metadata,
    sa.Column("answer", sa.ForeignKey("answers.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("guild_id", sa.BigInteger, nullable=False),
    sa.Column("gap", sa.ForeignKey("gaps.id", ondelete="CASCADE"), nullable=False),
    sa.Index(None, "gap"),
    sa.Index(None, "guild_id"),
)
"""Which question belongs to which gap; it goes with the data of the member who asked."""

BY_GUILD = (
    gap_questions, gaps, case_texts, proofs, signals, case_notes, community_notes, phrasing_drafts, phrasings, kept_questions, proposals,
    cases, audit,
)  # fmt: skip
"""All of them, in an order in which a guild's rows can be deleted."""
