"""The page of a survey: what it asks, how it was drawn, the form for who was drawn, and what came of it."""

from datetime import datetime
from typing import Any

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from flask import Response as FlaskResponse
from flask_babel import gettext, ngettext
from markupsafe import Markup
from werkzeug.wrappers import Response

from forum.kernel import clock, slots
from forum.kernel.doors import Actor, anyone, members, officers
from forum.kernel.errors import Missing
from forum.kernel.languages import when
from forum.kernel.settings import Settings
from forum.kernel.sheets import download, sheet
from forum.questions.models import Question
from forum.questions.process import StageKind
from forum.questions.queries import process_of, visible_question
from forum.questions.questionnaire import MOST_ITEMS
from forum.questions.ribbon import Held
from forum.roll.queries import roll_size
from referendum.surveys import forms, frame_queries, operations, queries, questionnaire_operations
from referendum.surveys.models import Survey
from referendum.surveys.rules import AFTER, BEFORE

blueprint = Blueprint("surveys", __name__)
PAGE = "surveys.show_survey"
HEADING = ("item", "question", "answer", "answers", "share", "weighted share", "margin of error")


@blueprint.get("/q/<int:number>/survey/<int:place>")
@anyone
def show_survey(actor: Actor, number: int, place: int) -> str:
    """One survey of a question."""
    return _shown(actor, queries.survey_at(visible_question(actor, number), place))


def _shown(actor: Actor, survey: Survey, **typed: object) -> str:
    page = queries.survey_page(survey, actor.member_id, clock.now())
    may_write = not questionnaire_operations.why_not(actor, page.question, survey)
    return render_template("referendum/surveys/survey.html", page=page, may_write=may_write, **typed)


@blueprint.get("/q/<int:number>/survey/<int:place>/frame")
@anyone(limit="6/minute")
def download_frame(actor: Actor, number: int, place: int) -> Response:
    """Everybody who could have been drawn, as numbers that name nobody: with it anybody can draw again. There is none
    of a survey that asked the sample of the one before: who is in one and not in the other might be guessed."""
    survey = queries.survey_at(visible_question(actor, number), place)
    if not survey.seed or not survey.frame_key:
        raise Missing
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    answer = FlaskResponse(frame_queries.stream(app, survey.id), mimetype="text/plain")
    answer.headers["Content-Disposition"] = f'attachment; filename="frame-{number}-{place}.txt"'
    return answer


@blueprint.get("/q/<int:number>/survey/<int:place>/questions.json")
@anyone
def download_questions(actor: Actor, number: int, place: int) -> Response:
    """What is asked, as it is hashed in the record."""
    survey = queries.survey_at(visible_question(actor, number), place)
    return FlaskResponse(queries.document(survey), mimetype="application/json")


@blueprint.get("/q/<int:number>/survey/<int:place>/figures.csv")
@anyone(limit="60/minute")
def download_figures(actor: Actor, number: int, place: int) -> Response:
    """Every figure that was told, in parts of one, unrounded."""
    survey = queries.survey_at(visible_question(actor, number), place)
    if not survey.told.get("tables"):
        raise Missing
    rows = [
        (at, item.text, dict(item.answers).get(share["letter"], ""), share["count"], share["plain"],
         share["weighted"], share["margin"])
        for at, (item, table) in enumerate(zip(queries.items_of(survey), survey.told["tables"], strict=True), 1)
        for share in table
    ]  # fmt: skip
    return download(f"survey-{number}-{place}.csv", sheet(HEADING, rows))


@blueprint.get("/q/<int:number>/survey/<int:place>/questions")
@officers(fresh=True)
def edit_questions(actor: Actor, number: int, place: int) -> str:
    """Where an officer writes what is asked."""
    question = visible_question(actor, number)
    survey = queries.survey_at(question, place)
    questionnaire_operations.may_write(actor, question, survey)
    page = queries.survey_page(survey, actor.member_id, clock.now())
    return render_template("referendum/surveys/questions.html", page=page, most=MOST_ITEMS)


@blueprint.post("/q/<int:number>/survey/<int:place>/questions")
@officers(fresh=True, again="surveys.edit_questions", limit="10/minute")
def write_questions(actor: Actor, number: int, place: int) -> Response:
    """Put it on the survey's page."""
    question = visible_question(actor, number)
    questionnaire_operations.may_write(actor, question, queries.survey_at(question, place))
    title, items = forms.read_questionnaire(request.form)
    questionnaire_operations.write(actor, question, place, title, items, clock.now())
    return redirect(url_for(PAGE, number=number, place=place))


