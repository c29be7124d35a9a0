"""Several processes that serve one bot: how they are, and which deletions of their lists were carried out.

Revises: 0012
"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Two tables; until now, one number said which deletions were carried out: all up to it."""
    op.create_table(
        "processes",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("version", sa.String(length=32), nullable=False),
        sa.Column("fingerprint", sa.String(length=16), nullable=False),
        sa.Column("servers", sa.Integer(), nullable=False),
        sa.Column("latency_ms", sa.Integer()),
        sa.Column("room", sa.Integer(), nullable=False),
        sa.Column("built", sa.Text()),
        sa.Column("started_at", sa.BigInteger(), nullable=False),
        sa.Column("seen_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_processes"),
    )
    op.create_table(
        "deletions_seen",
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_deletions_seen"),
    )
    op.execute("INSERT INTO facts (name, value) SELECT 'deletions-seen-before', value FROM facts WHERE name = 'deletions-seen'")
