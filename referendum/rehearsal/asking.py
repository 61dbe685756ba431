"""The demo's survey: published two days ago, drawn at once, answered by some of those who were drawn."""

from datetime import datetime, timedelta

from forum.kernel.database import db
from forum.questions import draft_operations
from forum.questions.forms import OWN, Draft, DraftOption
from forum.questions.queries import question_by_id
from forum.questions.templates import read_template
from forum.roll.queries import roll_size
from referendum.rehearsal.charging import OFFICERS
from referendum.rehearsal.reading_union import texts
from referendum.rehearsal.stage import Made, Stage
from referendum.surveys.jobs import tend_surveys
from referendum.surveys.models import SurveySeat
from referendum.surveys.operations import answer
from referendum.surveys.queries import survey_at
from referendum.surveys.rules import AFTER


def tell_asked(stage: Stage, now: datetime) -> Made:
    """The question on which a sample is asked: from its draft to the answers of its second day."""
    made, drawn_at = Made(), now - timedelta(days=texts("asked")["began_days_ago"])

    def publish(at: datetime) -> None:
        made.question_id = _draft(stage, at)
        draft_operations.publish_question(stage.person(OFFICERS[0]), question_by_id(made.question_id), now=at)

    stage.play([(drawn_at - timedelta(hours=3), publish)])
    stage.stand_at(drawn_at)
    tend_surveys()
    stage.play([(drawn_at + timedelta(hours=20), lambda at: _answer(stage, made, at))])
    return made


def _draft(stage: Stage, now: datetime) -> int:
    told, officer = texts("asked"), stage.person(OFFICERS[0])
    process = read_template(told["process"], union_size=roll_size())
    own = (told["process"], process)
    question = draft_operations.create_question(officer, told["title"], OWN, now=now, own=own)
    draft = Draft(
        title=told["title"], template=OWN, process=process, process_source=told["process"],
        background=told["background"].strip(), options=tuple(DraftOption(each["title"]) for each in told["option"]),
        version=question.version,
    )  # fmt: skip
    draft_operations.save_draft(officer, question, draft, now=now)
    return question.id


def _answer(stage: Stage, made: Made, now: datetime) -> None:
    """The last of those who were drawn: the cast of the demo, which stands first on the roll, is still asked."""
    survey = survey_at(question_by_id(made.question_id), AFTER)
    seats = db.select(SurveySeat.member_id).where(SurveySeat.survey_id == survey.id)
    drawn = iter(db.session.scalars(seats.order_by(SurveySeat.member_id.desc())).all())
    for letter, count in texts("asked")["answers"].items():
        for _ in range(count):
            answer(stage.actor(next(drawn)), survey, [letter], now)
