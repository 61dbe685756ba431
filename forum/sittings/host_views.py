"""The forms of the host's console: next speaker, one more minute, pause, end of a turn,
points of order, people without a phone, decisions, straw polls.
"""

from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response

from forum.kernel import clock
from forum.kernel.doors import Actor, chairs
from forum.sittings import (
    floor_operations,
    forms,
    guest_operations,
    point_operations,
    poll_operations,
    record_operations,
)

blueprint = Blueprint("sitting_host", __name__)
PAGE = "sittings.show_sitting"


def _back(sitting_id: int) -> Response:
    return redirect(url_for(PAGE, sitting_id=sitting_id))


@blueprint.post("/sittings/<int:sitting_id>/floor/next")
@chairs(again=PAGE, limit="30/minute")
def next_speaker(actor: Actor, sitting_id: int) -> Response:
    floor_operations.call_next(actor, sitting_id, forms.read_call(request.form), now=clock.now())
    return _back(sitting_id)


@blueprint.post("/sittings/<int:sitting_id>/floor/extend")
@chairs(again=PAGE, limit="30/minute")
def extend_turn(actor: Actor, sitting_id: int) -> Response:
    floor_operations.extend_turn(actor, sitting_id, seen=forms.read_seen(request.form), now=clock.now())
    return _back(sitting_id)


@blueprint.post("/sittings/<int:sitting_id>/floor/pause")
@chairs(again=PAGE, limit="30/minute")
def pause_turn(actor: Actor, sitting_id: int) -> Response:
    floor_operations.pause_turn(actor, sitting_id, seen=forms.read_seen(request.form), now=clock.now())
    return _back(sitting_id)


@blueprint.post("/sittings/<int:sitting_id>/floor/end")
@chairs(again=PAGE, limit="30/minute")
def end_turn(actor: Actor, sitting_id: int) -> Response:
    floor_operations.end_turn(actor, sitting_id, seen=forms.read_seen(request.form), now=clock.now())
    return _back(sitting_id)


@blueprint.post("/sittings/<int:sitting_id>/points/<int:point_id>/take")
@chairs(again=PAGE, limit="30/minute")
def take_point(actor: Actor, sitting_id: int, point_id: int) -> Response:
    seen = forms.read_seen(request.form)
    point_operations.take_point(actor, sitting_id, point_id, seen=seen, now=clock.now())
    return _back(sitting_id)


@blueprint.post("/sittings/<int:sitting_id>/points/<int:point_id>/dismiss")
@chairs(again=PAGE, limit="30/minute")
def dismiss_point(actor: Actor, sitting_id: int, point_id: int) -> Response:
    seen = forms.read_seen(request.form)
    point_operations.dismiss_point(actor, sitting_id, point_id, seen=seen, now=clock.now())
    return _back(sitting_id)


@blueprint.post("/sittings/<int:sitting_id>/points/end")
@chairs(again=PAGE, limit="30/minute")
def end_point(actor: Actor, sitting_id: int) -> Response:
    point_operations.end_point(actor, sitting_id, seen=forms.read_seen(request.form), now=clock.now())
    return _back(sitting_id)


@blueprint.post("/sittings/<int:sitting_id>/people")
@chairs(again=PAGE, limit="60/minute")
def count_person(actor: Actor, sitting_id: int) -> Response:
    guest_operations.count_person(actor, sitting_id, forms.read_person(request.form), now=clock.now())
    return _back(sitting_id)


@blueprint.post("/sittings/<int:sitting_id>/decisions")
@chairs(again=PAGE, limit="20/minute")
def note_decision(actor: Actor, sitting_id: int) -> Response:
    decision, seen = forms.read_decision(request.form), forms.read_seen(request.form)
    record_operations.note_decision(actor, sitting_id, decision, seen=seen, now=clock.now())
    return _back(sitting_id)


@blueprint.post("/sittings/<int:sitting_id>/polls")
@chairs(again=PAGE, limit="10/minute")
def open_poll(actor: Actor, sitting_id: int) -> Response:
    new, seen = forms.read_poll(request.form), forms.read_seen(request.form)
    poll_operations.open_poll(actor, sitting_id, new, seen=seen, now=clock.now())
    return _back(sitting_id)


@blueprint.post("/sittings/<int:sitting_id>/polls/<int:poll_id>/close")
@chairs(again=PAGE, limit="10/minute")
def close_poll(actor: Actor, sitting_id: int, poll_id: int) -> Response:
    seen = forms.read_seen(request.form)
    poll_operations.close_poll(actor, sitting_id, poll_id, seen=seen, now=clock.now())
    return _back(sitting_id)
