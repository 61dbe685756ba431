"""Trustees: threshold groups, the messages of their key ceremony, the rehearsal; who is needed among them"""

import sqlalchemy as sa
from alembic import op

revision = '0028'
down_revision = '0027'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('ceremonies',
    sa.Column('vote_id', sa.Integer(), nullable=False),
    sa.Column('round', sa.Integer(), nullable=False),
    sa.Column('threshold', sa.Integer(), nullable=False),
    sa.Column('members', sa.JSON(), nullable=False),
    sa.Column('begun_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['vote_id'], ['votes.id'], name=op.f('fk_ceremonies_vote_id_votes')),
    sa.PrimaryKeyConstraint('vote_id', name=op.f('pk_ceremonies'))
    )
    op.create_table('ceremony_messages',
    sa.Column('vote_id', sa.Integer(), nullable=False),
    sa.Column('member_id', sa.Integer(), nullable=False),
    sa.Column('certificate', sa.Text(), nullable=False),
    sa.Column('shares', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['member_id'], ['members.id'], name=op.f('fk_ceremony_messages_member_id_members')),
    sa.ForeignKeyConstraint(['vote_id'], ['votes.id'], name=op.f('fk_ceremony_messages_vote_id_votes')),
    sa.PrimaryKeyConstraint('vote_id', 'member_id', name=op.f('pk_ceremony_messages'))
    )
    op.create_table('rehearsals',
    sa.Column('vote_id', sa.Integer(), nullable=False),
    sa.Column('uuid', sa.String(length=40), nullable=False),
    sa.Column('trustees', sa.Text(), nullable=False),
    sa.Column('election', sa.Text(), nullable=False),
    sa.Column('credentials', sa.Text(), nullable=False),
    sa.Column('ballot', sa.Text(), nullable=False),
    sa.Column('encrypted', sa.Text(), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['vote_id'], ['votes.id'], name=op.f('fk_rehearsals_vote_id_votes')),
    sa.PrimaryKeyConstraint('vote_id', name=op.f('pk_rehearsals'))
    )
    with op.batch_alter_table('trustee_keys', schema=None) as batch_op:
        batch_op.add_column(sa.Column('place', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('sealed', sa.Text(), server_default='', nullable=False))
        batch_op.add_column(sa.Column('proved_at', sa.DateTime(timezone=True), nullable=True))
    with op.batch_alter_table('appointments', schema=None) as batch_op:
        batch_op.add_column(sa.Column('needed', sa.Boolean(), server_default=sa.false(), nullable=False))
