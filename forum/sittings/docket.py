"""What sittings give to other pages: navigation, what a member can do now, sessions near in time, a desk."""

from datetime import datetime
from typing import Any

from flask import render_template, request, url_for
from markupsafe import Markup

from forum.halls.models import Hall
from forum.halls.rules import keeps_order
from forum.kernel import clock
from forum.kernel.doors import Actor
from forum.kernel.kept import kept, this_minute
from forum.kernel.languages import when
from forum.kernel.quick import words as _
from forum.questions.models import Question
from forum.questions.queries import question_by_id
from forum.sittings import list_queries, queries
from forum.sittings.queries import Room


def navigation(_actor: Actor) -> dict[str, Any]:
    """The entry in the main navigation, flagged while a session is under way."""
    here = (request.endpoint or "").startswith(("sittings.", "sitting_"))
    return {
        "order": 30, "label": _("Sessions"), "url": url_for("sittings.list_sittings"), "current": here,
        "live": queries.any_live(),
    }  # fmt: skip


def docket_lines(actor: Actor, question: Question) -> list[dict[str, Any]]:
    """Sessions to join now."""
    if not actor.is_member:
        return []
    return [
        {
            "what": _join_words(room),
            "long": Markup(_("since %(time)s")) % {"time": when(room.sitting.opened_at, "time")},  # noqa: S704
            "url": url_for("sittings.show_sitting", sitting_id=room.sitting.id),
            "order": 10,
        }
        for room in queries.to_join(actor, question.id)
    ]


def _join_words(room: Room) -> Any:
    own = _("Join your local’s session, live now")
    return own if room.local else _("Join the national session, live now")


def todays_sessions(actor: Actor, **_facts: object) -> Markup:
    """The front page's sessions of today and tomorrow."""
    return _part("_soon.html", rooms=list_queries.soon(actor, clock.now()))


def hall_rail(actor: Actor, *, hall: Hall, **_facts: object) -> Markup:
    """A hall's own sessions, with the host's link to set another while there is time for one."""
    runs = hall.opened_at is not None and keeps_order(actor, hall.question_id, hall.local_id)
    return _hall_rail(hall.id, hall.question_id, runs=runs, now=this_minute(clock.now()))


@kept
def _hall_rail(hall_id: int, question_id: int, *, runs: bool, now: datetime) -> Markup:
    in_time = question_by_id(question_id).state in queries.IN_TIME
    return _part("_rail.html", rooms=queries.of_hall(hall_id), hall_id=hall_id, runs=runs and in_time, now=now)


def live_here(_actor: Actor, *, hall: Hall, **_facts: object) -> Markup:
    """The session that is open in a hall now, so that nobody has to scroll past the thread to find it."""
    return _live_in(hall.id)


@kept
def _live_in(hall_id: int) -> Markup:
    return _part("_live_here.html", rooms=[room for room in queries.of_hall(hall_id) if room.is_open])


def host_worklist(actor: Actor) -> list[dict[str, Any]]:
    """What waits for the one who runs sessions: to be opened, to be closed, minutes to sign."""
    if not (actor.office == "host" or actor.holds("teller")):
        return []
    now = clock.now()
    return [_work(room, now) for room in queries.to_run(actor, now)]


def _work(room: Room, now: datetime) -> dict[str, Any]:
    number = room.sitting.id
    due: datetime | None = room.sitting.starts_at
    act = _("To the session")
    page = url_for("sittings.show_sitting", sitting_id=number)
    if room.sitting.state == "closed":
        what, why = _("Sign the minutes of a session"), _("They are drafted; look them over.")
        act = _("Read the minutes")
        page, due = url_for("sitting_minutes.show_minutes", sitting_id=number), None
    elif room.is_open:
        what, why, due = _("Run your session"), _("It is open now. Close it when it ends."), None
    elif now < room.sitting.starts_at:
        what, why = _("Open your session"), _("Members join from the hall and from their phones.")
    else:
        what, why = _("Your session is not open"), _("Its hour has come. Open it, set another time, or cancel it.")
    order = 5 if room.is_open else 20
    if room.sitting.title:
        why = f"{room.sitting.title}. {why}"
    return {"what": what, "why": why, "url": page, "act": act, "due": due, "done": False, "order": order}


def _part(name: str, **facts: Any) -> Markup:
    return Markup(render_template(f"forum/sittings/{name}", **facts))  # noqa: S704 - a template's own output
