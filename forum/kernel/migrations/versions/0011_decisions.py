"""Sessions: decisions noted, turns tied to arguments, answers to a line, slow mode, the video's address"""

import sqlalchemy as sa
from alembic import op

revision = '0011'
down_revision = '0010'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('sittings', schema=None) as batch_op:
        batch_op.add_column(sa.Column('slow_seconds', sa.Integer(), server_default='0', nullable=False))
        batch_op.add_column(sa.Column('video_url', sa.String(length=500), server_default='', nullable=False))
    with op.batch_alter_table('messages', schema=None) as batch_op:
        batch_op.add_column(sa.Column('reply_to', sa.Integer(), nullable=True))
    op.create_table('decisions',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('sitting_id', sa.Integer(), nullable=False),
    sa.Column('text', sa.String(length=500), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['sitting_id'], ['sittings.id'], name=op.f('fk_decisions_sitting_id_sittings')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_decisions'))
    )
    with op.batch_alter_table('decisions', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_decisions_sitting_id'), ['sitting_id'], unique=False)
    op.create_table('turn_arguments',
    sa.Column('turn_id', sa.Integer(), nullable=False),
    sa.Column('argument_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['argument_id'], ['arguments.id'], name=op.f('fk_turn_arguments_argument_id_arguments')),
    sa.ForeignKeyConstraint(['turn_id'], ['turns.id'], name=op.f('fk_turn_arguments_turn_id_turns')),
    sa.PrimaryKeyConstraint('turn_id', 'argument_id', name=op.f('pk_turn_arguments'))
    )
