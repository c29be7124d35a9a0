"""Corrections of sections that moderators wrote, and what became of each.

Revises: 0008
"""

import sqlalchemy as sa
from alembic import op

from bot.storage.columns import ROW_ID

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """One table."""
    op.create_table(
        "proposals",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("guild_id", sa.BigInteger(), nullable=False),
        sa.Column("case", ROW_ID),
        sa.Column("section_id", sa.Text(), nullable=False),
        sa.Column("text_before", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("questions_before", sa.Text()),
        sa.Column("questions", sa.Text()),
        sa.Column("credit", sa.Text()),
        sa.Column("moderator_id", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("reference", sa.Text()),
        sa.Column("proposed_at", sa.BigInteger(), nullable=False),
        sa.Column("settled_at", sa.BigInteger()),
        sa.Column("settled_by", sa.BigInteger()),
        sa.Column("interaction_id", sa.BigInteger()),
        sa.PrimaryKeyConstraint("id", name="pk_proposals"),
        sa.ForeignKeyConstraint(["case"], ["cases.id"], name="fk_proposals_case_cases", ondelete="SET NULL"),
        sa.UniqueConstraint("interaction_id", name="uq_proposals_interaction_id"),
        sa.CheckConstraint("(settled_at IS NULL) = (state = 'waiting')", name="ck_proposals_settled"),
    )
    op.create_index("ix_proposals_guild_id_state", "proposals", ["guild_id", "state"])
    op.create_index("ix_proposals_case", "proposals", ["case"])
    op.create_index("ix_proposals_moderator_id", "proposals", ["moderator_id"])
