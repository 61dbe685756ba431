"""Voting codes: those refused by the mail server, letters in print, and mails that wait for a teller's word"""

import sqlalchemy as sa
from alembic import op

revision = '0006'
down_revision = '0005'
branch_labels = None
depends_on = None

STATES = "'waiting', 'sending', 'sent', 'refused', 'printing', 'letter', 'unknown', 'spare'"


def upgrade() -> None:
    with op.batch_alter_table('electorates', schema=None) as batch_op:
        batch_op.add_column(sa.Column('halted', sa.Boolean(), server_default=sa.false(), nullable=False))
    if op.get_bind().dialect.name != 'sqlite':  # there a table is copied, without its old checks
        op.drop_constraint(op.f('ck_roll_entries_delivery'), 'roll_entries', type_='check')
    with op.batch_alter_table('roll_entries', schema=None) as batch_op:
        batch_op.create_check_constraint(op.f('ck_roll_entries_delivery'), f"delivery IN ({STATES})")
