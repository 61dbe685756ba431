"""Lists of codes that tellers made themselves; challenges to the roll before it is frozen"""

import sqlalchemy as sa
from alembic import op

revision = '0027'
down_revision = '0026'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        'code_lists',
        sa.Column('vote_id', sa.Integer(), nullable=False),
        sa.Column('list_id', sa.String(length=64), nullable=False),
        sa.Column('state', sa.String(length=9), nullable=False),
        sa.Column('header', sa.JSON(), nullable=False),
        sa.Column('received', sa.JSON(), nullable=False),
        sa.Column('problem', sa.Text(), nullable=False),
        sa.Column('problem_facts', sa.JSON(), nullable=False),
        sa.Column('sent_by_id', sa.Integer(), nullable=False),
        sa.Column('at', sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("state IN ('receiving', 'checking', 'refused', 'accepted')", name=op.f('ck_code_lists_state')),
        sa.ForeignKeyConstraint(['sent_by_id'], ['members.id'], name=op.f('fk_code_lists_sent_by_id_members')),
        sa.ForeignKeyConstraint(['vote_id'], ['votes.id'], name=op.f('fk_code_lists_vote_id_votes')),
        sa.PrimaryKeyConstraint('vote_id', name=op.f('pk_code_lists')),
    )
    op.create_table(
        'roll_challenges',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('question_id', sa.Integer(), nullable=False),
        sa.Column('member_id', sa.Integer(), nullable=False),
        sa.Column('number', sa.String(length=40), nullable=False),
        sa.Column('admits', sa.Boolean(), nullable=False),
        sa.Column('text', sa.Text(), nullable=False),
        sa.Column('at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('ruling', sa.String(length=10), nullable=False),
        sa.Column('ruling_reason', sa.Text(), nullable=False),
        sa.Column('ruled_at', sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("ruling IN ('', 'upheld', 'dismissed')", name=op.f('ck_roll_challenges_ruling')),
        sa.ForeignKeyConstraint(['member_id'], ['members.id'], name=op.f('fk_roll_challenges_member_id_members')),
        sa.ForeignKeyConstraint(['question_id'], ['questions.id'], name=op.f('fk_roll_challenges_question_id_questions')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_roll_challenges')),
    )
    with op.batch_alter_table('roll_challenges', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_roll_challenges_member_id'), ['member_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_roll_challenges_question_id'), ['question_id'], unique=False)
