"""A vote may elect several options, one of each slate, and the mandate holds the council to each; a vote may go on"""

import sqlalchemy as sa
from alembic import op

revision = '0033'
down_revision = '0032'
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table, owner in (('elected_options', 'vote'), ('mandate_options', 'mandate')):
        op.create_table(table,
        sa.Column(f'{owner}_id', sa.Integer(), nullable=False),
        sa.Column('option_id', sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint([f'{owner}_id'], [f'{owner}s.id'], name=op.f(f'fk_{table}_{owner}_id_{owner}s')),
        sa.ForeignKeyConstraint(['option_id'], ['options.id'], name=op.f(f'fk_{table}_option_id_options')),
        sa.PrimaryKeyConstraint(f'{owner}_id', 'option_id', name=op.f(f'pk_{table}'))
        )
    op.execute("INSERT INTO elected_options (vote_id, option_id)"
               " SELECT id, elected_option_id FROM votes WHERE elected_option_id IS NOT NULL")
    op.execute("INSERT INTO mandate_options (mandate_id, option_id) SELECT id, option_id FROM mandates")
    with op.batch_alter_table('votes', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('ck_votes_elected_option'), type_='check')
        batch_op.drop_constraint(batch_op.f('ck_votes_outcome'), type_='check')
        batch_op.drop_constraint(batch_op.f('fk_votes_elected_option_id_options'), type_='foreignkey')
        batch_op.drop_column('elected_option_id')
        batch_op.create_check_constraint(
            batch_op.f('ck_votes_outcome'), "outcome IN ('', 'elected', 'goes_on', 'undecided')"
        )
    with op.batch_alter_table('mandates', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_mandates_option_id_options'), type_='foreignkey')
        batch_op.drop_column('option_id')
