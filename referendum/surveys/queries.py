"""Reads of surveys."""

from collections.abc import Sequence
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
from referendum.surveys.estimates import Stratum, estimate, joined
from referendum.surveys.models import Survey, SurveyAnswer, SurveySeat
from referendum.surveys.rules import BEFORE, LEAST_ROW, LEAST_TOLD, LEAST_WEIGHED, is_open


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


def earlier_seats(survey: Survey) -> list[SurveySeat] | None:
    """Whom the survey before the debate asked; None where there was none."""
    first = next((each for each in surveys(survey.question_id) if each.place == BEFORE), None)
    if first is None or first.id == survey.id:
        return None
    query = db.select(SurveySeat).where(SurveySeat.survey_id == first.id).order_by(SurveySeat.id)
    return list(db.session.scalars(query))


def strata_of(survey: Survey) -> dict[int, Stratum]:
    """What came of each council by its id: its size on the roll, those asked, and the answers."""
    answers: dict[int, dict[str, int]] = {}
    for row in db.session.scalars(db.select(SurveyAnswer).where(SurveyAnswer.survey_id == survey.id)):
        answers.setdefault(row.council_id, {})[row.letter] = row.count
    return {
        each["council"]: Stratum(each["frame"], each["asked"], answers.get(each["council"], {}))
        for each in survey.strata
    }  # fmt: skip


def answered_count(survey: Survey) -> int:
    """How many have answered so far; from the totals, which are few, whatever the size of the sample."""
    query = db.select(func.sum(SurveyAnswer.count)).where(SurveyAnswer.survey_id == survey.id)
    return db.session.scalar(query) or 0


def told_of(survey: Survey) -> dict[str, Any]:
    """The published result: sizes, rates and shares in parts of one, and who did not answer, by council. Councils of
    under thirty members are told together; of under twenty answers no share is told, and councils with few answers
    weigh as one."""
    by_council = strata_of(survey)
    found = estimate(joined(by_council.values(), LEAST_WEIGHED), [each.letter for each in options(survey.question_id)])
    shares = [
        {"letter": each.letter, "count": each.count, "plain": each.plain, "weighted": each.weighted,
         "margin": each.margin}
        for each in found.shares
    ] if found.answered >= LEAST_TOLD else []  # fmt: skip
    return {
        "frame": found.frame, "asked": found.asked, "answered": found.answered, "covered": found.covered,
        "effect": found.effect, "response": found.response, "fraction": found.fraction, "shares": shares,
        "rows": _rows(by_council),
    }  # fmt: skip


def _rows(by_council: dict[int, Stratum]) -> list[dict[str, Any]]:
    names = {each.id: each.name for each in db.session.scalars(db.select(Council))}
    large = {council: each for council, each in by_council.items() if each.frame >= LEAST_ROW}
    small = [each for council, each in by_council.items() if council not in large]
    rows = [_row(names[council], [each]) for council, each in large.items()]
    rows.sort(key=lambda row: str(row["council"]).lower())
    return [*rows, *([_row("", small)] if small else [])]


def _row(council: str, strata: Sequence[Stratum]) -> dict[str, Any]:
    frame, asked = sum(each.frame for each in strata), sum(each.asked for each in strata)
    return {"council": council, "frame": frame, "asked": asked, "answered": sum(each.answered for each in strata)}


@dataclass(frozen=True, slots=True)
class SurveyPage:
    """A survey as everybody sees it; `seat` is the reader's own, if drawn."""

    question: Question
    survey: Survey
    options: list[Option]
    open: bool
    answered: int
    seat: SurveySeat | None


def survey_page(survey: Survey, member_id: int, now: datetime) -> SurveyPage:
    """The page of a survey."""
    return SurveyPage(
        question_by_id(survey.question_id), survey, options(survey.question_id),
        is_open(survey.state, survey.closes_at, now), answered_count(survey),
        seat_of(survey, member_id) if member_id else None,
    )  # fmt: skip


