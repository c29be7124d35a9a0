"""The section that a conversation was about, where an answer took that into account: without it, it could not be replayed.

Revises: 0002
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column."""
    op.add_column("answers", sa.Column("context_id", sa.Text()))
