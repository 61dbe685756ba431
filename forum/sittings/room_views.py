"""The forms of a session for every member: chat, stack, points of order, attendance, answers; sockets do the same."""

from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response

from forum.kernel import clock
from forum.kernel.doors import Actor, members
from forum.sittings import (
    chat_operations,
    floor_operations,
    forms,
    operations,
    pace,
    point_operations,
    poll_operations,
    record_operations,
)

blueprint = Blueprint("sitting_room", __name__)
PAGE = "sittings.show_sitting"


def _back(sitting_id: int) -> Response:
    return redirect(url_for(PAGE, sitting_id=sitting_id))


@blueprint.post("/sittings/<int:sitting_id>/messages")
@members(again=PAGE, limit="10/10 seconds")
def say(actor: Actor, sitting_id: int) -> Response:
    new = forms.read_message(request.form)
    pace.hold_room("say", sitting_id)
    chat_operations.say(actor, sitting_id, new, now=clock.now())
    return _back(sitting_id)


@blueprint.post("/sittings/<int:sitting_id>/turns")
@members(again=PAGE, limit="20/minute")
def ask_to_speak(actor: Actor, sitting_id: int) -> Response:
    wish = forms.read_request(request.form)
    pace.hold_room("ask_to_speak", sitting_id)
    floor_operations.ask_to_speak(actor, sitting_id, wish, now=clock.now())
    return _back(sitting_id)


@blueprint.post("/sittings/<int:sitting_id>/turns/withdraw")
@members(again=PAGE, limit="20/minute")
def withdraw_request(actor: Actor, sitting_id: int) -> Response:
    turn = forms.read_turn(request.form)
    floor_operations.withdraw_request(actor, sitting_id, turn, now=clock.now())
    return _back(sitting_id)


@blueprint.post("/sittings/<int:sitting_id>/points")
@members(again=PAGE, limit="6/minute")
def raise_point(actor: Actor, sitting_id: int) -> Response:
    pace.hold_room("raise_point", sitting_id)
    point_operations.raise_point(actor, sitting_id, now=clock.now())
    return _back(sitting_id)


@blueprint.post("/sittings/<int:sitting_id>/points/withdraw")
@members(again=PAGE, limit="12/minute")
def withdraw_point(actor: Actor, sitting_id: int) -> Response:
    point_operations.withdraw_point(actor, sitting_id, now=clock.now())
    return _back(sitting_id)


@blueprint.post("/sittings/<int:sitting_id>/turns/argument")
@members(again=PAGE, limit="20/minute")
def tie_argument(actor: Actor, sitting_id: int) -> Response:
    turn, number = forms.read_tie(request.form)
    record_operations.tie_argument(actor, sitting_id, turn, number, now=clock.now())
    back = "sittings.show_transcript" if request.form.get("from") == "transcript" else PAGE
    return redirect(url_for(back, sitting_id=sitting_id))


@blueprint.post("/sittings/<int:sitting_id>/attendance")
@members(again=PAGE, limit="12/minute")
def attend(actor: Actor, sitting_id: int) -> Response:
    operations.attend(actor, sitting_id)
    return _back(sitting_id)


@blueprint.post("/sittings/<int:sitting_id>/polls/<int:poll_id>/answers")
@members(again=PAGE, limit="20/minute")
def answer_poll(actor: Actor, sitting_id: int, poll_id: int) -> Response:
    choice = forms.read_choice(request.form)
    poll_operations.answer_poll(actor, sitting_id, poll_id, choice)
    return _back(sitting_id)
