"""Answers, their hits, votes, judgements, guild settings and the installation's own facts.

Revises: nothing
"""

import sqlalchemy as sa
from alembic import op

from bot.storage.columns import ROW_ID

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the first tables."""
    _create_answers()
    _create_hits()
    for name, columns in _BY_MEMBERS.items():
        _create_by_members(name, columns)
    _create_guild_settings()
    _create_facts()


def _create_answers() -> None:
    op.create_table(
        "answers",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("answer_id", sa.String(12), nullable=False),
        sa.Column("guild_id", sa.BigInteger(), nullable=False),
        sa.Column("channel_id", sa.BigInteger(), nullable=False),
        sa.Column("message_id", sa.BigInteger()),
        sa.Column("member_hash", sa.String(32)),
        sa.Column("question", sa.Text()),
        sa.Column("normalized_question", sa.Text()),
        sa.Column("searched", sa.Text()),
        sa.Column("outcome", sa.String(12), nullable=False),
        sa.Column("section_id", sa.Text()),
        sa.Column("shown_digest", sa.String(16), nullable=False),
        sa.Column("confidence", sa.Float()),
        sa.Column("fingerprint", sa.String(16), nullable=False),
        sa.Column("asked_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_answers"),
        sa.UniqueConstraint("answer_id", name="uq_answers_answer_id"),
    )
    op.create_index("ix_answers_guild_id_asked_at", "answers", ["guild_id", "asked_at"])
    op.create_index("ix_answers_guild_id_member_hash", "answers", ["guild_id", "member_hash"])
    op.create_index("ix_answers_asked_at", "answers", ["asked_at"])


def _create_hits() -> None:
    op.create_table(
        "hits",
        sa.Column("answer", ROW_ID, nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("section_id", sa.Text(), nullable=False),
        sa.Column("score", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("answer", "rank", name="pk_hits"),
        sa.ForeignKeyConstraint(["answer"], ["answers.id"], name="fk_hits_answer_answers", ondelete="CASCADE"),
    )


def _create_by_members(name: str, columns: tuple[sa.Column[object], ...]) -> None:
    """Create a table of what members said about answers."""
    op.create_table(
        name,
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("answer", ROW_ID, nullable=False),
        sa.Column("guild_id", sa.BigInteger(), nullable=False),
        sa.Column("member_hash", sa.String(32), nullable=False),
        *columns,
        sa.PrimaryKeyConstraint("id", name=f"pk_{name}"),
        sa.UniqueConstraint("answer", "member_hash", name=f"uq_{name}_answer_member_hash"),
        sa.ForeignKeyConstraint(["answer"], ["answers.id"], name=f"fk_{name}_answer_answers", ondelete="CASCADE"),
    )
    op.create_index(f"ix_{name}_guild_id_member_hash", name, ["guild_id", "member_hash"])


def _create_guild_settings() -> None:
    op.create_table(
        "guild_settings",
        sa.Column("guild_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("vote_controls", sa.Boolean(), nullable=False, server_default=sa.true()),
        sa.Column("removed_at", sa.BigInteger()),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("guild_id", name="pk_guild_settings"),
    )


def _create_facts() -> None:
    op.create_table(
        "facts",
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_facts"),
    )


_BY_MEMBERS: dict[str, tuple[sa.Column[object], ...]] = {
    "votes": (
        sa.Column("helpful", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(12)),
        sa.Column("comment", sa.Text()),
        sa.Column("correction", sa.Text()),
        sa.Column("voted_at", sa.BigInteger(), nullable=False),
    ),
    "judgements": (
        sa.Column("section_id", sa.Text(), nullable=False),
        sa.Column("judged_at", sa.BigInteger(), nullable=False),
    ),
}


def downgrade() -> None:
    """Refuse: going back is restoring the copy that is made before every migration."""
    raise NotImplementedError("restore the copy made before the migration")
