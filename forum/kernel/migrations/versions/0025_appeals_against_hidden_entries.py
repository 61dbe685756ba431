"""Equal reach: who hid an entry's words, the appeal against it, and the observers' ruling"""

import sqlalchemy as sa
from alembic import op

revision = '0025'
down_revision = '0024'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('reach_entries', schema=None) as batch_op:
        batch_op.add_column(sa.Column('hidden_by_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('appeal', sa.Text(), server_default='', nullable=False))
        batch_op.add_column(sa.Column('appealed_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('ruling', sa.String(length=10), server_default='', nullable=False))
        batch_op.add_column(sa.Column('ruling_reason', sa.Text(), server_default='', nullable=False))
        batch_op.add_column(sa.Column('ruled_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f('fk_reach_entries_hidden_by_id_members'), 'members', ['hidden_by_id'], ['id']
        )
        batch_op.create_check_constraint(
            batch_op.f('ck_reach_entries_ruling'), "ruling IN ('', 'upheld', 'restored')"
        )
