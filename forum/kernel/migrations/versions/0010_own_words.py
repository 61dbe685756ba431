"""What members keep to themselves about halls: threads followed or muted, persons muted, drafts"""

import sqlalchemy as sa
from alembic import op

revision = '0010'
down_revision = '0009'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('followings',
    sa.Column('hall_id', sa.Integer(), nullable=False),
    sa.Column('member_id', sa.Integer(), nullable=False),
    sa.Column('state', sa.String(length=8), nullable=False),
    sa.Column('told_number', sa.Integer(), nullable=False),
    sa.Column('told_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("state IN ('follow', 'mute')", name=op.f('ck_followings_state')),
    sa.ForeignKeyConstraint(['hall_id'], ['halls.id'], name=op.f('fk_followings_hall_id_halls')),
    sa.ForeignKeyConstraint(['member_id'], ['members.id'], name=op.f('fk_followings_member_id_members')),
    sa.PrimaryKeyConstraint('hall_id', 'member_id', name=op.f('pk_followings'))
    )
    with op.batch_alter_table('followings', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_followings_member_id'), ['member_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_followings_told_at'), ['told_at'], unique=False)

    op.create_table('mutings',
    sa.Column('member_id', sa.Integer(), nullable=False),
    sa.Column('muted_id', sa.Integer(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint('member_id <> muted_id', name=op.f('ck_mutings_another')),
    sa.ForeignKeyConstraint(['member_id'], ['members.id'], name=op.f('fk_mutings_member_id_members')),
    sa.ForeignKeyConstraint(['muted_id'], ['members.id'], name=op.f('fk_mutings_muted_id_members')),
    sa.PrimaryKeyConstraint('member_id', 'muted_id', name=op.f('pk_mutings'))
    )

    op.create_table('drafts',
    sa.Column('hall_id', sa.Integer(), nullable=False),
    sa.Column('member_id', sa.Integer(), nullable=False),
    sa.Column('source', sa.Text(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['hall_id'], ['halls.id'], name=op.f('fk_drafts_hall_id_halls')),
    sa.ForeignKeyConstraint(['member_id'], ['members.id'], name=op.f('fk_drafts_member_id_members')),
    sa.PrimaryKeyConstraint('hall_id', 'member_id', name=op.f('pk_drafts'))
    )
    with op.batch_alter_table('drafts', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_drafts_member_id'), ['member_id'], unique=False)
