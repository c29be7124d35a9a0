"""What a question got before a case was resolved as fixed and after, and what is known of messages to members.

Revises: 0011
"""

import sqlalchemy as sa
from alembic import op

from bot.storage.columns import ROW_ID

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add a table and a column."""
    op.create_table(
        "proofs",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("guild_id", sa.BigInteger(), nullable=False),
        sa.Column("case", ROW_ID, nullable=False),
        sa.Column("outcome_before", sa.String(12), nullable=False),
        sa.Column("section_before", sa.Text()),
        sa.Column("digest_before", sa.String(16), nullable=False),
        sa.Column("fingerprint_before", sa.String(16), nullable=False),
        sa.Column("outcome_after", sa.String(12)),
        sa.Column("section_after", sa.Text()),
        sa.Column("digest_after", sa.String(16)),
        sa.Column("fingerprint_after", sa.String(16), nullable=False),
        sa.Column("changed", sa.Boolean(), nullable=False),
        sa.Column("why", sa.Text()),
        sa.Column("alike", sa.Integer(), nullable=False),
        sa.Column("alike_changed", sa.Integer(), nullable=False),
        sa.Column("alike_missed", sa.Integer(), nullable=False),
        sa.Column("proved_at", sa.BigInteger(), nullable=False),
        sa.Column("checked", sa.String(16), nullable=False),
        sa.Column("worsened_at", sa.BigInteger()),
        sa.PrimaryKeyConstraint("id", name="pk_proofs"),
        sa.ForeignKeyConstraint(["case"], ["cases.id"], name="fk_proofs_case_cases", ondelete="CASCADE"),
        sa.UniqueConstraint("case", name="uq_proofs_case"),
    )
    op.create_index("ix_proofs_guild_id_checked", "proofs", ["guild_id", "checked"])
    op.add_column("signals", sa.Column("notice", sa.String(8)))
