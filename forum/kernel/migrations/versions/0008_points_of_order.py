"""The floor: points of order, turns out of order and their pauses, people present without an account"""

import sqlalchemy as sa
from alembic import op

revision = '0008'
down_revision = '0007'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('sittings', schema=None) as batch_op:
        batch_op.add_column(sa.Column('acts', sa.Integer(), server_default='0', nullable=False))
    with op.batch_alter_table('turns', schema=None) as batch_op:
        batch_op.add_column(sa.Column('out_of_order', sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.add_column(sa.Column('override_reason', sa.String(length=300), server_default='', nullable=False))
        batch_op.add_column(sa.Column('paused_seconds', sa.Integer(), server_default='0', nullable=False))
    op.create_table('points_of_order',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('sitting_id', sa.Integer(), nullable=False),
    sa.Column('member_id', sa.Integer(), nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('raised_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('taken_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('ends_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('halts_turn', sa.Boolean(), nullable=False),
    sa.CheckConstraint("state IN ('raised', 'taken', 'done', 'dismissed', 'withdrawn')", name=op.f('ck_points_of_order_state')),
    sa.CheckConstraint("(state IN ('taken', 'done')) = (taken_at IS NOT NULL)", name=op.f('ck_points_of_order_taken')),
    sa.ForeignKeyConstraint(['member_id'], ['members.id'], name=op.f('fk_points_of_order_member_id_members')),
    sa.ForeignKeyConstraint(['sitting_id'], ['sittings.id'], name=op.f('fk_points_of_order_sitting_id_sittings')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_points_of_order'))
    )
    with op.batch_alter_table('points_of_order', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_points_of_order_sitting_id'), ['sitting_id'], unique=False)
    op.create_table('present_guests',
    sa.Column('sitting_id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.ForeignKeyConstraint(['sitting_id'], ['sittings.id'], name=op.f('fk_present_guests_sitting_id_sittings')),
    sa.PrimaryKeyConstraint('sitting_id', 'name', name=op.f('pk_present_guests'))
    )
