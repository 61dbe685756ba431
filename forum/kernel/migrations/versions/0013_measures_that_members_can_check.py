"""Moderation: hidings lifted, writing stopped, a chat slowed with its ground, reports with their outcome"""

import sqlalchemy as sa
from alembic import op

revision = '0013'
down_revision = '0012'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('hidings', schema=None) as batch_op:
        batch_op.add_column(sa.Column('office', sa.String(length=12), server_default='host', nullable=False))
        batch_op.add_column(sa.Column('lifted_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('lifted_by_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('lifted_reason', sa.Text(), server_default='', nullable=False))
        batch_op.create_foreign_key(op.f('fk_hidings_lifted_by_id_members'), 'members', ['lifted_by_id'], ['id'])
    op.execute("UPDATE hidings SET office = 'teller' WHERE hall_id IN (SELECT id FROM halls WHERE local_id IS NULL)")
    with op.batch_alter_table('reports', schema=None) as batch_op:
        batch_op.add_column(sa.Column('for_tellers', sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.add_column(sa.Column('closed_by_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('outcome', sa.String(length=10), server_default='', nullable=False))
        batch_op.add_column(sa.Column('answer', sa.Text(), server_default='', nullable=False))
        batch_op.create_foreign_key(op.f('fk_reports_closed_by_id_members'), 'members', ['closed_by_id'], ['id'])
        batch_op.create_index(batch_op.f('ix_reports_by_id'), ['by_id'], unique=False)
        batch_op.create_check_constraint(
            op.f('ck_reports_outcome'), "outcome IN ('', 'hidden', 'stopped', 'stands')")
    op.execute("UPDATE reports SET for_tellers = true WHERE hall_id IN (SELECT id FROM halls WHERE local_id IS NULL)")
    op.execute("UPDATE reports SET outcome = 'stands' WHERE closed_at IS NOT NULL")
    op.execute(
        "UPDATE reports SET outcome = 'hidden' WHERE closed_at IS NOT NULL AND EXISTS (SELECT 1 FROM hidings"
        " WHERE hidings.kind = reports.kind AND hidings.subject_id = reports.subject_id"
        " AND hidings.at = reports.closed_at)")
    with op.batch_alter_table('sittings', schema=None) as batch_op:
        batch_op.add_column(sa.Column('slow_ground', sa.String(length=16), server_default='', nullable=False))
        batch_op.add_column(sa.Column('slow_reason', sa.Text(), server_default='', nullable=False))
    op.create_table('stoppings',
    sa.Column('hall_id', sa.Integer(), nullable=False),
    sa.Column('member_id', sa.Integer(), nullable=False),
    sa.Column('until', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['hall_id'], ['halls.id'], name=op.f('fk_stoppings_hall_id_halls')),
    sa.ForeignKeyConstraint(['member_id'], ['members.id'], name=op.f('fk_stoppings_member_id_members')),
    sa.PrimaryKeyConstraint('hall_id', 'member_id', name=op.f('pk_stoppings'))
    )
    _create_restraints()


def _create_restraints() -> None:
    op.create_table('restraints',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('question_id', sa.Integer(), nullable=False),
    sa.Column('hall_id', sa.Integer(), nullable=False),
    sa.Column('ground', sa.String(length=16), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('by_id', sa.Integer(), nullable=False),
    sa.Column('office', sa.String(length=12), server_default='host', nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('lifted_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('lifted_by_id', sa.Integer(), nullable=True),
    sa.Column('lifted_reason', sa.Text(), server_default='', nullable=False),
    sa.Column('appeal', sa.Text(), nullable=False),
    sa.Column('appealed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('ruling', sa.String(length=10), nullable=False),
    sa.Column('ruling_reason', sa.Text(), nullable=False),
    sa.Column('ruled_by_id', sa.Integer(), nullable=True),
    sa.Column('ruled_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('deed', sa.String(length=8), nullable=False),
    sa.Column('member_id', sa.Integer(), nullable=True),
    sa.Column('kind', sa.String(length=10), nullable=False),
    sa.Column('subject_id', sa.Integer(), nullable=False),
    sa.Column('until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('sitting_id', sa.Integer(), nullable=True),
    sa.Column('seconds', sa.Integer(), nullable=False),
    sa.Column('appealed_by_id', sa.Integer(), nullable=True),
    sa.CheckConstraint("ground IN ('threat', 'personal_data', 'spam', 'impersonation', 'unlawful')",
                       name=op.f('ck_restraints_ground')),
    sa.CheckConstraint("deed IN ('mute', 'slow')", name=op.f('ck_restraints_deed')),
    sa.CheckConstraint("(deed = 'mute') = (member_id IS NOT NULL AND until IS NOT NULL)",
                       name=op.f('ck_restraints_mute')),
    sa.CheckConstraint("(deed = 'slow') = (sitting_id IS NOT NULL)", name=op.f('ck_restraints_slow')),
    sa.CheckConstraint("ruling IN ('', 'upheld', 'restored')", name=op.f('ck_restraints_ruling')),
    sa.ForeignKeyConstraint(['appealed_by_id'], ['members.id'], name=op.f('fk_restraints_appealed_by_id_members')),
    sa.ForeignKeyConstraint(['by_id'], ['members.id'], name=op.f('fk_restraints_by_id_members')),
    sa.ForeignKeyConstraint(['hall_id'], ['halls.id'], name=op.f('fk_restraints_hall_id_halls')),
    sa.ForeignKeyConstraint(['lifted_by_id'], ['members.id'], name=op.f('fk_restraints_lifted_by_id_members')),
    sa.ForeignKeyConstraint(['member_id'], ['members.id'], name=op.f('fk_restraints_member_id_members')),
    sa.ForeignKeyConstraint(['question_id'], ['questions.id'], name=op.f('fk_restraints_question_id_questions')),
    sa.ForeignKeyConstraint(['ruled_by_id'], ['members.id'], name=op.f('fk_restraints_ruled_by_id_members')),
    sa.ForeignKeyConstraint(['sitting_id'], ['sittings.id'], name=op.f('fk_restraints_sitting_id_sittings')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_restraints'))
    )
    with op.batch_alter_table('restraints', schema=None) as batch_op:
        for column in ('hall_id', 'member_id', 'question_id', 'sitting_id'):
            batch_op.create_index(batch_op.f(f'ix_restraints_{column}'), [column], unique=False)
