"""Texts of lookups go: the heading of a timeline held the words that a member had typed, and these texts are kept for good.

What an answer said stays, also where a lookup said the same. A text that no answer refers to may be that of a lookup, so it goes too.

Revises: 0003
"""

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Delete the texts; new lookups store plain text of the knowledge base."""
    op.execute("DELETE FROM shown_texts WHERE digest NOT IN (SELECT shown_digest FROM answers WHERE outcome <> 'lookup')")
