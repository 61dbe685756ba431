"""Electorates: the record date beside the instant at which the roll was frozen, and how many stood on the roll then"""

import sqlalchemy as sa
from alembic import op

revision = '0007'
down_revision = '0006'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('electorates', schema=None) as batch_op:
        batch_op.add_column(sa.Column('record_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('roll_count', sa.Integer(), nullable=True))
    op.execute("UPDATE sealed_openings SET given = '{}'")  # shares wait in a file now, never here
