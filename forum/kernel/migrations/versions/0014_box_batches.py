"""Batches: what the public record says of each, written once"""

import hashlib

import sqlalchemy as sa
from alembic import op

revision = '0014'
down_revision = '0013'
branch_labels = None
depends_on = None


def upgrade() -> None:
    batches = op.create_table('box_batches',
    sa.Column('vote_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('archive', sa.String(length=1), nullable=False),
    sa.Column('ballots', sa.Integer(), nullable=False),
    sa.Column('hash', sa.String(length=64), nullable=False),
    sa.CheckConstraint("archive IN ('V', 'C')", name=op.f('ck_box_batches_archive')),
    sa.ForeignKeyConstraint(['vote_id'], ['votes.id'], name=op.f('fk_box_batches_vote_id_votes')),
    sa.PrimaryKeyConstraint('vote_id', 'number', 'archive', name=op.f('pk_box_batches'))
    )
    hashes: dict[tuple[int, int, str], list[str]] = {}
    order = sa.text("SELECT vote_id, batch, archive, hash FROM boxed_ballots ORDER BY vote_id, batch, archive, hash")
    for vote_id, number, archive, digest in op.get_bind().execute(order):
        hashes.setdefault((vote_id, number, archive), []).append(digest)
    for (vote_id, number, archive), found in hashes.items():
        digest = hashlib.sha256("".join(found).encode()).hexdigest()
        row = {'vote_id': vote_id, 'number': number, 'archive': archive, 'ballots': len(found), 'hash': digest}
        op.execute(batches.insert().values(row))
