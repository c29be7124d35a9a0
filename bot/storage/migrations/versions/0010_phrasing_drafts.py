"""What a moderator is about to confirm waits, without an effect, until they have seen what it changes.

Revises: 0009
"""

import sqlalchemy as sa
from alembic import op

from bot.storage.columns import ROW_ID

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """One table."""
    op.create_table(
        "phrasing_drafts",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("guild_id", sa.BigInteger(), nullable=False),
        sa.Column("phrasing", ROW_ID),
        sa.Column("case", ROW_ID),
        sa.Column("answer", ROW_ID),
        sa.Column("section_id", sa.Text(), nullable=False),
        sa.Column("wording", sa.Text()),
        sa.Column("moderator_id", sa.BigInteger(), nullable=False),
        sa.Column("drafted_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_phrasing_drafts"),
        sa.ForeignKeyConstraint(["phrasing"], ["phrasings.id"], name="fk_phrasing_drafts_phrasing_phrasings", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["case"], ["cases.id"], name="fk_phrasing_drafts_case_cases", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["answer"], ["answers.id"], name="fk_phrasing_drafts_answer_answers", ondelete="CASCADE"),
        sa.CheckConstraint('(phrasing IS NULL) = ("case" IS NOT NULL AND answer IS NOT NULL)', name="ck_phrasing_drafts_about"),
    )
    for column in ("guild_id", "phrasing", "case", "answer", "moderator_id"):
        op.create_index(f"ix_phrasing_drafts_{column}", "phrasing_drafts", [column])
