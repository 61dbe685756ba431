"""Addresses of what leaves the site: calendar files for members, the feed of arguments for everybody."""

from flask import Blueprint, Response, current_app, url_for
from flask_babel import gettext as _

from forum.halls import queries as hall_queries
from forum.halls.queries import HallView
from forum.kernel import clock
from forum.kernel.doors import Actor, anyone, members
from forum.outlets import queries
from forum.outlets.calendar import Entry, calendar
from forum.outlets.feed import Heading, Item, feed
from forum.outlets.queries import PublicArgument
from forum.questions import queries as question_queries
from forum.questions.models import Question
from forum.sittings import queries as sitting_queries
from forum.sittings.models import Sitting

blueprint = Blueprint("outlets", __name__)


@blueprint.get("/sittings/<int:sitting_id>/session.ics")
@members
def sitting_calendar(_actor: Actor, sitting_id: int) -> Response:
    room = sitting_queries.room(sitting_id)
    return _calendar(HallView(room.hall, room.question, room.local), [room.sitting])


@blueprint.get("/halls/<int:hall_id>/sessions.ics")
@members
def hall_calendar(_actor: Actor, hall_id: int) -> Response:
    return _calendar(hall_queries.hall(hall_id), queries.sittings_of(hall_id))


@blueprint.get("/q/<int:number>/arguments.atom")
@anyone
def argument_feed(actor: Actor, number: int) -> Response:
    question = question_queries.visible_question(actor, number)
    found = queries.seconded(question)
    newest = found[0].argument.seconded_at if found else None
    at = newest or question.charged_at or question.created_at
    title = _("Arguments on question %(number)s: %(title)s", number=number, title=question.title)
    union = current_app.config["HUSTINGS"].union_name
    heading = Heading(title, _whole(url_for("outlets.argument_feed", number=number)), _page(question), union, at)
    return Response(feed(heading, [_item(each) for each in found]), mimetype="application/atom+xml")


def _calendar(view: HallView, sittings: list[Sitting]) -> Response:
    hall = _("Local %(number)s", number=view.local.number) if view.local else _("National hall")
    name = _("Sessions of %(hall)s", hall=hall)
    made = calendar(name, [_entry(view, each, hall) for each in sittings], clock.now())
    answer = Response(made, mimetype="text/calendar")
    answer.headers["Content-Disposition"] = 'attachment; filename="sessions.ics"'
    return answer


def _entry(view: HallView, sitting: Sitting, hall: str) -> Entry:
    url = _whole(url_for("sittings.show_sitting", sitting_id=sitting.id))
    title = sitting.title or _("Live session of %(hall)s", hall=hall)
    about = "\n".join(each for each in (view.question.title, sitting.video_url, url) if each)
    room = sitting_queries.Room(sitting, view.hall, view.question, view.local)
    return Entry(
        uid=f"sitting-{sitting.id}@{url.partition('://')[2].partition('/')[0]}", title=title,
        starts_at=sitting.opened_at or sitting.starts_at, ends_at=sitting.closed_at, place=sitting.place,
        about=about, url=url, cancelled=sitting.state == "cancelled" or room.never_held, revision=sitting.version,
    )  # fmt: skip


def _item(each: PublicArgument) -> Item:
    argument = each.argument
    assert argument.seconded_at is not None
    url = _whole(f"/a/{argument.id}")
    facts = {"label": argument.label, "letter": each.letter}
    on_it = _("%(label)s, for option %(letter)s", **facts)
    heading = on_it if argument.side == "for" else _("%(label)s, against option %(letter)s", **facts)
    return Item(url, url, heading, argument.claim, argument.seconded_at)


def _page(question: Question) -> str:
    return _whole(f"/q/{question.number}/arguments")


def _whole(path: str) -> str:
    return f"{current_app.config['HUSTINGS'].base_url}{path}"
