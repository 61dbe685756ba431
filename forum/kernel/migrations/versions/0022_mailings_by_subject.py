"""Mailings by what they are about: whether it was told, and when"""

from alembic import op

revision = '0022'
down_revision = '0021'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index('ix_mailings_subject_id_kind', 'mailings', ['subject_id', 'kind'], unique=False)
