"""A survey is set up when its time comes, answered once it is drawn (`draw_operations`), and told at its close."""

from collections.abc import Sequence
from datetime import datetime

from forum.kernel import audit, slots
from forum.kernel.database import db
from forum.kernel.doors import Actor
from forum.kernel.errors import Missing, Refused, refuse_unless
from forum.questions.models import Question
from forum.questions.process import SurveyStage
from forum.questions.queries import process_of, question_by_id
from forum.questions.states import QuestionMove, QuestionState
from referendum.rollcalls.operations import begin
from referendum.surveys import queries, rules
from referendum.surveys.estimates import weighed
from referendum.surveys.models import Survey, SurveyAnswer, SurveySeat

CLOSING = (QuestionMove.CLOSE, QuestionMove.CLOSE_ANYWAY, QuestionMove.PUBLISH)


class Act(audit.Act):
    """The end of a survey."""

    CLOSE_SURVEY = "close_survey"


def question_moved(question: Question, move: object, now: datetime) -> None:
    """The survey before a debate is due with the charge, the one after it with the close."""
    stages = rules.survey_stages(process_of(question))
    due = rules.BEFORE if move == QuestionMove.CHARGE else rules.AFTER if move in CLOSING else 0
    if due in stages:
        _set_up(question, due, stages[due], now)


def _set_up(question: Question, place: int, stage: SurveyStage, now: datetime) -> None:
    survey = queries.kept(question.id, place) or queries.planned(question, place, stage)
    survey.wanted, survey.days = stage.sample or rules.EVERYBODY, stage.days
    survey.state, survey.set_up_at = "drawing", now
    db.session.add(survey)
    db.session.flush()


def answer(actor: Actor, survey: Survey, letters: Sequence[str], now: datetime) -> None:
    """Count a drawn member's answers, one for each item; "" says nothing to it. What was answered, and by whom, is
    joined nowhere, nor is one answer of a member to another."""
    db.session.refresh(survey, with_for_update=True)
    may_answer(actor, survey, now)
    items = queries.items_of(survey)
    for letter, item in zip(letters, items, strict=True):
        if letter and letter not in dict(item.answers):
            raise Missing
    stratum = _take_seat(survey, actor)
    for place, letter in enumerate(letters, 1):
        total = db.session.get(SurveyAnswer, (survey.id, stratum, place, letter))
        if total is None:
            total = SurveyAnswer(survey_id=survey.id, stratum=stratum, item=place, letter=letter, count=0)
            db.session.add(total)
        total.count += 1
    db.session.flush()


def may_answer(actor: Actor, survey: Survey, now: datetime) -> None:
    """Refuse who was not drawn or has answered, and everybody outside the survey's days."""
    refuse_unless(rules.is_open(survey.state, survey.closes_at, now), rules.NOT_OPEN)
    refuse_unless(question_by_id(survey.question_id).state != QuestionState.WITHDRAWN, rules.NOT_OPEN)
    seat = queries.seat_of(survey, actor.member_id)
    if seat is None:
        raise Refused(rules.NOT_DRAWN)
    refuse_unless(not seat.answered, rules.ANSWERED)


def _take_seat(survey: Survey, actor: Actor) -> int:
    """Note that a drawn member has answered, once; gives the stratum."""
    mine = (SurveySeat.survey_id == survey.id, SurveySeat.member_id == actor.member_id, ~SurveySeat.answered)
    noted = db.update(SurveySeat).where(*mine).values(answered=True).returning(SurveySeat.stratum)
    stratum: int | None = db.session.scalar(noted)
    if stratum is None:
        raise Refused(rules.ANSWERED)
    return stratum


def close_if_due(survey_id: int, now: datetime) -> bool:
    """Tell the result of a survey whose moment has come; says whether it did. An answer of this very moment comes
    before the close or is refused, because both lock the survey's row."""
    survey = queries.survey_by_id(survey_id)
    db.session.refresh(survey, with_for_update=True)
    due = survey.state == "open" and survey.closes_at is not None and now >= survey.closes_at
    if due:
        _close(survey, now)
    return due


def _close(survey: Survey, now: datetime) -> None:
    question = question_by_id(survey.question_id)
    survey.told, survey.state, survey.closed_at = queries.told_of(survey), "closed", now
    _forget(survey)
    audit.record(
        None, Act.CLOSE_SURVEY, queries.subject_of(survey), now=now, office="clock", question=question.number,
        asked=survey.told["asked"], answered=survey.told["answered"],
    )  # fmt: skip
    slots.gather("survey.closed", survey, now)
    if survey.place == rules.AFTER and process_of(question).members_vote is None:
        begin(question, now)


def _forget(survey: Survey) -> None:
    """Who has answered is needed no longer. Of the totals only those stay with which the published figures can be
    worked out again: strata with few answers as one, and of too few to be told none."""
    seats = db.update(SurveySeat).where(SurveySeat.survey_id == survey.id)
    db.session.execute(seats.values(answered=None).execution_options(synchronize_session=False))
    kept = queries.strata_of(survey) if survey.told["tables"] else []
    db.session.execute(db.delete(SurveyAnswer).where(SurveyAnswer.survey_id == survey.id))
    db.session.expire_all()
    for place, strata in enumerate(kept, 1):
        for stratum, found in weighed(strata, rules.LEAST_WEIGHED).items():
            for letter, count in sorted(found.answers.items()):
                row = SurveyAnswer(survey_id=survey.id, stratum=stratum, item=place, letter=letter, count=count)
                db.session.add(row)
    db.session.flush()
