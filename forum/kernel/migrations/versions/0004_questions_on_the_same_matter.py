"""A question on the same matter as an earlier one"""

import sqlalchemy as sa
from alembic import op

revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('questions', schema=None) as batch_op:
        batch_op.add_column(sa.Column('takes_up_id', sa.Integer(), nullable=True))
        batch_op.create_index(batch_op.f('ix_questions_takes_up_id'), ['takes_up_id'], unique=False)
        batch_op.create_foreign_key(batch_op.f('fk_questions_takes_up_id_questions'), 'questions',
                                    ['takes_up_id'], ['id'])
