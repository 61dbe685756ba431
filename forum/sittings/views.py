"""Pages of sittings: list, session, wall, transcript; schedule, open, close; places filled elsewhere."""

from datetime import timedelta
from zoneinfo import ZoneInfo

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from markupsafe import Markup
from werkzeug.wrappers import Response as AnyResponse

from forum.arguments.models import Argument
from forum.halls import queries as hall_queries
from forum.halls.rules import was_held
from forum.kernel import clock, slots
from forum.kernel.doors import Actor, anyone, chairs, members
from forum.kernel.languages import zone_name
from forum.kernel.reading import asked_number
from forum.kernel.settings import Settings
from forum.questions import queries as question_queries
from forum.roll.naming import nameable_locals
from forum.sittings import (
    calendar_operations,
    chat_operations,
    chat_queries,
    closing_operations,
    forms,
    list_queries,
    operations,
    page_queries,
    queries,
    record_queries,
    wall,
)
from forum.sittings.docket import docket_lines, hall_rail, host_worklist, live_here, navigation, todays_sessions

blueprint = Blueprint("sittings", __name__)


@blueprint.get("/sittings")
@anyone
def list_sittings(actor: Actor) -> str:
    page = asked_number(request.args, "page") or 1
    return render_template("forum/sittings/list.html", **list_queries.overview(actor, page, clock.now()))


@blueprint.get("/sittings/<int:sitting_id>")
@members
def show_sitting(actor: Actor, sitting_id: int) -> str:
    room = queries.room(sitting_id)
    if not room.is_open:
        return render_template("forum/sittings/sitting.html", **page_queries.quiet_page(actor, room, clock.now()))
    facts = page_queries.session_page(actor, room, clock.now())
    reply = asked_number(request.args, "reply")
    return render_template("forum/sittings/session.html", reply=reply, **facts)


@blueprint.get("/sittings/<int:sitting_id>/wall")
@members
def show_wall(actor: Actor, sitting_id: int) -> str:
    room = queries.room(sitting_id)
    facts = page_queries.snapshot(actor, room, clock.now())
    address = url_for("sittings.show_sitting", sitting_id=sitting_id)
    titles = {each.letter: each.title for each in question_queries.options(room.question.id)}
    code = wall.join_code(address)
    return render_template("forum/sittings/wall.html", room=room, state=facts, titles=titles, **code)


@blueprint.get("/sittings/<int:sitting_id>/transcript")
@members
def show_transcript(actor: Actor, sitting_id: int) -> str:
    after = asked_number(request.args, "after") or 0
    facts = page_queries.transcript_page(actor, queries.room(sitting_id), after)
    return render_template("forum/sittings/transcript.html", **facts)


@blueprint.get("/halls/<int:hall_id>/sittings/new")
@chairs
def new_sitting(_actor: Actor, hall_id: int) -> str:
    return render_template("forum/sittings/new.html", view=hall_queries.hall(hall_id))


@blueprint.post("/halls/<int:hall_id>/sittings")
@chairs(again="sittings.new_sitting", limit="20/hour")
def schedule_sitting(actor: Actor, hall_id: int) -> AnyResponse:
    zone = ZoneInfo(hall_queries.zone_of(hall_queries.hall(hall_id)))
    new = forms.read_sitting(request.form, zone)
    sitting = operations.schedule_sitting(actor, hall_id, new, now=clock.now())
    flash(_("The session is on the calendar. The hall’s members get a mail."))
    return redirect(url_for("sittings.show_sitting", sitting_id=sitting.id))


@blueprint.post("/sittings/<int:sitting_id>/open")
@chairs(again="sittings.show_sitting", fresh=True)
def open_sitting(actor: Actor, sitting_id: int) -> AnyResponse:
    operations.open_sitting(actor, sitting_id, now=clock.now())
    return redirect(url_for("sittings.show_sitting", sitting_id=sitting_id))


@blueprint.get("/sittings/<int:sitting_id>/time")
@chairs
def show_time(_actor: Actor, sitting_id: int) -> str:
    room = queries.room(sitting_id)
    zone = room.timezone or zone_name()
    now_at = room.sitting.starts_at.astimezone(ZoneInfo(zone)).strftime("%Y-%m-%dT%H:%M")
    return render_template("forum/sittings/time.html", room=room, zone=zone, now_at=now_at)


@blueprint.post("/sittings/<int:sitting_id>/time")
@chairs(again="sittings.show_time", fresh=True, limit="20/hour")
def reschedule_sitting(actor: Actor, sitting_id: int) -> AnyResponse:
    room = queries.room(sitting_id)
    change = forms.read_change(request.form, ZoneInfo(room.timezone or zone_name()))
    calendar_operations.reschedule_sitting(actor, sitting_id, change, now=clock.now())
    flash(_("The session is changed. The hall’s members get a mail if its time, place or video call is another."))
    return redirect(url_for("sittings.show_sitting", sitting_id=sitting_id))


@blueprint.post("/sittings/<int:sitting_id>/cancel")
@chairs(again="sittings.show_sitting", fresh=True)
def cancel_sitting(actor: Actor, sitting_id: int) -> AnyResponse:
    operations.cancel_sitting(actor, sitting_id, now=clock.now())
    flash(_("The session is cancelled. The hall’s members get a mail."))
    return redirect(url_for("sittings.show_sitting", sitting_id=sitting_id))


@blueprint.post("/sittings/<int:sitting_id>/close")
@chairs(again="sittings.show_sitting", fresh=True)
def close_sitting(actor: Actor, sitting_id: int) -> AnyResponse:
    sitting = closing_operations.close_sitting(
        actor, sitting_id, seen=forms.read_seen(request.form), now=clock.now()
    )
    minutes = queries.length_of(sitting) // timedelta(minutes=1)
    flash(_("The session is closed. Who came is forgotten, the number stays. Now the minutes."))
    if not was_held(minutes, sitting.attendance_count):
        flash(_("It does not count for the charge: it takes ten minutes or more, and somebody besides the host."))
    return redirect(url_for("sitting_minutes.show_minutes", sitting_id=sitting_id))


def fill_slots(settings: Settings) -> None:  # noqa: ARG001 - every edge is called alike
    """What sittings give to pages and operations of the slices below."""
    slots.fill("hall.opened", operations.schedule_first)
    slots.fill("hall.sessions_over", queries.over)
    slots.fill("argument.origin", _origin)
    slots.fill("argument.said", chat_queries.said)
    slots.fill("argument.moved", chat_operations.note_argument)
    slots.fill("argument.spoken", in_the_life)
    slots.fill("nav", navigation)
    slots.fill("question.now", docket_lines)
    slots.fill("front.page", todays_sessions)
    slots.fill("hall.now", live_here)
    slots.fill("hall.rail", hall_rail)
    slots.fill("desk", host_worklist)


def in_the_life(actor: Actor, argument: Argument, carried: int) -> str:
    """The sessions in which an argument was spoken from the floor; visitors are not told of a small local's."""
    spoken = record_queries.spoken_in(argument.id)
    if not spoken:
        return ""
    of_locals = {each.local_id for each in spoken if each.local_id is not None}
    named = of_locals if actor.is_member else nameable_locals(list(of_locals))
    step = render_template("forum/sittings/_life.html", spoken=spoken, named=named, carried=carried)
    return Markup(step)  # noqa: S704 - a template's own output


def _origin(kind: str, number: int) -> tuple[int, int, str] | None:
    return chat_queries.author_words(number) if kind == "message" else None
