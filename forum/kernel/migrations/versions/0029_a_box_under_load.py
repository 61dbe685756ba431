"""A box under load: credentials and arrivals found by index, a batch written in parts"""

import sqlalchemy as sa
from alembic import op

revision = '0029'
down_revision = '0028'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index('ix_boxed_ballots_credential', 'boxed_ballots', ['vote_id', 'archive', 'credential'], unique=False)
    op.create_index('ix_arrivals_c_credential', 'arrivals', ['vote_id', 'c_credential'], unique=False)
    op.create_index('ix_arrivals_state', 'arrivals', ['vote_id', 'state', 'sequence'], unique=False)
    op.add_column('box_states', sa.Column('upto', sa.Integer(), nullable=False, server_default='0'))
    op.add_column('box_states', sa.Column('clear_to', sa.Integer(), nullable=False, server_default='0'))
    if op.get_bind().dialect.name == 'postgresql':
        op.execute("ALTER TABLE arrivals ALTER v_body SET STORAGE EXTERNAL, ALTER c_body SET STORAGE EXTERNAL")
