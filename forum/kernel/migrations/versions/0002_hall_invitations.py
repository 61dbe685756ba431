"""Officers invited to a hall"""

import sqlalchemy as sa
from alembic import op

revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('hall_invitations',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('hall_id', sa.Integer(), nullable=False),
    sa.Column('member_id', sa.Integer(), nullable=False),
    sa.Column('invited_by_id', sa.Integer(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('withdrawn_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('withdrawn_by_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['hall_id'], ['halls.id'], name=op.f('fk_hall_invitations_hall_id_halls')),
    sa.ForeignKeyConstraint(['invited_by_id'], ['members.id'], name=op.f('fk_hall_invitations_invited_by_id_members')),
    sa.ForeignKeyConstraint(['member_id'], ['members.id'], name=op.f('fk_hall_invitations_member_id_members')),
    sa.ForeignKeyConstraint(['withdrawn_by_id'], ['members.id'],
                            name=op.f('fk_hall_invitations_withdrawn_by_id_members')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_hall_invitations'))
    )
    with op.batch_alter_table('hall_invitations', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_hall_invitations_hall_id'), ['hall_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_hall_invitations_member_id'), ['member_id'], unique=False)
        batch_op.create_index('uq_hall_invitations_standing', ['hall_id', 'member_id'], unique=True,
                              sqlite_where=sa.text('withdrawn_at IS NULL'),
                              postgresql_where=sa.text('withdrawn_at IS NULL'))
