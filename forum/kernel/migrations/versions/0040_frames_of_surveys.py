"""The frame of a survey is kept under numbers that name nobody, so that its draw can be repeated; strata of councils"""

import sqlalchemy as sa
from alembic import op

revision = '0040'
down_revision = '0039'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('surveys', schema=None) as batch_op:
        batch_op.add_column(sa.Column('frame_key', sa.String(length=64), nullable=False, server_default=''))
        batch_op.alter_column('roll_hash', new_column_name='frame_hash')
    with op.batch_alter_table('surveys', schema=None) as batch_op:
        batch_op.alter_column('frame_key', server_default=None)
    op.create_table(
        'survey_frames',
        sa.Column('survey_id', sa.Integer(), nullable=False),
        sa.Column('part', sa.Integer(), nullable=False),
        sa.Column('rows', sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(['survey_id'], ['surveys.id'], name=op.f('fk_survey_frames_survey_id_surveys')),
        sa.PrimaryKeyConstraint('survey_id', 'part', name=op.f('pk_survey_frames')),
    )
    for table in ('survey_seats', 'survey_answers'):
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.drop_constraint(batch_op.f(f'fk_{table}_council_id_councils'), type_='foreignkey')
            batch_op.alter_column('council_id', new_column_name='stratum', existing_type=sa.Integer())
    with op.batch_alter_table('survey_seats', schema=None) as batch_op:
        batch_op.alter_column('answered', existing_type=sa.Boolean(), nullable=True)
    _name_strata()


def _name_strata() -> None:
    """Until now each stratum was a council."""
    surveys = sa.table('surveys', sa.column('id', sa.Integer), sa.column('strata', sa.JSON))
    for survey_id, strata in op.get_bind().execute(sa.select(surveys.c.id, surveys.c.strata)).all():
        rows = [
            {"stratum": each["council"], "councils": [each["council"]], "frame": each["frame"],
             "asked": each["asked"], "last": ""}
            for each in strata
        ]  # fmt: skip
        op.get_bind().execute(sa.update(surveys).where(surveys.c.id == survey_id).values(strata=rows))
