"""Spoken arguments: the turns in which one was spoken, for the line of its life"""

from alembic import op

revision = '0024'
down_revision = '0023'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(op.f('ix_turn_arguments_argument_id'), 'turn_arguments', ['argument_id'], unique=False)
