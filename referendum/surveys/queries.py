"""Reads of surveys."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func

from forum.kernel.database import db
from forum.kernel.errors import Missing
from forum.kernel.once import once_a_page
from forum.questions.models import Option, Question
from forum.questions.process import StageKind
from forum.questions.queries import options, process_of, question_by_id
from forum.questions.states import QuestionState
from forum.roll.models import Council
from referendum.surveys.estimates import Stratum, estimate, weighed
from referendum.surveys.frame_queries import OwnPlace, own_place
from referendum.surveys.models import Survey, SurveyAnswer, SurveySeat
from referendum.surveys.rules import BEFORE, LEAST_TOLD, LEAST_WEIGHED, is_open


@once_a_page
def surveys(question_id: int) -> list[Survey]:
    """The surveys on a question, that before the debate first."""
    query = db.select(Survey).where(Survey.question_id == question_id)
    return list(db.session.scalars(query.order_by(Survey.place)))


def surveys_on(question: Question) -> list[Survey]:
    """The same; asks nothing where the process has none. Of a withdrawn question only those that were told are left."""
    found = surveys(question.id) if process_of(question).stage(StageKind.SURVEY) else []
    return [each for each in found if question.state != QuestionState.WITHDRAWN or each.state == "closed"]


def survey_by_id(survey_id: int) -> Survey:
    """Raises `Missing`."""
    found = db.session.get(Survey, survey_id)
    if found is None:
        raise Missing
    return found


def survey_at(question: Question, place: int) -> Survey:
    """Raises `Missing`."""
    found = next((each for each in surveys_on(question) if each.place == place), None)
    if found is None:
        raise Missing
    return found


def surveys_in(state: str) -> list[Survey]:
    """Every survey in this state whose question was not withdrawn: nobody is asked about that any more."""
    query = db.select(Survey).join(Question, Question.id == Survey.question_id)
    query = query.where(Survey.state == state, Question.state != QuestionState.WITHDRAWN)
    return list(db.session.scalars(query.order_by(Survey.id)))


def seat_of(survey: Survey, member_id: int) -> SurveySeat | None:
    """A member's own, if drawn."""
    query = db.select(SurveySeat).where(SurveySeat.survey_id == survey.id, SurveySeat.member_id == member_id)
    return db.session.scalars(query).first()


def subject_of(survey: Survey) -> str:
    """How the audit log names a survey."""
    return f"survey:{survey.id}"


def earlier(survey: Survey) -> Survey | None:
    """The survey before the debate, whose sample this one asks again; None where there was none, or nobody was
    drawn."""
    first = next((each for each in surveys(survey.question_id) if each.place == BEFORE), None)
    return first if first and first.id != survey.id and first.state != "drawing" else None


def strata_of(survey: Survey) -> dict[int, Stratum]:
    """What came of each stratum by its number: its size on the roll, those asked, and the answers."""
    answers: dict[int, dict[str, int]] = {}
    for row in db.session.scalars(db.select(SurveyAnswer).where(SurveyAnswer.survey_id == survey.id)):
        answers.setdefault(row.stratum, {})[row.letter] = row.count
    return {
        each["stratum"]: Stratum(each["frame"], each["asked"], answers.get(each["stratum"], {}))
        for each in survey.strata
    }  # fmt: skip


def answered_count(survey: Survey) -> int:
    """How many have answered so far; from the totals, which are few, whatever the size of the sample."""
    query = db.select(func.sum(SurveyAnswer.count)).where(SurveyAnswer.survey_id == survey.id)
    return db.session.scalar(query) or 0


def told_of(survey: Survey) -> dict[str, Any]:
    """The published result: sizes, rates and shares in parts of one, and who did not answer, by stratum. Of under
    twenty answers no share is told, and strata with few answers weigh as one."""
    strata = strata_of(survey)
    letters = [each.letter for each in options(survey.question_id)]
    found = estimate(list(weighed(strata, LEAST_WEIGHED).values()), letters)
    shares = [
        {"letter": each.letter, "count": each.count, "plain": each.plain, "weighted": each.weighted,
         "margin": each.margin}
        for each in found.shares
    ] if found.answered >= LEAST_TOLD else []  # fmt: skip
    rows = [
        {"councils": names, "frame": strata[at].frame, "asked": strata[at].asked, "answered": strata[at].answered}
        for at, names in council_names(survey).items()
    ]
    return {
        "frame": found.frame, "asked": found.asked, "answered": found.answered, "covered": found.covered,
        "effect": found.effect, "response": found.response, "fraction": found.fraction, "shares": shares,
        "rows": rows,
    }  # fmt: skip


def council_names(survey: Survey) -> dict[int, list[str]]:
    """The names of the councils of each stratum, in order."""
    wanted = [council for each in survey.strata for council in each["councils"]]
    names = {each.id: each.name for each in db.session.scalars(db.select(Council).where(Council.id.in_(wanted)))}
    found = {each["stratum"]: sorted((names[c] for c in each["councils"]), key=str.lower) for each in survey.strata}
    return dict(sorted(found.items(), key=lambda row: [name.lower() for name in row[1]]))


@dataclass(frozen=True, slots=True)
class SurveyPage:
    """A survey as everybody sees it; `seat` is the reader's own, if drawn, `place` their place in the draw, and `first`
    the survey whose sample is asked again. `councils` are those of each stratum."""

    question: Question
    survey: Survey
    options: list[Option]
    open: bool
    answered: int
    seat: SurveySeat | None
    place: OwnPlace | None
    first: Survey | None
    councils: dict[int, list[str]]


def survey_page(survey: Survey, member_id: int, now: datetime) -> SurveyPage:
    """The page of a survey."""
    return SurveyPage(
        question_by_id(survey.question_id), survey, options(survey.question_id),
        is_open(survey.state, survey.closes_at, now), answered_count(survey),
        seat_of(survey, member_id) if member_id else None,
        own_place(survey, member_id) if member_id else None, earlier(survey), council_names(survey),
    )  # fmt: skip
