"""Everything one reader's page shows of a sitting at a moment; the page, the join and the catch-up all
use it.
"""

import secrets
from datetime import datetime
from typing import Any

from forum.halls.rules import why_not_write
from forum.halls.stopping_queries import why_not_post
from forum.kernel import slots
from forum.kernel.doors import Actor
from forum.kernel.languages import zone_name
from forum.questions import queries as question_queries
from forum.sittings import chat_queries, enquiry_queries, floor_queries, minutes_queries, point_queries, poll_queries
from forum.sittings.enquiry_rules import LONGEST_ANSWER, LONGEST_ENQUIRY, why_not_ask
from forum.sittings.queries import Room
from forum.sittings.rules import may_run, why_not_answer


def snapshot(actor: Actor, room: Room, now: datetime) -> dict[str, Any]:
    """Floor, straw poll, and what is this reader's own: place on the stack, answer, rights."""
    turn = floor_queries.waiting_turn(room.sitting.id, actor.member_id)
    poll = poll_queries.open_poll(room.sitting.id)
    point = point_queries.own_point(room.sitting.id, actor.member_id)
    ended = None if poll else poll_queries.last_ended(room.sitting.id)
    answer = poll_queries.answer_of(poll.id, actor.member_id) if poll else None
    runs = may_run(actor, room.place)
    return {
        "floor": floor_queries.floor(room, now),
        "poll": poll_queries.shown(poll) if poll else None,
        "ended": poll_queries.shown(ended) if ended else None,
        "answered": answer.choice if answer else None,
        "turn": turn.id if turn else None,
        "point": point.id if point else None,
        "runs": runs,
        "asked": _waiting(room) if runs else [],
        "speaks": room.is_open and not why_not_post(actor, room.place, room.hall.id, now),
        "asks": room.is_open and not why_not_write(actor, room.place),
        "answers": room.is_open and not why_not_answer(actor, room.place),
    }


def _waiting(room: Room) -> list[dict[str, Any]]:
    asked = enquiry_queries.asked(room.sitting.id)
    return [each.sent(room.sitting.id) for each in asked if each.waits]


def session_page(actor: Actor, room: Room, now: datetime) -> dict[str, Any]:
    """What the page of an open session needs besides the live state: its newest lines and the options."""
    speaker = floor_queries.speaking(room.sitting.id)
    lines = chat_queries.last_lines(room.sitting.id)
    return {
        "room": room,
        "zone": zone_name(),
        "state": snapshot(actor, room, now),
        "ends_at": speaker.ends_at if speaker else None,
        "client_key": secrets.token_urlsafe(12),
        "lines": lines,
        "last": lines[-1].number if lines else 0,  # what came after them is fetched by its number
        "options": question_queries.options(room.question.id),
        "grounds": next(iter(slots.gather("hiding.grounds")), {}),
        "why_silent": why_not_post(actor, room.place, room.hall.id, now),
    }


def transcript_page(actor: Actor, room: Room, after: int) -> dict[str, Any]:
    """Lines from a number on, with the grounds on which hidden ones were hidden."""
    lines, more = chat_queries.lines_after(room.sitting.id, after, chat_queries.LINES_A_PAGE)
    hidden = _why_hidden("message", [each.id for each in lines if each.hidden])
    turns = minutes_queries.turns_taken(room.sitting.id) if not after else []
    own = {"runs": may_run(actor, room.place), "speaks": not why_not_write(actor, room.place)}
    return {"room": room, "lines": lines, "more": more, "after": after, "hidden": hidden, "turns": turns, **own}


def _why_hidden(kind: str, ids: list[int]) -> dict[int, list[dict[str, Any]]]:
    found: dict[int, list[dict[str, Any]]] = {}
    for why in slots.gather("hiding.reasons", kind, ids):
        found.setdefault(why["subject_id"], []).append(why)
    return found


def quiet_page(actor: Actor, room: Room, now: datetime) -> dict[str, Any]:
    """What the page of a session shows before it opens and after it closed."""
    facts = minutes_queries.minutes_facts(room) if room.sitting.state == "closed" else None
    return {**enquiries_page(actor, room, now), "facts": facts}


def enquiries_page(actor: Actor, room: Room, now: datetime) -> dict[str, Any]:
    """What was asked of a session, and whether this reader may ask, and settle what was asked."""
    asked, state = enquiry_queries.asked(room.sitting.id), room.sitting.state
    mine = sum(each.author_id == actor.member_id for each in asked)
    return {
        "room": room,
        "runs": may_run(actor, room.place),
        "enquiries": asked,
        "hidden": _why_hidden("enquiry", [each.id for each in asked if each.hidden]),
        "why_not_ask": why_not_ask(state, mine) or why_not_post(actor, room.place, room.hall.id, now),
        "longest": {"asked": LONGEST_ENQUIRY, "answer": LONGEST_ANSWER},
        "client_key": secrets.token_urlsafe(12),
    }
