"""Reading: one argument at a time on a page of its own, agree, disagree or pass wherever an argument stands, and the
page of one's own readings. The page's script sends the same forms and asks for the next cards in JSON.
"""

from random import SystemRandom

from flask import Blueprint, jsonify, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from forum.arguments import forms, queries, reading_operations, reading_queries
from forum.arguments.pages import back_to
from forum.arguments.reading_queries import CARDS_AT_ONCE, READINGS_A_PAGE
from forum.halls.rules import why_not_take_part
from forum.kernel import clock
from forum.kernel.doors import Actor, members
from forum.kernel.errors import Refused
from forum.kernel.languages import say
from forum.kernel.reading import asked_number, asked_page
from forum.questions import queries as questions
from forum.questions.models import Question
from forum.questions.rules import QuestionState

blueprint = Blueprint("readings", __name__)
AGAIN = "arguments.show_argument"
CHANCE = SystemRandom()


@blueprint.get("/q/<int:number>/read")
@members
def show_next(actor: Actor, number: int) -> str:
    """One argument to read, and a few more for the script; ?card=17 shows that one first, if it is unread."""
    question = questions.visible_question(actor, number)
    closed = why_not_take_part(actor, question.id, QuestionState(question.state))
    wanted = reading_queries.unread_number(actor, question, asked_number(request.args, "card") or 0)
    first = [wanted] if wanted and not closed else []
    ids = [] if closed else first + _draw(actor, question, first, CARDS_AT_ONCE - len(first))
    return render_template(
        "forum/arguments/one.html", question=question, cards=reading_queries.cards(question, ids), closed=closed,
        progress=reading_queries.progress(actor, question, clock.now()),
    )  # fmt: skip


def _draw(actor: Actor, question: Question, held: list[int], most: int) -> list[int]:
    return reading_queries.draw(actor, question, held, most, CHANCE.random)


@blueprint.post("/a/<int:argument_id>/reading")
@members(again=AGAIN, limit="60/minute")
def read_argument(actor: Actor, argument_id: int) -> AnyResponse:
    answer = forms.read_answer(request.form)
    if not _asks_for_json():
        reading_operations.read_argument(actor, argument_id, answer, now=clock.now())
        return back_to(argument_id)
    try:
        reading_operations.read_argument(actor, argument_id, answer, now=clock.now())
    except Refused as refusal:  # it was merged, hidden or withdrawn meanwhile: the page says so and goes on
        return _next(actor, argument_id, say(refusal))
    return _next(actor, argument_id)


@blueprint.post("/a/<int:argument_id>/reading/back")
@members(again=AGAIN, limit="60/minute")
def take_back(actor: Actor, argument_id: int) -> AnyResponse:
    """Take a reading back, as if it had never been given."""
    reading_operations.take_back(actor, argument_id)
    return _next(actor, argument_id) if _asks_for_json() else back_to(argument_id)


def _asks_for_json() -> bool:
    return request.accept_mimetypes.best == "application/json"


def _next(actor: Actor, argument_id: int, refused: str = "") -> AnyResponse:
    """How far one has come, and as many cards as the page lacks."""
    question = questions.question_by_id(queries.argument(argument_id).question_id)
    held = forms.read_held(request.form)
    ids = _draw(actor, question, held, max(0, CARDS_AT_ONCE - len(held)))
    drawn = [render_template("forum/arguments/_one.html", card=each) for each in reading_queries.cards(question, ids)]
    done = reading_queries.progress(actor, question, clock.now())
    return jsonify(read=done.read, left=done.left, cards=drawn, refused=refused)


@blueprint.get("/q/<int:number>/my-readings")
@members
def show_own(actor: Actor, number: int) -> str:
    """A member's own readings, to look at, change and take back; nobody else has this page."""
    question = questions.visible_question(actor, number)
    count = reading_queries.own_count(actor, question)
    pages = max(1, -(-count // READINGS_A_PAGE))
    page = asked_page(request.args, pages)
    own = reading_queries.own_readings(actor, question, page=page)
    closed = why_not_take_part(actor, question.id, QuestionState(question.state))
    return render_template(
        "forum/arguments/readings.html", question=question, own=own, count=count, page=page, pages=pages, closed=closed,
    )  # fmt: skip
