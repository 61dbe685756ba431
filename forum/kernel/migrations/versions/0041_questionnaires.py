"""A survey may ask several questions, written before the draw; totals are kept of each"""

import sqlalchemy as sa
from alembic import op

revision = '0041'
down_revision = '0040'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('surveys', schema=None) as batch_op:
        batch_op.add_column(sa.Column('title', sa.String(length=100), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('questionnaire', sa.JSON(), nullable=False, server_default='[]'))
        batch_op.add_column(sa.Column('questionnaire_hash', sa.String(length=64), nullable=False, server_default=''))
        batch_op.drop_constraint(batch_op.f('ck_surveys_state'), type_='check')
        batch_op.create_check_constraint(
            batch_op.f('ck_surveys_state'), "state IN ('planned', 'drawing', 'open', 'closed')"
        )
    with op.batch_alter_table('surveys', schema=None) as batch_op:
        for name in ('title', 'questionnaire', 'questionnaire_hash'):
            batch_op.alter_column(name, server_default=None)
    with op.batch_alter_table('survey_answers', schema=None) as batch_op:
        batch_op.add_column(sa.Column('item', sa.Integer(), nullable=False, server_default='1'))
        batch_op.drop_constraint(batch_op.f('pk_survey_answers'), type_='primary')
        batch_op.create_primary_key(batch_op.f('pk_survey_answers'), ['survey_id', 'stratum', 'item', 'letter'])
    with op.batch_alter_table('survey_answers', schema=None) as batch_op:
        batch_op.alter_column('item', server_default=None)
    _tell_by_item()


def _tell_by_item() -> None:
    """What was told so far is of the one question that every survey asked."""
    surveys = sa.table('surveys', sa.column('id', sa.Integer), sa.column('told', sa.JSON))
    for survey_id, told in op.get_bind().execute(sa.select(surveys.c.id, surveys.c.told)).all():
        if told:
            shares = told.pop('shares')
            rows = [{**row, 'councils': [row['council']] if row['council'] else []} for row in told['rows']]
            told |= {'tables': [shares] if shares else [], 'rows': rows}
            op.get_bind().execute(sa.update(surveys).where(surveys.c.id == survey_id).values(told=told))
