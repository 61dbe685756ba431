"""The pages of open votes: the whole, a seat's own with its form, and the tellers' form that names the seats."""

from datetime import datetime
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext
from markupsafe import Markup
from werkzeug.wrappers import Response

from forum.bodies import registry
from forum.kernel import clock, slots
from forum.kernel.doors import Actor, anyone, members, tellers
from forum.kernel.languages import say, when
from forum.kernel.settings import Settings
from forum.questions.models import Question
from forum.questions.process import StageKind
from forum.questions.queries import question_by_id, visible_question
from forum.questions.ribbon import Held
from referendum.process.voting import REASONS
from referendum.rollcalls import forms, operations, queries
from referendum.rollcalls.models import RollCall
from referendum.rollcalls.rules import MOST_SEATS

blueprint = Blueprint("rollcalls", __name__)
PAGE, SEAT = "rollcalls.show_roll_call", "rollcalls.show_seat"


@blueprint.get("/q/<int:number>/by-name/<stage>")
@anyone
def show_roll_call(actor: Actor, number: int, stage: str) -> str:
    """Who voted how and why, who was absent, and what came of it."""
    roll_call = queries.roll_call_of(visible_question(actor, number), stage)
    page = queries.roll_call_page(roll_call, actor, clock.now())
    return render_template("referendum/rollcalls/roll_call.html", page=page, reasons=REASONS, most_seats=MOST_SEATS)


@blueprint.get("/q/<int:number>/by-name/<stage>/<int:place>")
@anyone
def show_seat(actor: Actor, number: int, stage: str, place: int) -> str:
    """One seat beside what the members decided."""
    roll_call = queries.roll_call_of(visible_question(actor, number), stage)
    shown = queries.seat_page(roll_call, place, actor, clock.now())
    return render_template("referendum/rollcalls/seat.html", shown=shown, page=shown.page)


@blueprint.post("/q/<int:number>/by-name/<stage>")
@members(again=PAGE, fresh=True, limit="10/minute")
def vote_by_name(actor: Actor, number: int, stage: str) -> Response:
    """Vote with one's own seat."""
    roll_call = queries.roll_call_of(visible_question(actor, number), stage)
    letter, words = forms.read_voice(request.form, roll_call.letters)
    seat = operations.vote_by_name(actor, roll_call, letter, words, clock.now())
    return redirect(url_for(SEAT, number=number, stage=stage, place=seat.place))


@blueprint.post("/q/<int:number>/by-name/<stage>/seats")
@tellers(again=PAGE, limit="20/minute")
def name_seats(actor: Actor, number: int, stage: str) -> Response:
    """Put the seats before the tellers."""
    roll_call = queries.roll_call_of(visible_question(actor, number), stage)
    act = operations.propose_seats(actor, roll_call, forms.read_seats(request.form), clock.now())
    return redirect(url_for("bodies.show_act", act_id=act.id))


def _url(roll_call: RollCall) -> str:
    return url_for(PAGE, number=question_by_id(roll_call.question_id).number, stage=roll_call.kind)


def what_to_do_now(actor: Actor, question: Question) -> list[dict[str, Any]]:
    """For the docket of who has a seat and has not voted."""
    if not actor.is_member:
        return []
    waiting = []
    for roll_call in queries.by_name_on(question):
        seat = queries.seat_of(roll_call, actor.member_id)
        if roll_call.state == "open" and seat is not None and seat.voted_at is None:
            until = Markup(gettext("%(body)s: vote by name until %(until)s")) % {  # noqa: S704
                "body": say(queries.body_of(roll_call)), "until": when(roll_call.closes_at),
            }  # fmt: skip
            waiting.append({"what": gettext("Vote by name"), "long": until, "url": _url(roll_call), "order": 2})
    return waiting


def on_the_desk(actor: Actor) -> list[dict[str, Any]]:
    """For the tellers: seats to name."""
    told = sorted(question_id for role, question_id in actor.appointments if role == "teller")
    found = [each for question_id in told for each in queries.by_name_on(question_by_id(question_id))]
    return [_item(each) for each in found if each.state == "set_up"]


def _item(roll_call: RollCall) -> dict[str, Any]:
    return {
        "what": gettext("Name the seats of %(body)s", body=say(queries.body_of(roll_call))),
        "why": gettext("It votes by name; the vote opens when more than half of the tellers have signed the seats."),
        "url": _url(roll_call), "due": None, "act": gettext("Name them"), "done": False, "order": 9,
    }  # fmt: skip


def on_the_question(actor: Actor, *, question: Question, **_facts: object) -> Markup:
    """Each open vote on it, as it stands."""
    return _each_one("_question", actor, question)


def beside_the_result(actor: Actor, *, question: Question, **_facts: object) -> Markup:
    """On the page of a members' result: the open vote that follows it, as it stands."""
    return _each_one("_next", actor, question)


def _each_one(part: str, actor: Actor, question: Question) -> Markup:
    pages = [queries.roll_call_page(each, actor, clock.now(), rows=False) for each in queries.by_name_on(question)]
    return Markup("").join(
        Markup(render_template(f"referendum/rollcalls/{part}.html", page=page, reasons=REASONS))  # noqa: S704
        for page in pages
    )


def facts_for_the_question(question: Question) -> dict[str, Any]:
    """Once seats vote by name, the question can no longer be withdrawn."""
    return {"voting_opened": True} if queries.any_opened(question) else {}


def on_the_ribbon(question: Question) -> dict[str, Any]:
    """The open votes that have begun, each a stage of its own."""
    begun = [
        Held(StageKind(each.kind), each.state, each.opened_at, each.closed_at or each.closes_at)
        for each in queries.by_name_on(question)
    ]
    return {"by_name": tuple(begun)} if begun else {}


def on_the_timetable(question: Question) -> dict[str, datetime | None]:
    """When each open vote closes, once its seats are named."""
    return {f"{each.kind}_closes_at": each.closed_at or each.closes_at for each in queries.by_name_on(question)}


def fill_slots(settings: Settings) -> None:  # noqa: ARG001 - every edge is called alike
    """Open votes on docket, desk and question; what follows a vote; what follows the signed seats."""
    slots.fill("question.now", what_to_do_now)
    slots.fill("desk", on_the_desk)
    slots.fill("question.page", on_the_question)
    slots.fill("question.ribbon", on_the_ribbon)
    slots.fill("question.dates", on_the_timetable)
    slots.fill("result.next", beside_the_result)
    slots.fill("question.facts", facts_for_the_question)
    slots.fill("question.moved", operations.question_moved)
    slots.fill("stage.due", operations.set_up)
    registry.on_effect(operations.NAME_SEATS, operations.open_by_act)


