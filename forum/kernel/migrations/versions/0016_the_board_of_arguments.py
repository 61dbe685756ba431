"""The board: readers' locals counted, last looks, sources asked for, good answers, claims that say nearly the same"""

import sqlalchemy as sa
from alembic import op

revision = '0016'
down_revision = '0015'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('arguments', schema=None) as batch_op:
        batch_op.add_column(sa.Column('local_count', sa.Integer(), server_default='0', nullable=False))
        batch_op.add_column(sa.Column('answers_well_at', sa.DateTime(timezone=True), nullable=True))
    op.create_index('ix_readings_argument_id_local_id', 'readings', ['argument_id', 'local_id'], unique=False)
    op.create_table('board_looks',
    sa.Column('question_id', sa.Integer(), nullable=False),
    sa.Column('member_id', sa.Integer(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('before', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['member_id'], ['members.id'], name=op.f('fk_board_looks_member_id_members')),
    sa.ForeignKeyConstraint(['question_id'], ['questions.id'], name=op.f('fk_board_looks_question_id_questions')),
    sa.PrimaryKeyConstraint('question_id', 'member_id', name=op.f('pk_board_looks'))
    )
    op.create_table('source_asks',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('argument_id', sa.Integer(), nullable=False),
    sa.Column('member_id', sa.Integer(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('answered_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('answered_revision', sa.Integer(), nullable=True),
    sa.CheckConstraint('(answered_at IS NULL) = (answered_revision IS NULL)', name=op.f('ck_source_asks_answered')),
    sa.ForeignKeyConstraint(['argument_id'], ['arguments.id'], name=op.f('fk_source_asks_argument_id_arguments')),
    sa.ForeignKeyConstraint(['member_id'], ['members.id'], name=op.f('fk_source_asks_member_id_members')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_source_asks')),
    sa.UniqueConstraint('argument_id', 'member_id', name=op.f('uq_source_asks_argument_id_member_id'))
    )
    op.create_index(op.f('ix_source_asks_argument_id'), 'source_asks', ['argument_id'], unique=False)
    op.create_index(op.f('ix_source_asks_member_id'), 'source_asks', ['member_id'], unique=False)
    op.create_table('argument_likenesses',
    sa.Column('argument_id', sa.Integer(), nullable=False),
    sa.Column('other_id', sa.Integer(), nullable=False),
    sa.Column('likeness', sa.Float(), nullable=False),
    sa.Column('settled_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['argument_id'], ['arguments.id'], name=op.f('fk_argument_likenesses_argument_id_arguments')),
    sa.ForeignKeyConstraint(['other_id'], ['arguments.id'], name=op.f('fk_argument_likenesses_other_id_arguments')),
    sa.PrimaryKeyConstraint('argument_id', 'other_id', name=op.f('pk_argument_likenesses'))
    )
    op.create_index(op.f('ix_argument_likenesses_other_id'), 'argument_likenesses', ['other_id'], unique=False)
    # who read an argument, and those merged into it, came from that many locals
    op.execute(
        'UPDATE arguments SET local_count = (SELECT count(DISTINCT readings.local_id) FROM readings'
        ' JOIN arguments AS given ON given.id = readings.argument_id'
        ' WHERE given.id = arguments.id OR given.merged_into_id = arguments.id)'
    )
