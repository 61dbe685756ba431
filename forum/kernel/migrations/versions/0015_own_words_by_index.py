"""Own words: arguments by the member they came from, hidings by the author whom they touch, each found by an index"""

from alembic import op

revision = '0015'
down_revision = '0014'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(op.f('ix_arguments_origin_member_id'), 'arguments', ['origin_member_id'], unique=False)
    op.create_index(op.f('ix_hidings_author_id'), 'hidings', ['author_id'], unique=False)
