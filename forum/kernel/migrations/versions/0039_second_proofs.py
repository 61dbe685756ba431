"""A trustee's second proof is kept beside the part of the count: empty where another program made the part"""

import sqlalchemy as sa
from alembic import op

revision = '0039'
down_revision = '0038'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('partial_decryptions', schema=None) as batch_op:
        batch_op.add_column(sa.Column('second_proof', sa.Text(), server_default='', nullable=False))
