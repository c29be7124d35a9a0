"""What several members asked for in vain, and which questions say so.

Revises: 0007
"""

import sqlalchemy as sa
from alembic import op

from bot.storage.columns import ROW_ID

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the two tables."""
    op.create_table(
        "gaps",
        sa.Column("id", ROW_ID, primary_key=True),
        sa.Column("guild_id", sa.BigInteger(), nullable=False),
        sa.Column("key", sa.String(16), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("section_id", sa.Text()),
        sa.Column("picked_id", sa.Text()),
        sa.Column("words", sa.Text()),
        sa.Column("support", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("opened_at", sa.BigInteger(), nullable=False),
        sa.Column("closed_at", sa.BigInteger()),
        sa.Column("ending", sa.String(12)),
        sa.Column("moderator_id", sa.BigInteger()),
        sa.Column("checked", sa.String(16)),
        sa.UniqueConstraint("guild_id", "key", name="uq_gaps_guild_id_key"),
        sa.CheckConstraint("(closed_at IS NULL) = (ending IS NULL)", name="ck_gaps_closed"),
    )
    op.create_index("ix_gaps_guild_id_opened_at", "gaps", ["guild_id", "opened_at"])
    op.create_index("ix_gaps_guild_id_closed_at", "gaps", ["guild_id", "closed_at"])
    op.create_table(
        "gap_questions",
        sa.Column("answer", ROW_ID, sa.ForeignKey("answers.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("guild_id", sa.BigInteger(), nullable=False),
        sa.Column("gap", ROW_ID, sa.ForeignKey("gaps.id", ondelete="CASCADE"), nullable=False),
    )
    op.create_index("ix_gap_questions_gap", "gap_questions", ["gap"])
    op.create_index("ix_gap_questions_guild_id", "gap_questions", ["guild_id"])
