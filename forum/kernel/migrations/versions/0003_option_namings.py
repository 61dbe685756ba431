"""Whom the spokespersons of an option want to add"""

import sqlalchemy as sa
from alembic import op

revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('option_namings',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('option_id', sa.Integer(), nullable=False),
    sa.Column('role', sa.String(length=12), nullable=False),
    sa.Column('by_id', sa.Integer(), nullable=False),
    sa.Column('member_id', sa.Integer(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("role IN ('trustee', 'observer')", name=op.f('ck_option_namings_role')),
    sa.ForeignKeyConstraint(['by_id'], ['members.id'], name=op.f('fk_option_namings_by_id_members')),
    sa.ForeignKeyConstraint(['member_id'], ['members.id'], name=op.f('fk_option_namings_member_id_members')),
    sa.ForeignKeyConstraint(['option_id'], ['options.id'], name=op.f('fk_option_namings_option_id_options')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_option_namings')),
    sa.UniqueConstraint('option_id', 'role', 'by_id', name=op.f('uq_option_namings_option_id_role_by_id'))
    )
    with op.batch_alter_table('option_namings', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_option_namings_option_id'), ['option_id'], unique=False)
