"""Sessions: what members ask beforehand, with the host's answer; such words can be hidden too"""

import sqlalchemy as sa
from alembic import op

revision = '0012'
down_revision = '0011'
branch_labels = None
depends_on = None

CHECKS = {
    'ground': "ground IN ('threat', 'personal_data', 'spam', 'impersonation', 'unlawful')",
    'kind': "kind IN ('post', 'message', 'argument', 'enquiry')",
    'ruling': "ruling IN ('', 'upheld', 'restored')",
}


def upgrade() -> None:
    op.create_table('enquiries',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('sitting_id', sa.Integer(), nullable=False),
    sa.Column('author_id', sa.Integer(), nullable=False),
    sa.Column('office', sa.String(length=12), nullable=False),
    sa.Column('source', sa.Text(), nullable=False),
    sa.Column('html', sa.Text(), nullable=False),
    sa.Column('client_key', sa.String(length=40), nullable=True),
    sa.Column('asked_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('hidden_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('answer_source', sa.Text(), nullable=False),
    sa.Column('answer_html', sa.Text(), nullable=False),
    sa.Column('settled_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('settled_by_id', sa.Integer(), nullable=True),
    sa.CheckConstraint("state IN ('open', 'deferred', 'answered', 'taken_up')", name=op.f('ck_enquiries_state')),
    sa.CheckConstraint("(state = 'answered') = (answer_source <> '')", name=op.f('ck_enquiries_answer')),
    sa.ForeignKeyConstraint(['author_id'], ['members.id'], name=op.f('fk_enquiries_author_id_members')),
    sa.ForeignKeyConstraint(['settled_by_id'], ['members.id'], name=op.f('fk_enquiries_settled_by_id_members')),
    sa.ForeignKeyConstraint(['sitting_id'], ['sittings.id'], name=op.f('fk_enquiries_sitting_id_sittings')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_enquiries')),
    sa.UniqueConstraint('author_id', 'client_key', name=op.f('uq_enquiries_author_id_client_key'))
    )
    with op.batch_alter_table('enquiries', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_enquiries_sitting_id'), ['sitting_id'], unique=False)
    if op.get_bind().dialect.name != 'sqlite':  # there a table is copied, without its old checks
        for name in CHECKS:
            op.drop_constraint(op.f(f'ck_hidings_{name}'), 'hidings', type_='check')
    with op.batch_alter_table('hidings', schema=None) as batch_op:
        for name, check in CHECKS.items():
            batch_op.create_check_constraint(op.f(f'ck_hidings_{name}'), check)
