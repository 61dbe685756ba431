"""Feeds and calendars: public ones for everybody, members' by the key in their address.

Nothing here looks at a cookie: a feed reader has none, and what a public address gives must be the same to all.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from flask import Blueprint, Response, current_app, request, url_for
from flask_babel import force_locale, get_locale
from flask_babel import gettext as _
from sqlalchemy import ColumnElement, or_

from forum.arguments.models import Argument
from forum.halls import queries as hall_queries
from forum.halls.models import Hall
from forum.halls.queries import HallView
from forum.kernel import clock, limits
from forum.kernel.doors import VISITOR, Actor, anyone
from forum.kernel.errors import Missing
from forum.kernel.languages import LANGUAGES
from forum.outlets import feed_entries as entries
from forum.outlets import feed_queries as queries
from forum.outlets import key_queries
from forum.outlets.calendar import Entry, calendar
from forum.outlets.feed import Heading, Item, feed
from forum.outlets.feed_entries import whole
from forum.outlets.queries import NEWEST
from forum.outlets.sending import asked_language, send
from forum.questions import derived_queries
from forum.questions import queries as questions
from forum.questions.models import Question
from forum.roll.models import Member
from forum.sittings.models import Sitting

blueprint = Blueprint("feeds", __name__)
ATOM, ICS = "application/atom+xml", "text/calendar"
SOON, LATELY = timedelta(days=14), timedelta(days=60)
MOST_SESSIONS = 300


@blueprint.get("/q/<int:number>/feed.atom")
@anyone(nobody=True)
def question_feed(_actor: Actor, number: int) -> Response:
    """Claims, statements, sessions and stages of a question, for everybody."""
    question = questions.visible_question(VISITOR, number)
    with force_locale(asked_language()):
        return _question_feed(question, request.path, public=True)


@blueprint.get("/halls/<int:hall_id>/feed.atom")
@anyone(nobody=True)
def hall_feed(_actor: Actor, hall_id: int) -> Response:
    """Claims and sessions of a hall that visitors may know of."""
    view = queries.public_hall(hall_id)
    with force_locale(asked_language()):
        return _hall_feed(view, request.path, public=True)


@blueprint.get("/q/<int:number>/dates.ics")
@anyone(nobody=True)
def question_calendar(_actor: Actor, number: int) -> Response:
    """Every deadline of a question, and its sessions in halls that visitors may know of."""
    question = questions.visible_question(VISITOR, number)
    with force_locale(asked_language()):
        found = queries.sessions(Hall.question_id == question.id, _around(), public=True, most=MOST_SESSIONS)
        dates = entries.date_entries(question, derived_queries.stages_of(question, clock.now()))
        sessions = [entries.session_entry(room, public=True) for room in found]
        return _calendar(_("Question %(number)s", number=number), [*dates, *sessions], public=True)


@blueprint.get("/union.ics")
@anyone(nobody=True)
def union_calendar(_actor: Actor) -> Response:
    """The deadlines of every question before the union, and the sessions that visitors may know of."""
    with force_locale(asked_language()):
        found = queries.running_questions(clock.now())
        ids = [each.id for each in found]
        sessions = queries.sessions(Hall.question_id.in_(ids), _around(), public=True, most=MOST_SESSIONS)
        answer = _calendar(_union_name(), [
            *_dates(found), *(entries.session_entry(room, public=True) for room in sessions)
        ], public=True)  # fmt: skip
        answer.headers["Cache-Control"] = "no-store"
        return answer


@blueprint.get("/feeds/<key>/q/<int:number>.atom")
@anyone(nobody=True)
def member_question_feed(_actor: Actor, key: str, number: int) -> Response:
    """The same as members read it: all halls, and arguments that wait for a second."""
    _member, language = _reader(key)
    question = questions.visible_question(VISITOR, number)  # a key lends no office: it opens no draft
    with force_locale(language):
        return _question_feed(question, request.path, public=False)


@blueprint.get("/feeds/<key>/halls/<int:hall_id>.atom")
@anyone(nobody=True)
def member_hall_feed(_actor: Actor, key: str, hall_id: int) -> Response:
    """A hall's posts, arguments and sessions."""
    _member, language = _reader(key)
    view = hall_queries.hall(hall_id)
    with force_locale(language):
        return _hall_feed(view, request.path, public=False)


