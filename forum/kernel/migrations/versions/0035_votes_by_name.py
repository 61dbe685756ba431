"""Votes by name: the roll call of a body and the council's decision, with their seats"""

import sqlalchemy as sa
from alembic import op

revision = '0035'
down_revision = '0034'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        'roll_calls',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('question_id', sa.Integer(), nullable=False),
        sa.Column('kind', sa.String(length=20), nullable=False),
        sa.Column('body', sa.String(length=100), nullable=False),
        sa.Column('letters', sa.JSON(), nullable=False),
        sa.Column('quorum', sa.String(length=20), nullable=False),
        sa.Column('days', sa.Integer(), nullable=False),
        sa.Column('state', sa.String(length=8), nullable=False),
        sa.Column('set_up_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('opened_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('closes_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('closed_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('reason', sa.String(length=20), nullable=False),
        sa.Column('elected', sa.String(length=1), nullable=False),
        sa.CheckConstraint("kind IN ('roll_call', 'council_decision')", name=op.f('ck_roll_calls_kind')),
        sa.CheckConstraint("state IN ('set_up', 'open', 'closed')", name=op.f('ck_roll_calls_state')),
        sa.CheckConstraint("(state = 'closed') = (closed_at IS NOT NULL)", name=op.f('ck_roll_calls_closed_at')),
        sa.ForeignKeyConstraint(['question_id'], ['questions.id'], name=op.f('fk_roll_calls_question_id_questions')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_roll_calls')),
        sa.UniqueConstraint('question_id', 'kind', name=op.f('uq_roll_calls_question_id_kind')),
    )
    with op.batch_alter_table('roll_calls', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_roll_calls_question_id'), ['question_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_roll_calls_state'), ['state'], unique=False)
    op.create_table(
        'roll_call_seats',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('roll_call_id', sa.Integer(), nullable=False),
        sa.Column('place', sa.Integer(), nullable=False),
        sa.Column('member_id', sa.Integer(), nullable=False),
        sa.Column('council_id', sa.Integer(), nullable=False),
        sa.Column('speaks_for', sa.String(length=200), nullable=False),
        sa.Column('letter', sa.String(length=1), nullable=False),
        sa.Column('words', sa.Text(), nullable=False),
        sa.Column('voted_at', sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(['council_id'], ['councils.id'], name=op.f('fk_roll_call_seats_council_id_councils')),
        sa.ForeignKeyConstraint(['member_id'], ['members.id'], name=op.f('fk_roll_call_seats_member_id_members')),
        sa.ForeignKeyConstraint(
            ['roll_call_id'], ['roll_calls.id'], name=op.f('fk_roll_call_seats_roll_call_id_roll_calls')
        ),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_roll_call_seats')),
        sa.UniqueConstraint('roll_call_id', 'member_id', name=op.f('uq_roll_call_seats_roll_call_id_member_id')),
        sa.UniqueConstraint('roll_call_id', 'place', name=op.f('uq_roll_call_seats_roll_call_id_place')),
    )
    with op.batch_alter_table('roll_call_seats', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_roll_call_seats_member_id'), ['member_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_roll_call_seats_roll_call_id'), ['roll_call_id'], unique=False)
