"""Entry readings and their totals, quotes between posts, and how many have seconded an option"""

import sqlalchemy as sa
from alembic import op

revision = '0021'
down_revision = '0020'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('options', schema=None) as batch_op:
        batch_op.add_column(sa.Column('second_count', sa.Integer(), server_default='0', nullable=False))
    op.execute(
        "UPDATE options SET second_count ="
        " (SELECT count(*) FROM option_seconds WHERE option_seconds.option_id = options.id)"
    )

    op.create_table('entry_readings',
    sa.Column('question_id', sa.Integer(), nullable=False),
    sa.Column('member_id', sa.Integer(), nullable=False),
    sa.Column('answer', sa.String(length=10), nullable=False),
    sa.Column('option_id', sa.Integer(), nullable=True),
    sa.CheckConstraint("answer IN ('option', 'undecided', 'unsaid')", name=op.f('ck_entry_readings_answer')),
    sa.CheckConstraint("(answer = 'option') = (option_id IS NOT NULL)", name=op.f('ck_entry_readings_which')),
    sa.ForeignKeyConstraint(['member_id'], ['members.id'], name=op.f('fk_entry_readings_member_id_members')),
    sa.ForeignKeyConstraint(['option_id'], ['options.id'], name=op.f('fk_entry_readings_option_id_options')),
    sa.ForeignKeyConstraint(['question_id'], ['questions.id'], name=op.f('fk_entry_readings_question_id_questions')),
    sa.PrimaryKeyConstraint('question_id', 'member_id', name=op.f('pk_entry_readings'))
    )
    with op.batch_alter_table('entry_readings', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_entry_readings_member_id'), ['member_id'], unique=False)

    op.create_table('entry_totals',
    sa.Column('question_id', sa.Integer(), nullable=False),
    sa.Column('enough', sa.Boolean(), nullable=False),
    sa.Column('counts', sa.JSON(), nullable=False),
    sa.Column('undecided', sa.Integer(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['question_id'], ['questions.id'], name=op.f('fk_entry_totals_question_id_questions')),
    sa.PrimaryKeyConstraint('question_id', name=op.f('pk_entry_totals'))
    )

    op.create_table('post_quotes',
    sa.Column('post_id', sa.Integer(), nullable=False),
    sa.Column('quoted_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['post_id'], ['posts.id'], name=op.f('fk_post_quotes_post_id_posts')),
    sa.ForeignKeyConstraint(['quoted_id'], ['posts.id'], name=op.f('fk_post_quotes_quoted_id_posts')),
    sa.PrimaryKeyConstraint('post_id', 'quoted_id', name=op.f('pk_post_quotes'))
    )
    with op.batch_alter_table('post_quotes', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_post_quotes_quoted_id'), ['quoted_id'], unique=False)

    op.create_table('masked_quotes',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('hidden_id', sa.Integer(), nullable=False),
    sa.Column('post_id', sa.Integer(), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.Column('mark', sa.Text(), nullable=False),
    sa.Column('words', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['hidden_id'], ['posts.id'], name=op.f('fk_masked_quotes_hidden_id_posts')),
    sa.ForeignKeyConstraint(['post_id'], ['posts.id'], name=op.f('fk_masked_quotes_post_id_posts')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_masked_quotes'))
    )
    with op.batch_alter_table('masked_quotes', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_masked_quotes_hidden_id'), ['hidden_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_masked_quotes_post_id'), ['post_id'], unique=False)
