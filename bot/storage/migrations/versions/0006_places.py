"""Where else members of a server can ask, in its administrator's words.

Revises: 0005
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; empty means that nothing is said."""
    op.add_column("guild_settings", sa.Column("other_places", sa.Text(), nullable=False, server_default=sa.text("''")))
