"""Codes of a large union: who waits and what is spare are found by an index, and not by reading all"""

from alembic import op

revision = '0036'
down_revision = '0035'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_index('ix_roll_entries_delivery', table_name='roll_entries')
    op.create_index('ix_roll_entries_delivery', 'roll_entries', ['vote_id', 'delivery', 'entry'], unique=False)
    op.create_index('ix_public_credentials_state', 'public_credentials', ['vote_id', 'archive', 'state'], unique=False)
