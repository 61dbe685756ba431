"""Socket events of a session.

Each reads its payload, calls the operation that the page's form calls, and answers.
"""

from typing import Any

from forum.kernel import clock, live
from forum.kernel.doors import Actor, chairs, members
from forum.kernel.errors import N_, refuse_unless
from forum.sittings import (
    chat_operations,
    chat_queries,
    enquiry_forms,
    enquiry_operations,
    floor_operations,
    forms,
    guest_operations,
    operations,
    pace,
    page_queries,
    point_operations,
    poll_operations,
    queries,
    record_operations,
)


def may_watch(actor: Actor, sitting_id: int) -> dict[str, Any]:
    """Every member may follow every session of the union; visitors none."""
    refuse_unless(actor.is_member, N_("Please sign in first."))
    return page_queries.snapshot(actor, queries.room(sitting_id), clock.now())


live.room("sitting", may_watch)


@live.on("attend", members, limit="12/minute")
def attend(actor: Actor, sent: dict[str, Any]) -> dict[str, Any]:
    return {"ok": True, "attendance": operations.attend(actor, forms.read_place(sent))}


@live.on("catch_up", members, limit="60/minute", writes=False)
def catch_up(actor: Actor, sent: dict[str, Any]) -> dict[str, Any]:
    """What a browser missed after a number, in order, with the floor as it stands, and which of the lines it has were
    hidden.

    Asked for every few minutes, with `here` where a hand was at the page or the page is the wall: so the wall of an
    open session stays alight on a shared machine, and a phone's page that was left there does not stay signed in.
    """
    room, after = queries.room(forms.read_place(sent)), forms.read_after(sent)
    lines, more = chat_queries.lines_after(room.sitting.id, after)
    missed = {
        "messages": [each.sent() for each in lines], "more": more,
        "hidden": chat_queries.hidden_until(room.hall.id, room.sitting.id, after),
    }  # fmt: skip
    used = sent.get("here") is True and room.is_open
    return {"ok": True, **missed, **page_queries.snapshot(actor, room, clock.now()), live.IN_USE: used}


@live.on("say", members, limit="10/10 seconds", together=True)
def say(actor: Actor, sent: dict[str, Any]) -> dict[str, Any]:
    place, new = forms.read_place(sent), forms.read_message(sent)
    pace.hold_room("say", place)
    message = chat_operations.say(actor, place, new, now=clock.now())
    return {"ok": True, "number": message.number, "id": message.id}


@live.on("ask_to_speak", members, limit="20/minute")
def ask_to_speak(actor: Actor, sent: dict[str, Any]) -> dict[str, Any]:
    place, request = forms.read_place(sent), forms.read_request(sent)
    pace.hold_room("ask_to_speak", place)
    turn = floor_operations.ask_to_speak(actor, place, request, now=clock.now())
    return {"ok": True, "turn": turn.id}


@live.on("withdraw_request", members, limit="20/minute")
def withdraw_request(actor: Actor, sent: dict[str, Any]) -> dict[str, Any]:
    turn = forms.read_turn(sent)
    floor_operations.withdraw_request(actor, forms.read_place(sent), turn, now=clock.now())
    return {"ok": True}


@live.on("next_speaker", chairs, limit="30/minute")
def next_speaker(actor: Actor, sent: dict[str, Any]) -> dict[str, Any]:
    call = forms.read_call(sent)
    turn = floor_operations.call_next(actor, forms.read_place(sent), call, now=clock.now())
    return {"ok": True, "turn": turn.id if turn else None}


@live.on("extend_turn", chairs, limit="30/minute")
def extend_turn(actor: Actor, sent: dict[str, Any]) -> None:
    floor_operations.extend_turn(actor, forms.read_place(sent), seen=forms.read_seen(sent), now=clock.now())


@live.on("pause_turn", chairs, limit="30/minute")
def pause_turn(actor: Actor, sent: dict[str, Any]) -> None:
    floor_operations.pause_turn(actor, forms.read_place(sent), seen=forms.read_seen(sent), now=clock.now())


