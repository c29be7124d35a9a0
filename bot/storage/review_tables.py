"""The tables of the review: cases, what members said that joined them, what moderators did with them.

The same rules as in ``tables``. Two things differ: moderators are stored by their Discord id, so that one can be told who
has a case, and ``audit`` is append-only; triggers of migration 0002 see to it.
"""

from __future__ import annotations

import sqlalchemy as sa

from bot.storage.tables import UtcTime, metadata

cases = sa.Table(
    "cases",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
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
    sa.Index("uq_cases_open_question_key", "guild_id", "question_key", unique=True, sqlite_where=sa.text("closed_at IS NULL")),
    sa.Index("ix_cases_outdated", "guild_id", "number", sqlite_where=sa.text("card_version < version")),
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
"""What a search reads: everything that is written about a case, folded, in one narrow table. Made anew whenever any of it goes."""

signals = sa.Table(
    "signals",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
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
    sa.Index(None, "case"),
    sa.Index(None, "vote"),
    sa.Index(None, "answer"),
    sa.Index(None, "guild_id", "member_hash"),
    sa.Index(None, "guild_id", "reason", "case"),
    sa.Index("ix_signals_notify_user_id", "notify_user_id", sqlite_where=sa.text("notify_user_id IS NOT NULL")),
)
"""What one member said. A signal that was taken back stays as a count, without member and text."""

case_notes = sa.Table(
    "case_notes",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
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
    sa.Column("id", sa.Integer, primary_key=True),
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
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("guild_id", sa.BigInteger, nullable=False),
    sa.Column("answer", sa.ForeignKey("answers.id", ondelete="SET NULL")),
    sa.Column("section_id", sa.Text, nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("moderator_id", sa.BigInteger, nullable=False),
    sa.Column("confirmed_at", UtcTime, nullable=False),
    sa.UniqueConstraint("guild_id", "section_id", "text"),
    sa.Index(None, "answer"),
)
"""Questions of which a moderator said that a section answers them; ``answer`` is the one whose question it is, for whoever deletes it."""

audit = sa.Table(
    "audit",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
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

BY_GUILD = (case_texts, signals, case_notes, community_notes, phrasings, cases, audit)
"""All of them, in an order in which a guild's rows can be deleted."""
