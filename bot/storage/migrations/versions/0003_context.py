"""What a replay must know of an answer: the section that its conversation was about, and whether a member picked it.

Revises: 0002
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns."""
    op.add_column("answers", sa.Column("context_id", sa.Text()))
    op.add_column("answers", sa.Column("picked", sa.Boolean()))
