"""Reads of surveys."""

from dataclasses import asdict, dataclass
from datetime import datetime
from math import sqrt
from typing import Any

from sqlalchemy import func

from forum.kernel.database import db
from forum.kernel.errors import Missing
from forum.kernel.once import once_a_page
from forum.questions.models import Option, Question
from forum.questions.process import SurveyStage
from forum.questions.queries import options, process_of, question_by_id
from forum.questions.questionnaire import from_plain
from forum.questions.states import QuestionState
from forum.roll.models import Council
from referendum.surveys.estimates import Stratum, estimate, weighed
from referendum.surveys.frame_queries import OwnPlace, own_place
from referendum.surveys.models import Survey, SurveyAnswer, SurveySeat
from referendum.surveys.rules import (
    BEFORE,
    DEFAULT,
    EVERYBODY,
    LEAST_TOLD,
    LEAST_WEIGHED,
    document_of,
    is_open,
    lettered,
    survey_stages,
)


@once_a_page
def surveys(question_id: int) -> list[Survey]:
    """The surveys on a question, that before the debate first."""
    query = db.select(Survey).where(Survey.question_id == question_id)
    return list(db.session.scalars(query.order_by(Survey.place)))


def surveys_on(question: Question) -> list[Survey]:
    """Every survey of its process, those too that wait for their time and stand in no row. Of a withdrawn question only
    those that were told are left."""
    stages = survey_stages(process_of(question))
    found = [kept(question.id, place) or planned(question, place, stage) for place, stage in sorted(stages.items())]
    return [each for each in found if question.state != QuestionState.WITHDRAWN or each.state == "closed"]


def planned(question: Question, place: int, stage: SurveyStage) -> Survey:
    """A survey that waits for its time; in no row yet."""
    return Survey(
        question_id=question.id, place=place, state="planned", wanted=stage.sample or EVERYBODY, days=stage.days,
        title="", questionnaire=[], questionnaire_hash="", frame_key="", frame_hash="", seed="", strata=[], told={},
    )  # fmt: skip


def kept(question_id: int, place: int) -> Survey | None:
    """The survey at this place, if it stands in a row."""
    return next((each for each in surveys(question_id) if each.place == place), None)


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
    first = kept(survey.question_id, BEFORE)
    return first if first and first.id != survey.id and first.state in ("open", "closed") else None


@dataclass(frozen=True, slots=True)
class AskedItem:
    """One question as it is asked: the letter of each answer and its words; `own` answers are the question's options,
    `default` what is asked where nobody wrote anything."""

    text: str
    answers: tuple[tuple[str, str], ...]
    own: bool
    default: bool

    @property
    def words(self) -> tuple[str, ...]:
        return tuple(words for _, words in self.answers)


def title_of(survey: Survey) -> str:
    """What whoever wrote it calls it."""
    return survey.title or survey_stages(process_of(question_by_id(survey.question_id)))[survey.place].title or ""


def items_of(survey: Survey) -> list[AskedItem]:
    """What a survey asks: as it was written, as its process has it, or which option its members lean to."""
    stage = survey_stages(process_of(question_by_id(survey.question_id)))[survey.place]
    written = from_plain(survey.questionnaire) or stage.questionnaire or (DEFAULT,)
    options_ = tuple((each.letter, each.title) for each in options(survey.question_id))
    return [
        AskedItem(item.text, lettered(item.answers) or options_, not item.answers, item == DEFAULT) for item in written
    ]


def document(survey: Survey) -> bytes:
    """The questionnaire as it is hashed."""
    return document_of(title_of(survey), [(item.text, item.words) for item in items_of(survey)])


def strata_of(survey: Survey) -> list[dict[int, Stratum]]:
    """Of each item what came of each stratum by its number: its size on the roll, those asked, and the answers."""
    answers: dict[tuple[int, int], dict[str, int]] = {}
    for row in db.session.scalars(db.select(SurveyAnswer).where(SurveyAnswer.survey_id == survey.id)):
        answers.setdefault((row.item, row.stratum), {})[row.letter] = row.count
    return [
        {
            each["stratum"]: Stratum(each["frame"], each["asked"], answers.get((item, each["stratum"]), {}))
            for each in survey.strata
        }
        for item in range(1, len(items_of(survey)) + 1)
    ]


def answered_count(survey: Survey) -> int:
    """How many have answered so far; from the totals, which are few, whatever the size of the sample."""
    query = db.select(func.sum(SurveyAnswer.count)).where(SurveyAnswer.survey_id == survey.id, SurveyAnswer.item == 1)
    return db.session.scalar(query) or 0


def told_of(survey: Survey) -> dict[str, Any]:
    """The published result: sizes and rates, a table of shares in parts of one for each item, and who did not answer,
    by stratum. Of under twenty answers no share is told, and strata with few answers weigh as one."""
    strata = strata_of(survey)
    found = [
        estimate(list(weighed(each, LEAST_WEIGHED).values()), [letter for letter, _ in item.answers])
        for each, item in zip(strata, items_of(survey), strict=True)
    ]
    whole = found[0]
    rows = [
        {"councils": names, "frame": each.frame, "asked": each.asked, "answered": each.answered}
        for each, names in ((strata[0][at], names) for at, names in council_names(survey).items())
    ]
    return {
        "frame": whole.frame, "asked": whole.asked, "answered": whole.answered, "covered": whole.covered,
        "effect": whole.effect, "response": whole.response, "fraction": whole.fraction, "rows": rows,
        "tables": [[asdict(share) for share in each.shares] for each in found] if whole.answered >= LEAST_TOLD else [],
    }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Change:
    """One answer before the debate and after it, in parts of one, and the margin of the difference."""

    letter: str
    before: float
    after: float
    margin: float


def changes(first: Survey, second: Survey) -> dict[int, list[Change]]:
    """Of each item, counted from 1, that both surveys asked in the same words: its answers in the first and in the
    second. Nobody's two answers are joined; the margin is that of two samples that have nothing to do with each other,
    and the same members were asked, so that it is rather too wide."""
    asked = {(each.text, each.answers): at for at, each in enumerate(items_of(first))}
    if not (first.told.get("tables") and second.told.get("tables")):
        return {}
    found = {}
    for place, item in enumerate(items_of(second), 1):
        at = asked.get((item.text, item.answers))
        if at is not None:
            pairs = zip(first.told["tables"][at], second.told["tables"][place - 1], strict=True)
            found[place] = [
                Change(new["letter"], old["weighted"], new["weighted"], sqrt(old["margin"] ** 2 + new["margin"] ** 2))
                for old, new in pairs
            ]
    return found


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
    title: str
    items: list[AskedItem]
    options: list[Option]
    open: bool
    answered: int
    seat: SurveySeat | None
    place: OwnPlace | None
    first: Survey | None
    councils: dict[int, list[str]]
    changes: dict[int, list[Change]]


def survey_page(survey: Survey, member_id: int, now: datetime) -> SurveyPage:
    """The page of a survey."""
    first = earlier(survey)
    return SurveyPage(
        question_by_id(survey.question_id), survey, title_of(survey), items_of(survey), options(survey.question_id),
        is_open(survey.state, survey.closes_at, now), answered_count(survey),
        seat_of(survey, member_id) if member_id else None, own_place(survey, member_id) if member_id else None,
        first, council_names(survey), changes(first, survey) if first else {},
    )  # fmt: skip