@live.on("end_turn", chairs, limit="30/minute")
def end_turn(actor: Actor, sent: dict[str, Any]) -> None:
    floor_operations.end_turn(actor, forms.read_place(sent), seen=forms.read_seen(sent), now=clock.now())


@live.on("raise_point", members, limit="6/minute")
def raise_point(actor: Actor, sent: dict[str, Any]) -> dict[str, Any]:
    place = forms.read_place(sent)
    pace.hold_room("raise_point", place)
    return {"ok": True, "point": point_operations.raise_point(actor, place, now=clock.now()).id}


@live.on("withdraw_point", members, limit="12/minute")
def withdraw_point(actor: Actor, sent: dict[str, Any]) -> None:
    point_operations.withdraw_point(actor, forms.read_place(sent), now=clock.now())


@live.on("take_point", chairs, limit="30/minute")
def take_point(actor: Actor, sent: dict[str, Any]) -> None:
    place, point, seen = forms.read_place(sent), forms.read_point(sent), forms.read_seen(sent)
    point_operations.take_point(actor, place, point, seen=seen, now=clock.now())


@live.on("dismiss_point", chairs, limit="30/minute")
def dismiss_point(actor: Actor, sent: dict[str, Any]) -> None:
    place, point, seen = forms.read_place(sent), forms.read_point(sent), forms.read_seen(sent)
    point_operations.dismiss_point(actor, place, point, seen=seen, now=clock.now())


@live.on("end_point", chairs, limit="30/minute")
def end_point(actor: Actor, sent: dict[str, Any]) -> None:
    point_operations.end_point(actor, forms.read_place(sent), seen=forms.read_seen(sent), now=clock.now())


@live.on("count_person", chairs, limit="60/minute")
def count_person(actor: Actor, sent: dict[str, Any]) -> dict[str, Any]:
    place, who = forms.read_place(sent), forms.read_person(sent)
    return {"ok": True, "attendance": guest_operations.count_person(actor, place, who, now=clock.now())}


@live.on("note_decision", chairs, limit="20/minute")
def note_decision(actor: Actor, sent: dict[str, Any]) -> None:
    place, decision, seen = forms.read_place(sent), forms.read_decision(sent), forms.read_seen(sent)
    record_operations.note_decision(actor, place, decision, seen=seen, now=clock.now())


@live.on("tie_argument", members, limit="20/minute")
def tie_argument(actor: Actor, sent: dict[str, Any]) -> None:
    place, (turn, number) = forms.read_place(sent), forms.read_tie(sent)
    record_operations.tie_argument(actor, place, turn, number, now=clock.now())


@live.on("take_up_enquiry", chairs, limit="30/minute")
def take_up_enquiry(actor: Actor, sent: dict[str, Any]) -> None:
    place, enquiry = forms.read_place(sent), enquiry_forms.read_enquiry_number(sent)
    enquiry_operations.take_up(actor, place, enquiry, now=clock.now())


@live.on("open_poll", chairs, limit="10/minute")
def open_poll(actor: Actor, sent: dict[str, Any]) -> dict[str, Any]:
    place, new, seen = forms.read_place(sent), forms.read_poll(sent), forms.read_seen(sent)
    return {"ok": True, "poll": poll_operations.open_poll(actor, place, new, seen=seen, now=clock.now()).id}


@live.on("answer_poll", members, limit="20/minute")
def answer_poll(actor: Actor, sent: dict[str, Any]) -> None:
    place, poll, choice = forms.read_place(sent), forms.read_poll_number(sent), forms.read_choice(sent)
    poll_operations.answer_poll(actor, place, poll, choice)


@live.on("close_poll", chairs, limit="10/minute")
def close_poll(actor: Actor, sent: dict[str, Any]) -> dict[str, Any]:
    place, number, seen = forms.read_place(sent), forms.read_poll_number(sent), forms.read_seen(sent)
    closed = poll_operations.close_poll(actor, place, number, seen=seen, now=clock.now())
    return {"ok": True, "totals": closed.totals}
