"""The page of a survey: how it was drawn, the one question for who was drawn, and what came of it."""

from datetime import datetime
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext
from markupsafe import Markup
from werkzeug.wrappers import Response

from forum.kernel import clock, slots
from forum.kernel.doors import Actor, anyone, members
from forum.kernel.languages import when
from forum.kernel.reading import Reader
from forum.kernel.settings import Settings
from forum.questions.models import Question
from forum.questions.process import StageKind
from forum.questions.queries import visible_question
from forum.questions.ribbon import Held
from referendum.surveys import operations, queries
from referendum.surveys.models import Survey
from referendum.surveys.rules import AFTER, BEFORE

blueprint = Blueprint("surveys", __name__)
PAGE = "surveys.show_survey"
UNSURE = "unsure"


@blueprint.get("/q/<int:number>/survey/<int:place>")
@anyone
def show_survey(actor: Actor, number: int, place: int) -> str:
    """One survey of a question."""
    survey = queries.survey_at(visible_question(actor, number), place)
    page = queries.survey_page(survey, actor.member_id, clock.now())
    return render_template("referendum/surveys/survey.html", page=page)


@blueprint.post("/q/<int:number>/survey/<int:place>")
@members(again=PAGE, limit="10/minute")
def answer(actor: Actor, number: int, place: int) -> Response:
    """Answer, once."""
    question = visible_question(actor, number)
    survey = queries.survey_at(question, place)
    form = Reader(request.form)
    letter = form.choice("answer", [*(each.letter for each in question.options), UNSURE])
    form.done()
    operations.answer(actor, survey, "" if letter == UNSURE else letter, clock.now())
    return redirect(url_for(PAGE, number=number, place=place))


def what_to_do_now(actor: Actor, question: Question) -> list[dict[str, Any]]:
    """For the docket of who was drawn and has not answered."""
    return [
        {
            "what": gettext("You were drawn for a survey"),
            "long": Markup(gettext("One question, until %(until)s")) % {"until": when(survey.closes_at)},  # noqa: S704
            "url": url_for(PAGE, number=question.number, place=survey.place), "order": 12,
        }
        for survey in queries.surveys_on(question) if actor.is_member and _waits(survey, actor.member_id)
    ]  # fmt: skip


def _waits(survey: Survey, member_id: int) -> bool:
    seat = queries.seat_of(survey, member_id) if survey.state == "open" else None
    return seat is not None and not seat.answered


def on_the_question(actor: Actor, *, question: Question, **_facts: object) -> Markup:
    """Each survey on it, as it stands."""
    pages = [queries.survey_page(each, actor.member_id, clock.now()) for each in queries.surveys_on(question)]
    return Markup("").join(
        Markup(render_template("referendum/surveys/_question.html", page=page)) for page in pages  # noqa: S704
    )


def on_the_ribbon(question: Question) -> dict[str, Any]:
    """The survey after the debate; that before it runs beside the charge."""
    found = next((each for each in queries.surveys_on(question) if each.place == AFTER), None)
    if found is None:
        return {}
    return {"survey": Held(StageKind.SURVEY, found.state, found.opened_at, found.closed_at or found.closes_at)}


def on_the_timetable(question: Question) -> dict[str, datetime | None]:
    """When each survey closes, once its sample is drawn."""
    names = {BEFORE: "first_survey_closes_at", AFTER: "survey_closes_at"}
    return {names[each.place]: each.closed_at or each.closes_at for each in queries.surveys_on(question)}


def fill_slots(settings: Settings) -> None:  # noqa: ARG001 - every edge is called alike
    """Surveys on docket and question, and when each is due."""
    slots.fill("question.now", what_to_do_now)
    slots.fill("question.page", on_the_question)
    slots.fill("question.ribbon", on_the_ribbon)
    slots.fill("question.dates", on_the_timetable)
    slots.fill("question.moved", operations.question_moved)
