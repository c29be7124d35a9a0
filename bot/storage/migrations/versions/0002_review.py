"""The review: cases, signals, notes, phrasings, the audit log; what was shown; the settings that moderators need.

Revises: 0001
"""

import sqlalchemy as sa
from alembic import op

from bot.storage.columns import ROW_ID
from bot.storage.dialect import append_only

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables of the review and widen those that it reads."""
    _widen_answers_and_votes()
    _widen_guild_settings()
    _create_cases()
    _create_signals()
    _create_notes()
    _create_phrasings()
    _create_audit()


def _widen_answers_and_votes() -> None:
    op.drop_index("ix_answers_guild_id_asked_at", "answers")
    op.create_index("ix_answers_guild_id_asked_at_outcome", "answers", ["guild_id", "asked_at", "outcome"])
    op.create_index("ix_answers_guild_id_message_id", "answers", ["guild_id", "message_id"])
    op.create_table(
        "shown_texts",
        sa.Column("digest", sa.String(16), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name="pk_shown_texts"),
    )
    op.add_column("votes", sa.Column("section_id", sa.Text()))
    op.execute("UPDATE votes SET section_id = (SELECT answers.section_id FROM answers WHERE answers.id = votes.answer)")
    columns = ["guild_id", "voted_at", "helpful", "reason", "section_id"]
    op.create_index("ix_votes_guild_id_voted_at_helpful_reason_section_id", "votes", columns)


def _widen_guild_settings() -> None:
    for column in (
        sa.Column("moderator_roles", sa.Text()),
        sa.Column("review_channel_id", sa.BigInteger()),
        sa.Column("digest", sa.String(8), nullable=False, server_default="off"),
        sa.Column("digest_hour", sa.Integer(), nullable=False, server_default="9"),
        sa.Column("time_zone", sa.String(64), nullable=False, server_default="UTC"),
        sa.Column("answer_channels", sa.Text()),
        sa.Column("forum_channels", sa.Text()),
        sa.Column("forum_threshold", sa.Float(), nullable=False, server_default="0.85"),
        sa.Column("answer_threshold", sa.Float()),
        sa.Column("feedback_days", sa.Integer()),
        sa.Column("review_paused_until", sa.BigInteger()),
        sa.Column("trouble_told_at", sa.BigInteger()),
        sa.Column("digest_sent_at", sa.BigInteger()),
    ):
        op.add_column("guild_settings", column)


def _create_cases() -> None:
    op.create_table(
        "cases",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("guild_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(12), nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("question_key", sa.String(24)),
        sa.Column("answer", ROW_ID),
        sa.Column("section_id", sa.Text()),
        sa.Column("area", sa.Text()),
        sa.Column("reason", sa.String(12)),
        sa.Column("signals", sa.Integer(), nullable=False),
        sa.Column("opened_at", sa.BigInteger(), nullable=False),
        sa.Column("last_signal_at", sa.BigInteger(), nullable=False),
        sa.Column("moderator_id", sa.BigInteger()),
        sa.Column("claimed_at", sa.BigInteger()),
        sa.Column("closed_at", sa.BigInteger()),
        sa.Column("resolution", sa.String(12)),
        sa.Column("dismissal", sa.String(16)),
        sa.Column("closing_text", sa.Text()),
        sa.Column("card_channel_id", sa.BigInteger()),
        sa.Column("card_message_id", sa.BigInteger()),
        sa.Column("card_version", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("version", sa.Integer(), nullable=False, server_default="1"),
        sa.PrimaryKeyConstraint("id", name="pk_cases"),
        sa.UniqueConstraint("guild_id", "number", name="uq_cases_guild_id_number"),
        sa.ForeignKeyConstraint(["answer"], ["answers.id"], name="fk_cases_answer_answers", ondelete="SET NULL"),
        sa.CheckConstraint("(closed_at IS NULL) = (state IN ('open', 'claimed', 'reopened'))", name="ck_cases_closed"),
    )
    for columns in (["guild_id", "closed_at", "number"], ["guild_id", "state", "number"], ["guild_id", "section_id"], ["answer"]):
        op.create_index("ix_cases_" + "_".join(columns), "cases", columns)
    op.create_index("ix_cases_guild_id_opened_at", "cases", ["guild_id", "opened_at"])
    unclosed, outdated = sa.text("closed_at IS NULL"), sa.text("card_version < version")
    op.create_index(
        "uq_cases_open_question_key", "cases", ["guild_id", "question_key"], unique=True, sqlite_where=unclosed, postgresql_where=unclosed
    )
    op.create_index("ix_cases_outdated", "cases", ["guild_id", "number"], sqlite_where=outdated, postgresql_where=outdated)
    op.create_table(
        "case_texts",
        sa.Column("case", ROW_ID, nullable=False),
        sa.Column("guild_id", sa.BigInteger(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("case", name="pk_case_texts"),
        _of_case("case_texts"),
    )
    op.create_index("ix_case_texts_guild_id", "case_texts", ["guild_id"])


def _of_case(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["case"], ["cases.id"], name=f"fk_{table}_case_cases", ondelete="CASCADE")


def _create_signals() -> None:
    op.create_table(
        "signals",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("guild_id", sa.BigInteger(), nullable=False),
        sa.Column("case", ROW_ID, nullable=False),
        sa.Column("kind", sa.String(12), nullable=False),
        sa.Column("answer", ROW_ID),
        sa.Column("vote", ROW_ID),
        sa.Column("reason", sa.String(12)),
        sa.Column("member_hash", sa.String(32)),
        sa.Column("notify_user_id", sa.BigInteger()),
        sa.Column("sent_at", sa.BigInteger(), nullable=False),
        sa.Column("withdrawn_at", sa.BigInteger()),
        sa.PrimaryKeyConstraint("id", name="pk_signals"),
        _of_case("signals"),
        sa.ForeignKeyConstraint(["answer"], ["answers.id"], name="fk_signals_answer_answers", ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["vote"], ["votes.id"], name="fk_signals_vote_votes", ondelete="SET NULL"),
    )
    for columns in (["case"], ["vote"], ["answer"], ["guild_id", "member_hash"], ["guild_id", "reason", "case"]):
        op.create_index("ix_signals_" + "_".join(columns), "signals", columns)
    waiting = sa.text("notify_user_id IS NOT NULL")
    op.create_index("ix_signals_notify_user_id", "signals", ["notify_user_id"], sqlite_where=waiting, postgresql_where=waiting)


def _create_notes() -> None:
    op.create_table(
        "case_notes",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("guild_id", sa.BigInteger(), nullable=False),
        sa.Column("case", ROW_ID, nullable=False),
        sa.Column("moderator_id", sa.BigInteger(), nullable=False),
        sa.Column("text", sa.Text()),
        sa.Column("noted_at", sa.BigInteger(), nullable=False),
        sa.Column("interaction_id", sa.BigInteger()),
        sa.PrimaryKeyConstraint("id", name="pk_case_notes"),
        sa.UniqueConstraint("interaction_id", "case", name="uq_case_notes_interaction_id_case"),
        _of_case("case_notes"),
    )
    op.create_index("ix_case_notes_case", "case_notes", ["case"])
    op.create_index("ix_case_notes_moderator_id", "case_notes", ["moderator_id"])
    op.create_table(
        "community_notes",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("guild_id", sa.BigInteger(), nullable=False),
        sa.Column("case", ROW_ID, nullable=False),
        sa.Column("section_id", sa.Text(), nullable=False),
        sa.Column("member_hash", sa.String(32), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("added_at", sa.BigInteger(), nullable=False),
        sa.Column("interaction_id", sa.BigInteger()),
        sa.PrimaryKeyConstraint("id", name="pk_community_notes"),
        sa.UniqueConstraint("interaction_id", name="uq_community_notes_interaction_id"),
        _of_case("community_notes"),
    )
    for columns in (["case"], ["guild_id", "section_id"], ["guild_id", "member_hash"]):
        op.create_index("ix_community_notes_" + "_".join(columns), "community_notes", columns)


def _create_phrasings() -> None:
    op.create_table(
        "phrasings",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("guild_id", sa.BigInteger(), nullable=False),
        sa.Column("answer", ROW_ID),
        sa.Column("section_id", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("moderator_id", sa.BigInteger(), nullable=False),
        sa.Column("confirmed_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_phrasings"),
        sa.UniqueConstraint("guild_id", "section_id", "text", name="uq_phrasings_guild_id_section_id_text"),
        sa.ForeignKeyConstraint(["answer"], ["answers.id"], name="fk_phrasings_answer_answers", ondelete="SET NULL"),
    )
    op.create_index("ix_phrasings_answer", "phrasings", ["answer"])


def _create_audit() -> None:
    op.create_table(
        "audit",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("guild_id", sa.BigInteger(), nullable=False),
        sa.Column("done_at", sa.BigInteger(), nullable=False),
        sa.Column("actor_id", sa.BigInteger(), nullable=False),
        sa.Column("action", sa.String(24), nullable=False),
        sa.Column("case_number", sa.Integer()),
        sa.Column("detail", sa.Text()),
        sa.Column("interaction_id", sa.BigInteger()),
        sa.PrimaryKeyConstraint("id", name="pk_audit"),
    )
    op.create_index("ix_audit_guild_id_case_number", "audit", ["guild_id", "case_number"])
    op.create_index("uq_audit_delivery", "audit", ["guild_id", "interaction_id", "case_number"], unique=True)
    for statement in append_only(op.get_context().dialect.name):
        op.execute(statement)


def downgrade() -> None:
    """Refuse: going back is restoring the copy that is made before every migration."""
    raise NotImplementedError("restore the copy made before the migration")
