"""Rows of the debate as entries of feeds and calendars, in the language of the present locale."""

from collections.abc import Sequence
from datetime import datetime

from flask import current_app

from forum.arguments.models import Statement
from forum.kernel.languages import say, when
from forum.kernel.quick import words as _
from forum.moderation.rules import GROUND_NAMES, Ground
from forum.outlets.calendar import Entry
from forum.outlets.feed import Item
from forum.outlets.feed_queries import ArgumentRow, PostRow, SessionChange
from forum.questions.derived_queries import dates_of
from forum.questions.models import Question
from forum.questions.ribbon import RibbonStage
from forum.questions.timetable import DATE_NAMES
from forum.roll.models import Local
from forum.sittings.queries import Room, zone_of


def whole(path: str) -> str:
    """A path of ours as a whole address."""
    return f"{current_app.config['HUSTINGS'].base_url}{path}"


def hall_name(local: Local | None) -> str:
    return _("Local %(number)s", number=local.number) if local else _("National hall")


def argument_item(row: ArgumentRow) -> Item:
    """Number, side and claim; the mover only where the row has one."""
    argument = row.argument
    facts = {"label": argument.label, "letter": row.letter}
    on_it = _("%(label)s, for option %(letter)s", **facts)
    heading = on_it if argument.side == "for" else _("%(label)s, against option %(letter)s", **facts)
    url = whole(f"/a/{argument.id}")
    return Item(url, url, heading, argument.claim, argument.seconded_at or argument.moved_at, row.mover)


def statement_item(statement: Statement) -> Item:
    url = whole(f"/statements/{statement.id}")
    said = _("Reply: %(title)s", title=statement.title)
    heading = _("Statement: %(title)s", title=statement.title) if statement.kind == "leadership" else said
    return Item(url, url, heading, "", statement.stands_at or statement.at)


def stage_item(question: Question, code: str, name: str, at: datetime) -> Item:
    page = whole(f"/q/{question.number}")
    heading = _("Question %(number)s: %(title)s", number=question.number, title=say(name))
    return Item(f"{page}#{code}", page, heading, question.title, at)


def session_name(room: Room, *, public: bool) -> str:
    """A session's title; to visitors whose it is, for a host's own words are the members'."""
    if room.sitting.title and not public:
        return room.sitting.title
    if room.local:
        return _("Session of Local %(number)s", number=room.local.number)
    return _("National session")


def session_items(room: Room, changes: Sequence[SessionChange], *, public: bool) -> list[Item]:
    """All that was told of a session, each as an entry that stays: set for a time, moved, cancelled, begun, over."""
    sitting, name, told = room.sitting, session_name(room, public=public), list(changes)
    if not told or told[0].what != "scheduled":
        at = room.hall.opened_at or room.question.charged_at or room.question.created_at
        told.insert(0, SessionChange("scheduled", at, None if told else sitting.starts_at, 0))
    told += [
        SessionChange(what, at, sitting.starts_at, 0)
        for what, at in (("opened", sitting.opened_at), ("closed", sitting.closed_at)) if at is not None
    ]  # fmt: skip
    newest = max(told, key=lambda each: (each.at, each.number))
    place = "" if public else sitting.place
    return [_session_item(room, name, each, place if each is newest else "") for each in told]


def _session_item(room: Room, name: str, change: SessionChange, place: str) -> Item:
    url = whole(f"/sittings/{room.sitting.id}")
    heading = {
        "moved": _("Moved: %(title)s", title=name), "cancelled": _("Cancelled: %(title)s", title=name),
        "opened": _("Live: %(title)s", title=name), "closed": _("Over: %(title)s", title=name),
    }.get(change.what, name)  # fmt: skip
    starts_at = room.sitting.starts_at if change.what == "cancelled" else change.starts_at
    time = when(starts_at, "full", zone_of(room)).striptags() if starts_at else ""
    words = ". ".join(each for each in (time, place, room.question.title) if each)
    mark = f"#{change.what}{change.number or ''}" if change.what != "scheduled" else ""
    return Item(url + mark, url, heading, words, change.at)


def post_item(row: PostRow, hall: str) -> Item:
    """A post with its author, for members; a hidden one as a tombstone."""
    post = row.post
    url = whole(f"/halls/{post.hall_id}/posts/{post.number}")
    heading = _("Post %(number)s in %(hall)s", number=post.number, hall=hall)
    if post.hidden_at:
        why = say(GROUND_NAMES[Ground(row.hidden)]) if row.hidden else ""
        return Item(url, url, heading, _("This post is hidden: %(why)s.", why=why), post.hidden_at)
    return Item(url, url, heading, post.source, post.edited_at or post.at, row.author)


def session_entry(room: Room, *, public: bool) -> Entry:
    """A session as a calendar shows it."""
    sitting = room.sitting
    url = whole(f"/sittings/{sitting.id}")
    about = [room.question.title, "" if public else sitting.video_url, url]
    return Entry(
        uid=f"sitting-{sitting.id}@{_host()}", title=session_name(room, public=public),
        starts_at=sitting.opened_at or sitting.starts_at, ends_at=sitting.closed_at,
        place="" if public else sitting.place, about="\n".join(each for each in about if each), url=url,
        cancelled=sitting.state == "cancelled" or room.never_held, revision=sitting.version,
    )  # fmt: skip


def date_entries(question: Question, line: list[RibbonStage]) -> list[Entry]:
    """Every published date of a question, and the day by which its mandate is due."""
    dates = [(name, say(DATE_NAMES[name]), at) for name, at in dates_of(question)]
    due = next((stage.ends_at for stage in line if stage.code == "mandated" and stage.ends_at), None)
    if due is not None:
        dates.append(("mandate_due_at", _("The mandate is due"), due))
    url = whole(f"/q/{question.number}")
    named = _("question %(number)s", number=question.number)
    return [
        Entry(
            uid=f"question-{question.number}-{name}@{_host()}", title=f"{said}, {named}", starts_at=at, ends_at=None,
            place="", about=f"{question.title}\n{url}", url=url, cancelled=question.state == "withdrawn",
            revision=question.version, moment=True,
        )
        for name, said, at in dates
    ]  # fmt: skip


def _host() -> str:
    return whole("").partition("://")[2].partition("/")[0]
