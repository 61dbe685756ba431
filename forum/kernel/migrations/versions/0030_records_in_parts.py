"""The parts of a record, each with its product, its totals and its file"""

import sqlalchemy as sa
from alembic import op

revision = '0030'
down_revision = '0029'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('tally_parts',
    sa.Column('vote_id', sa.Integer(), nullable=False),
    sa.Column('archive', sa.String(length=1), nullable=False),
    sa.Column('place', sa.Integer(), nullable=False),
    sa.Column('encrypted', sa.Text(), nullable=False),
    sa.Column('ballot_count', sa.Integer(), nullable=False),
    sa.Column('result', sa.JSON(), nullable=True),
    sa.Column('archive_hash', sa.String(length=64), nullable=False),
    sa.Column('taken_until', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("archive IN ('V', 'C')", name=op.f('ck_tally_parts_archive')),
    sa.ForeignKeyConstraint(['vote_id'], ['votes.id'], name=op.f('fk_tally_parts_vote_id_votes')),
    sa.PrimaryKeyConstraint('vote_id', 'archive', 'place', name=op.f('pk_tally_parts'))
    )
    # whatever was counted before is a record in one part
    op.execute("INSERT INTO tally_parts (vote_id, archive, place, encrypted, ballot_count, result, archive_hash)"
               " SELECT vote_id, archive, 0, encrypted, ballot_count, result, archive_hash FROM tallies")
