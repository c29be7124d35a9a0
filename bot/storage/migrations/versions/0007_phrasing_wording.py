"""A confirmed phrasing belongs to the server: it knows its case, may have a moderator's own wording, and outlives the member's words.

What is there already counts as the member's words, also where a moderator had reworded it, since members were promised that it goes with
their data.

Revises: 0006
"""

import sqlalchemy as sa
from alembic import op

from bot.storage.columns import ROW_ID

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table again, as SQLite needs it where a column may be empty from now on, and find the case of each row."""
    with op.batch_alter_table("phrasings") as table:
        table.add_column(sa.Column("case", ROW_ID))
        table.add_column(sa.Column("wording", sa.Text()))
        table.add_column(sa.Column("words_gone_at", sa.BigInteger()))
        table.add_column(sa.Column("announced_at", sa.BigInteger()))
        table.alter_column("text", existing_type=sa.Text(), nullable=True)
        table.drop_constraint("uq_phrasings_guild_id_section_id_text", type_="unique")
        table.create_foreign_key("fk_phrasings_case_cases", "cases", ["case"], ["id"], ondelete="SET NULL")
    op.create_index("ix_phrasings_guild_id", "phrasings", ["guild_id"])
    op.create_index("ix_phrasings_case", "phrasings", ["case"])
    op.execute(
        'UPDATE phrasings SET "case" = (SELECT max(cases.id) FROM cases WHERE cases.guild_id = phrasings.guild_id AND (cases.answer = '
        'phrasings.answer OR cases.id IN (SELECT signals."case" FROM signals WHERE signals.answer = phrasings.answer)))'
    )
