"""Equal reach: the ledger of what reached members for each option, offers to the others, and running totals"""

import sqlalchemy as sa
from alembic import op

revision = '0019'
down_revision = '0018'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('reach_entries',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('question_id', sa.Integer(), nullable=False),
    sa.Column('option_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=10), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ends_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('audience', sa.String(length=8), nullable=False),
    sa.Column('council_id', sa.Integer(), nullable=True),
    sa.Column('local_id', sa.Integer(), nullable=True),
    sa.Column('size', sa.Integer(), nullable=False),
    sa.Column('amount', sa.Integer(), nullable=False),
    sa.Column('small', sa.Boolean(), nullable=False),
    sa.Column('office', sa.String(length=12), nullable=False),
    sa.Column('by_id', sa.Integer(), nullable=True),
    sa.Column('hall_id', sa.Integer(), nullable=True),
    sa.Column('post_id', sa.Integer(), nullable=True),
    sa.Column('argument_id', sa.Integer(), nullable=True),
    sa.Column('statement_id', sa.Integer(), nullable=True),
    sa.Column('sitting_id', sa.Integer(), nullable=True),
    sa.Column('title', sa.String(length=200), nullable=False),
    sa.Column('source', sa.Text(), nullable=False),
    sa.Column('html', sa.Text(), nullable=False),
    sa.CheckConstraint("(audience = 'council') = (council_id IS NOT NULL)", name=op.f('ck_reach_entries_council')),
    sa.CheckConstraint("(audience = 'local') = (local_id IS NOT NULL)", name=op.f('ck_reach_entries_local')),
    sa.CheckConstraint("audience IN ('all', 'council', 'local')", name=op.f('ck_reach_entries_audience')),
    sa.CheckConstraint("kind IN ('mail', 'pin', 'banner', 'bulletin', 'floor')", name=op.f('ck_reach_entries_kind')),
    sa.CheckConstraint('size >= 0 AND amount > 0', name=op.f('ck_reach_entries_reach')),
    sa.ForeignKeyConstraint(['argument_id'], ['arguments.id'], name=op.f('fk_reach_entries_argument_id_arguments')),
    sa.ForeignKeyConstraint(['by_id'], ['members.id'], name=op.f('fk_reach_entries_by_id_members')),
    sa.ForeignKeyConstraint(['council_id'], ['councils.id'], name=op.f('fk_reach_entries_council_id_councils')),
    sa.ForeignKeyConstraint(['hall_id'], ['halls.id'], name=op.f('fk_reach_entries_hall_id_halls')),
    sa.ForeignKeyConstraint(['local_id'], ['locals.id'], name=op.f('fk_reach_entries_local_id_locals')),
    sa.ForeignKeyConstraint(['option_id'], ['options.id'], name=op.f('fk_reach_entries_option_id_options')),
    sa.ForeignKeyConstraint(['post_id'], ['posts.id'], name=op.f('fk_reach_entries_post_id_posts')),
    sa.ForeignKeyConstraint(['question_id'], ['questions.id'], name=op.f('fk_reach_entries_question_id_questions')),
    sa.ForeignKeyConstraint(['sitting_id'], ['sittings.id'], name=op.f('fk_reach_entries_sitting_id_sittings')),
    sa.ForeignKeyConstraint(['statement_id'], ['statements.id'], name=op.f('fk_reach_entries_statement_id_statements')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_reach_entries'))
    )
    op.create_index('ix_reach_entries_hall_id_ends_at', 'reach_entries', ['hall_id', 'ends_at'], unique=False)
    op.create_index('ix_reach_entries_kind_ends_at', 'reach_entries', ['kind', 'ends_at'], unique=False)
    op.create_index(op.f('ix_reach_entries_option_id'), 'reach_entries', ['option_id'], unique=False)
    op.create_index('ix_reach_entries_question_id', 'reach_entries', ['question_id', 'id'], unique=False)
    op.create_table('reach_offers',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('question_id', sa.Integer(), nullable=False),
    sa.Column('option_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=10), nullable=False),
    sa.Column('entry_id', sa.Integer(), nullable=True),
    sa.Column('lead', sa.BigInteger(), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('answer', sa.String(length=8), nullable=False),
    sa.Column('answered_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('answered_by_id', sa.Integer(), nullable=True),
    sa.Column('answer_id', sa.Integer(), nullable=True),
    sa.CheckConstraint("(answer = '') = (answered_at IS NULL)", name=op.f('ck_reach_offers_answered')),
    sa.CheckConstraint("answer IN ('', 'taken', 'declined')", name=op.f('ck_reach_offers_answer')),
    sa.CheckConstraint("kind IN ('mail', 'pin', 'banner', 'bulletin', 'floor')", name=op.f('ck_reach_offers_kind')),
    sa.ForeignKeyConstraint(['answer_id'], ['reach_entries.id'], name=op.f('fk_reach_offers_answer_id_reach_entries')),
    sa.ForeignKeyConstraint(['answered_by_id'], ['members.id'], name=op.f('fk_reach_offers_answered_by_id_members')),
    sa.ForeignKeyConstraint(['entry_id'], ['reach_entries.id'], name=op.f('fk_reach_offers_entry_id_reach_entries')),
    sa.ForeignKeyConstraint(['option_id'], ['options.id'], name=op.f('fk_reach_offers_option_id_options')),
    sa.ForeignKeyConstraint(['question_id'], ['questions.id'], name=op.f('fk_reach_offers_question_id_questions')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_reach_offers')),
    sa.UniqueConstraint('entry_id', 'option_id', name=op.f('uq_reach_offers_entry_id_option_id'))
    )
    op.create_index(op.f('ix_reach_offers_option_id'), 'reach_offers', ['option_id'], unique=False)
    op.create_index(op.f('ix_reach_offers_question_id'), 'reach_offers', ['question_id'], unique=False)
    op.create_table('reach_totals',
    sa.Column('question_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=10), nullable=False),
    sa.Column('option_id', sa.Integer(), nullable=False),
    sa.Column('small', sa.Boolean(), nullable=False),
    sa.Column('count', sa.Integer(), nullable=False),
    sa.Column('amount', sa.BigInteger(), nullable=False),
    sa.Column('units', sa.BigInteger(), nullable=False),
    sa.ForeignKeyConstraint(['option_id'], ['options.id'], name=op.f('fk_reach_totals_option_id_options')),
    sa.ForeignKeyConstraint(['question_id'], ['questions.id'], name=op.f('fk_reach_totals_question_id_questions')),
    sa.PrimaryKeyConstraint('question_id', 'kind', 'option_id', 'small', name=op.f('pk_reach_totals'))
    )
