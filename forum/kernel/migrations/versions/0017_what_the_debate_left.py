"""What a debate left at its close, the observers' matrix, and the reasons of digests, those frozen before included"""

import json
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = '0017'
down_revision = '0016'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('debate_records',
    sa.Column('question_id', sa.Integer(), nullable=False),
    sa.Column('record', sa.Text(), nullable=False),
    sa.Column('taken_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['question_id'], ['questions.id'], name=op.f('fk_debate_records_question_id_questions')),
    sa.PrimaryKeyConstraint('question_id', name=op.f('pk_debate_records'))
    )
    op.create_table('matrix_parts',
    sa.Column('question_id', sa.Integer(), nullable=False),
    sa.Column('part', sa.Integer(), nullable=False),
    sa.Column('lines', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['question_id'], ['questions.id'], name=op.f('fk_matrix_parts_question_id_questions')),
    sa.PrimaryKeyConstraint('question_id', 'part', name=op.f('pk_matrix_parts'))
    )
    outcomes = op.create_table('digest_outcomes',
    sa.Column('question_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('argument_id', sa.Integer(), nullable=False),
    sa.Column('taken', sa.Boolean(), nullable=False),
    sa.Column('reason', sa.String(length=16), nullable=False),
    sa.Column('other', sa.Integer(), nullable=True),
    sa.Column('billionths', sa.Integer(), nullable=True),
    sa.Column('readers', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['argument_id'], ['arguments.id'], name=op.f('fk_digest_outcomes_argument_id_arguments')),
    sa.ForeignKeyConstraint(['question_id'], ['digests.question_id'],
                            name=op.f('fk_digest_outcomes_question_id_digests')),
    sa.PrimaryKeyConstraint('question_id', 'number', name=op.f('pk_digest_outcomes')),
    sa.UniqueConstraint('argument_id', name=op.f('uq_digest_outcomes_argument_id'))
    )
    for question_id, record in op.get_bind().execute(sa.text("SELECT question_id, record FROM digests")).all():
        _take_out(outcomes, question_id, json.loads(record))


def _take_out(outcomes: sa.Table, question_id: int, published: dict[str, Any]) -> None:
    selection = published["selection"]
    readers = {each["number"]: each["readers"] for each in published["record"]["arguments"]}
    query = sa.text("SELECT number, id FROM arguments WHERE question_id = :question")
    ids: dict[int, int] = dict(op.get_bind().execute(query, {"question": question_id}).all())
    lines = [line for section in selection["sections"] for line in section["lines"]]
    for taken, rows in ((True, lines), (False, selection["left_out"])):
        for row in rows:
            op.execute(outcomes.insert().values(
                question_id=question_id, number=row["number"], argument_id=ids[row["number"]], taken=taken,
                reason=row["reason"], other=row.get("other"), billionths=row["billionths"],
                readers=readers[row["number"]],
            ))
