"""Members register for the vote on a question, where its process asks for it"""

import sqlalchemy as sa
from alembic import op

revision = '0034'
down_revision = '0033'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        'registrations',
        sa.Column('question_id', sa.Integer(), nullable=False),
        sa.Column('member_id', sa.Integer(), nullable=False),
        sa.Column('at', sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(['member_id'], ['members.id'], name=op.f('fk_registrations_member_id_members')),
        sa.ForeignKeyConstraint(['question_id'], ['questions.id'], name=op.f('fk_registrations_question_id_questions')),
        sa.PrimaryKeyConstraint('question_id', 'member_id', name=op.f('pk_registrations')),
    )
    with op.batch_alter_table('registrations', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_registrations_member_id'), ['member_id'], unique=False)
    with op.batch_alter_table('electorates', schema=None) as batch_op:
        batch_op.add_column(sa.Column('admitted_count', sa.Integer(), nullable=True))
