"""Outlets: what members chose about mail, editions of the digest, keys of feeds, exports of a debate, addresses that
refused; mails that wait for the morning and say how to stop them"""

import sqlalchemy as sa
from alembic import op

revision = '0018'
down_revision = '0017'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('mail_troubles',
    sa.Column('address', sa.String(length=254), nullable=False),
    sa.Column('code', sa.Integer(), nullable=False),
    sa.Column('said', sa.String(length=300), nullable=False),
    sa.Column('count', sa.Integer(), nullable=False),
    sa.Column('first_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('last_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('stopped_at', sa.DateTime(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('address', name=op.f('pk_mail_troubles'))
    )
    op.create_index(op.f('ix_mail_troubles_stopped_at'), 'mail_troubles', ['stopped_at'], unique=False)

    op.create_table('mail_choices',
    sa.Column('member_id', sa.Integer(), nullable=False),
    sa.Column('digest', sa.String(length=8), nullable=False),
    sa.Column('threads', sa.Boolean(), server_default=sa.true(), nullable=False),
    sa.Column('sessions', sa.Boolean(), server_default=sa.true(), nullable=False),
    sa.Column('sides', sa.Boolean(), server_default=sa.true(), nullable=False),
    sa.Column('quiet_from', sa.Integer(), nullable=False),
    sa.Column('quiet_until', sa.Integer(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("digest IN ('off', 'daily', 'weekly')", name=op.f('ck_mail_choices_digest')),
    sa.CheckConstraint('quiet_from BETWEEN 0 AND 23 AND quiet_until BETWEEN 0 AND 23',
                       name=op.f('ck_mail_choices_hours')),
    sa.ForeignKeyConstraint(['member_id'], ['members.id'], name=op.f('fk_mail_choices_member_id_members')),
    sa.PrimaryKeyConstraint('member_id', name=op.f('pk_mail_choices'))
    )
    op.create_index(op.f('ix_mail_choices_digest'), 'mail_choices', ['digest'], unique=False)

    op.create_table('digest_editions',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=8), nullable=False),
    sa.Column('since', sa.DateTime(timezone=True), nullable=False),
    sa.Column('until', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("kind IN ('daily', 'weekly')", name=op.f('ck_digest_editions_kind')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_digest_editions')),
    sa.UniqueConstraint('kind', 'until', name=op.f('uq_digest_editions_kind_until'))
    )

    op.create_table('feed_keys',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('member_id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=80), nullable=False),
    sa.Column('key_hash', sa.String(length=64), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('revoked_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['member_id'], ['members.id'], name=op.f('fk_feed_keys_member_id_members')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_feed_keys')),
    sa.UniqueConstraint('key_hash', name=op.f('uq_feed_keys_key_hash'))
    )
    op.create_index(op.f('ix_feed_keys_member_id'), 'feed_keys', ['member_id'], unique=False)

    op.create_table('debate_exports',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('question_id', sa.Integer(), nullable=False),
    sa.Column('state', sa.String(length=8), nullable=False),
    sa.Column('until', sa.DateTime(timezone=True), nullable=False),
    sa.Column('total', sa.Integer(), server_default='0', nullable=False),
    sa.Column('size', sa.Integer(), server_default='0', nullable=False),
    sa.Column('sha256', sa.String(length=64), server_default='', nullable=False),
    sa.CheckConstraint("state IN ('making', 'ready')", name=op.f('ck_debate_exports_state')),
    sa.ForeignKeyConstraint(['question_id'], ['questions.id'], name=op.f('fk_debate_exports_question_id_questions')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_debate_exports'))
    )
    op.create_index(op.f('ix_debate_exports_question_id'), 'debate_exports', ['question_id'], unique=False)

    with op.batch_alter_table('mail_outbox', schema=None) as batch_op:
        batch_op.add_column(sa.Column('not_before', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('stop_url', sa.String(length=300), server_default='', nullable=False))
