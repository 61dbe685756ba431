"""Mail that a server took and that came back later: noted with the mail, and with the address"""

import sqlalchemy as sa
from alembic import op

revision = '0031'
down_revision = '0030'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('mail_outbox', schema=None) as batch_op:
        batch_op.add_column(sa.Column('bounced_at', sa.DateTime(timezone=True), nullable=True))
    with op.batch_alter_table('mail_troubles', schema=None) as batch_op:
        batch_op.add_column(sa.Column('bounced', sa.Boolean(), server_default=sa.false(), nullable=False))
