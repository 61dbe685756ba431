"""Which voting code replaced which, by their hashes: published with the vote after the close"""

import sqlalchemy as sa
from alembic import op

revision = '0026'
down_revision = '0025'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('public_credentials', schema=None) as batch_op:
        batch_op.add_column(sa.Column('replaces', sa.String(length=64), server_default='', nullable=False))