@blueprint.post("/q/<int:number>/survey/<int:place>")
@members(again=PAGE, limit="20/minute")
def answer(actor: Actor, number: int, place: int) -> str | Response:
    """Show what was chosen, and once that is confirmed count it: it cannot be changed afterwards."""
    survey, now = queries.survey_at(visible_question(actor, number), place), clock.now()
    operations.may_answer(actor, survey, now)
    page = queries.survey_page(survey, actor.member_id, now)
    letters = forms.read_answers(request.form, [[letter for letter, _ in each.answers] for each in page.items])
    if request.form.get("sure") == "yes":
        operations.answer(actor, survey, letters, now)
        return redirect(url_for(PAGE, number=number, place=place))
    if request.form.get("sure") == "no":
        return _shown(actor, survey, typed=request.form)
    return render_template("referendum/surveys/check.html", page=page, letters=letters)


def what_to_do_now(actor: Actor, question: Question) -> list[dict[str, Any]]:
    """For the docket of who was drawn and has not answered."""
    return [
        {
            "what": gettext("You were drawn for a survey"),
            "long": _how_long(survey),
            "url": url_for(PAGE, number=question.number, place=survey.place), "order": 12,
        }
        for survey in queries.surveys_on(question) if actor.is_member and _waits(survey, actor.member_id)
    ]  # fmt: skip


def _how_long(survey: Survey) -> Markup:
    count = len(queries.items_of(survey))
    day = "%(until)s"
    words = ngettext("One question, until %(until)s", "%(num)s questions, until %(until)s", count, until=day)
    return Markup(words) % {"until": when(survey.closes_at)}  # noqa: S704


def _waits(survey: Survey, member_id: int) -> bool:
    seat = queries.seat_of(survey, member_id) if survey.state == "open" else None
    return seat is not None and not seat.answered


def on_the_question(actor: Actor, *, question: Question, **_facts: object) -> Markup:
    """Each survey on it, as it stands."""
    return Markup("").join(_part(each, actor.member_id) for each in queries.surveys_on(question))


def on_the_ribbon(question: Question) -> dict[str, Any]:
    """The survey after the debate; that before it runs beside the charge."""
    found = next((each for each in queries.surveys_on(question) if each.place == AFTER), None)
    if found is None or found.state == "planned":
        return {}
    return {"survey": Held(StageKind.SURVEY, found.state, found.opened_at, found.closed_at or found.closes_at)}


def on_the_label(question: Question) -> dict[str, Any]:
    """Of the newest survey that was drawn, how many were asked, and at its close how many answered."""
    found = queries.surveys_on(question)
    drawn = next((each for each in reversed(found) if each.state in ("open", "closed")), None)
    if drawn is None:
        return {"survey_waits": True, "sample": min(found[-1].wanted, roll_size())} if found else {}
    sizes = [(each["asked"], each["frame"]) for each in drawn.strata]
    facts = {"sample": sum(asked for asked, _ in sizes), "survey_answers": drawn.told.get("answered")}
    if process_of(question).members_vote is None:
        facts["roll_count"] = sum(frame for _, frame in sizes)
    return facts


def on_the_result(_actor: Actor, *, question: Question, **_facts: object) -> Markup:
    """Each survey that was told, beside what was decided."""
    return Markup("").join(_part(each) for each in queries.surveys_on(question) if each.told)


def _part(survey: Survey, member_id: int = 0) -> Markup:
    page = queries.survey_page(survey, member_id, clock.now())
    return Markup(render_template("referendum/surveys/_question.html", page=page))  # noqa: S704


def on_the_timetable(question: Question) -> dict[str, datetime | None]:
    """When each survey closes, once its sample is drawn."""
    names = {BEFORE: "first_survey_closes_at", AFTER: "survey_closes_at"}
    return {names[each.place]: each.closed_at or each.closes_at for each in queries.surveys_on(question)}


def fill_slots(settings: Settings) -> None:  # noqa: ARG001 - every edge is called alike
    """Surveys on docket, question, label and result, and when each is due."""
    slots.fill("question.now", what_to_do_now)
    slots.fill("question.page", on_the_question)
    slots.fill("question.ribbon", on_the_ribbon)
    slots.fill("question.label", on_the_label)
    slots.fill("result.surveys", on_the_result)
    slots.fill("question.dates", on_the_timetable)
    slots.fill("question.moved", operations.question_moved)