@blueprint.get("/feeds/<key>/calendar.ics")
@anyone(nobody=True)
def member_calendar(_actor: Actor, key: str) -> Response:
    """All deadlines, and the sessions of the member's own halls and of the national ones."""
    member, language = _reader(key)
    with force_locale(language):
        found = queries.running_questions(clock.now())
        own = or_(Hall.local_id == member.local_id, Hall.local_id.is_(None))
        ids = [each.id for each in found]
        rooms = queries.sessions(Hall.question_id.in_(ids), own, _around(), public=False, most=MOST_SESSIONS)
        sessions = [entries.session_entry(room, public=False) for room in rooms]
        return _calendar(_union_name(), [*_dates(found), *sessions], public=False)


def _reader(key: str) -> tuple[Member, str]:
    """Whom a key stands for, and their language. A wrong key is counted, so that nobody tries many."""
    held = key_queries.holder(key)
    if held is None:
        limits.hit("60/hour", "feed key", request.remote_addr or "")
        raise Missing
    found, member = held
    limits.hit("240/hour", "feed", str(found.id))
    return member, key_queries.language_of(member.id)


def _around() -> ColumnElement[bool]:
    return Sitting.starts_at >= clock.now() - LATELY


def _dates(found: Sequence[Question]) -> list[Entry]:
    now = clock.now()
    return [date for each in found for date in entries.date_entries(each, derived_queries.stages_of(each, now))]


def _union_name() -> str:
    name: str = current_app.config["HUSTINGS"].union_name
    return name


def _question_feed(question: Question, path: str, *, public: bool) -> Response:
    now = clock.now()
    rows = queries.arguments(Argument.question_id == question.id, public=public)
    items = [
        *(entries.argument_item(row) for row in rows),
        *(entries.statement_item(each) for each in queries.statements(question.id)),
        *_sessions(Hall.question_id == question.id, public=public),
        *(entries.stage_item(question, *stage) for stage in queries.stages(question, now)),
    ]
    title = _("Question %(number)s: %(title)s", number=question.number, title=question.title)
    page = url_for("questions.show_question", number=question.number)
    return _feed(title, path, page, items, question.charged_at or question.created_at, public=public)


def _hall_feed(view: HallView, path: str, *, public: bool) -> Response:
    hall, name = view.hall, entries.hall_name(view.local)
    items = [entries.argument_item(row) for row in queries.arguments(Argument.hall_id == hall.id, public=public)]
    items += _sessions(Sitting.hall_id == hall.id, public=public)
    if not public:
        items += [entries.post_item(row, name) for row in queries.posts(hall.id)]
    title = f"{name}. " + _("Question %(number)s: %(title)s", number=view.question.number, title=view.question.title)
    page = url_for("halls.show_hall", hall_id=hall.id)
    return _feed(title, path, page, items, hall.opened_at or view.question.created_at, public=public)


def _sessions(wanted: ColumnElement[bool], *, public: bool) -> list[Item]:
    """What was told of the sessions of the next days, of those that were, and of those that were moved."""
    rooms = queries.sessions(wanted, queries.soon_or_changed(clock.now() + SOON), public=public)
    told = queries.changes(rooms)
    return [
        item for room in rooms
        for item in entries.session_items(room, told.get(room.sitting.id, []), public=public)
    ]  # fmt: skip


def _feed(title: str, path: str, page: str, items: list[Item], begun: datetime, *, public: bool) -> Response:
    """The newest fifty."""
    newest = sorted(items, key=lambda each: (each.at, each.id), reverse=True)[:NEWEST]
    at = newest[0].at if newest else begun
    own = whole(path) if public else f"{whole(page)}#members"
    query = f"?in={get_locale()}" if public and request.args.get("in") in LANGUAGES else ""
    heading = Heading(title, whole(path + query), whole(page), _union_name(), at, own)
    return send(feed(heading, newest), ATOM, at=at, public=public)


def _calendar(name: str, found: list[Entry], *, public: bool) -> Response:
    stamp = clock.now().replace(hour=0, minute=0, second=0, microsecond=0)  # the same all day, so that caches hold
    return send(calendar(name, found, stamp), ICS, public=public)
