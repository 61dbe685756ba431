"""How many members are registered for a question is kept, as every page of it tells the number"""

import sqlalchemy as sa
from alembic import op

revision = '0038'
down_revision = '0037'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        'registration_counts',
        sa.Column('question_id', sa.Integer(), nullable=False),
        sa.Column('count', sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ['question_id'], ['questions.id'], name=op.f('fk_registration_counts_question_id_questions')
        ),
        sa.PrimaryKeyConstraint('question_id', name=op.f('pk_registration_counts')),
    )
    op.execute(
        'INSERT INTO registration_counts (question_id, count)'
        ' SELECT question_id, count(*) FROM registrations GROUP BY question_id'
    )
