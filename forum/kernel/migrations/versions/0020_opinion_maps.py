"""Opinion maps: what a question's readings add up to, one row a question"""

import sqlalchemy as sa
from alembic import op

import forum.kernel.database

revision = '0020'
down_revision = '0019'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('opinion_maps',
    sa.Column('question_id', sa.Integer(), nullable=False),
    sa.Column('computed_at', forum.kernel.database.UTCDateTime(), nullable=False),
    sa.Column('state', sa.String(length=64), nullable=False),
    sa.Column('took_ms', sa.Integer(), nullable=False),
    sa.Column('reader_count', sa.Integer(), nullable=False),
    sa.Column('reading_count', sa.Integer(), nullable=False),
    sa.Column('document', sa.JSON(), nullable=False),
    sa.Column('weights', sa.JSON(), nullable=False),
    sa.ForeignKeyConstraint(['question_id'], ['questions.id'], name=op.f('fk_opinion_maps_question_id_questions')),
    sa.PrimaryKeyConstraint('question_id', name=op.f('pk_opinion_maps'))
    )
