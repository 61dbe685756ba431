"""Sample surveys: the draw, who was drawn, and the totals of their answers"""

import sqlalchemy as sa
from alembic import op

revision = '0037'
down_revision = '0036'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        'surveys',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('question_id', sa.Integer(), nullable=False),
        sa.Column('place', sa.Integer(), nullable=False),
        sa.Column('state', sa.String(length=8), nullable=False),
        sa.Column('wanted', sa.Integer(), nullable=False),
        sa.Column('days', sa.Integer(), nullable=False),
        sa.Column('set_up_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('roll_hash', sa.String(length=64), nullable=False),
        sa.Column('seed', sa.String(length=64), nullable=False),
        sa.Column('strata', sa.JSON(), nullable=False),
        sa.Column('opened_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('closes_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('closed_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('told', sa.JSON(), nullable=False),
        sa.CheckConstraint("state IN ('drawing', 'open', 'closed')", name=op.f('ck_surveys_state')),
        sa.ForeignKeyConstraint(['question_id'], ['questions.id'], name=op.f('fk_surveys_question_id_questions')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_surveys')),
        sa.UniqueConstraint('question_id', 'place', name=op.f('uq_surveys_question_id_place')),
    )
    with op.batch_alter_table('surveys', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_surveys_question_id'), ['question_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_surveys_state'), ['state'], unique=False)
    op.create_table(
        'survey_seats',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('survey_id', sa.Integer(), nullable=False),
        sa.Column('member_id', sa.Integer(), nullable=False),
        sa.Column('council_id', sa.Integer(), nullable=False),
        sa.Column('answered', sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(['council_id'], ['councils.id'], name=op.f('fk_survey_seats_council_id_councils')),
        sa.ForeignKeyConstraint(['member_id'], ['members.id'], name=op.f('fk_survey_seats_member_id_members')),
        sa.ForeignKeyConstraint(['survey_id'], ['surveys.id'], name=op.f('fk_survey_seats_survey_id_surveys')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_survey_seats')),
        sa.UniqueConstraint('survey_id', 'member_id', name=op.f('uq_survey_seats_survey_id_member_id')),
    )
    with op.batch_alter_table('survey_seats', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_survey_seats_member_id'), ['member_id'], unique=False)
    op.create_table(
        'survey_answers',
        sa.Column('survey_id', sa.Integer(), nullable=False),
        sa.Column('council_id', sa.Integer(), nullable=False),
        sa.Column('letter', sa.String(length=1), nullable=False),
        sa.Column('count', sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(['council_id'], ['councils.id'], name=op.f('fk_survey_answers_council_id_councils')),
        sa.ForeignKeyConstraint(['survey_id'], ['surveys.id'], name=op.f('fk_survey_answers_survey_id_surveys')),
        sa.PrimaryKeyConstraint('survey_id', 'council_id', 'letter', name=op.f('pk_survey_answers')),
    )
