"""What a replay must know of a follow-up: which passages of the section the conversation had shown before.

Revises: 0004
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column: numbers, joined by commas."""
    op.add_column("answers", sa.Column("context_seen", sa.Text()))
