"""Golden questions of servers: what a resolved case asked, in a moderator's words, and the section that answers it.

PostgreSQL's indexes hold no text of more than 2,700 bytes, which a question can have; there the unique index is over its hash.

Revises: 0010
"""

import sqlalchemy as sa
from alembic import op

from bot.storage.columns import ROW_ID

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """One table."""
    hashed = op.get_context().dialect.name == "postgresql"
    op.create_table(
        "kept_questions",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("guild_id", sa.BigInteger(), nullable=False),
        sa.Column("case", ROW_ID),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("section_id", sa.Text()),
        sa.Column("moderator_id", sa.BigInteger(), nullable=False),
        sa.Column("kept_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_kept_questions"),
        sa.ForeignKeyConstraint(["case"], ["cases.id"], name="fk_kept_questions_case_cases", ondelete="SET NULL"),
        *(() if hashed else (sa.UniqueConstraint("guild_id", "question", name="uq_kept_questions_guild_id_question"),)),
    )
    if hashed:
        op.create_index("uq_kept_questions_guild_id_question", "kept_questions", ["guild_id", sa.text("md5(question)")], unique=True)
    op.create_index("ix_kept_questions_case", "kept_questions", ["case"])
    op.create_index("ix_kept_questions_moderator_id", "kept_questions", ["moderator_id"])
