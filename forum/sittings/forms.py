"""What members and hosts send to a sitting, by form or socket, read into values."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from forum.arguments.forms import read_number
from forum.kernel.errors import N_, Stale
from forum.kernel.reading import Reader
from forum.kernel.text import clean
from forum.sittings.rules import (
    FEWEST_CHOICES,
    LONGEST_LINE,
    LONGEST_TURN,
    MOST_CHOICES,
    SHORTEST_TURN,
    USUAL_TURN,
)


@dataclass(frozen=True, slots=True)
class NewSitting:
    """A session to schedule."""

    title: str
    starts_at: datetime
    agenda: str
    place: str
    turn_seconds: int = USUAL_TURN
    video_url: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """What a session to come changes to; what is None stays."""

    starts_at: datetime
    place: str
    video_url: str | None = None
    agenda: str | None = None


@dataclass(frozen=True, slots=True)
class NewMessage:
    """A line of chat. `client_key` makes a line sent twice one line; `reply_to` is the line it answers."""

    text: str
    client_key: str = ""
    reply_to: int | None = None


@dataclass(frozen=True, slots=True)
class Request:
    """A wish to speak:

    to which option, if to one; in the room or from afar. `guest` is written down by the host.
    """

    option_id: int | None = None
    remote: bool = True
    guest: str = ""


@dataclass(frozen=True, slots=True)
class Call:
    """The host's next:

    a turn out of order, with a reason or none, or None for the stack's own. `seen` is the count of acts on the
    floor that the host's page showed; None is for those who act without a page.
    """

    turn_id: int | None = None
    seen: int | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class NewPoll:
    """A straw poll to open."""

    text: str
    choices: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Minutes:
    """The host's wording, and the version of the sitting it was written on."""

    source: str
    version: int


def read_place(sent: Mapping[str, Any]) -> int:
    """Which sitting an event is about."""
    return _number(sent, "sitting")


def read_sitting(sent: Mapping[str, Any], zone: ZoneInfo) -> NewSitting:
    """`zone` is the hall's own, in which the host writes the time."""
    reader = Reader(sent)
    minutes = reader.number("turn_minutes", lowest=1, highest=LONGEST_TURN // 60, required=False)
    starts_at = reader.instant("starts_at", zone)
    title, agenda = reader.line("title", most=160), reader.text("agenda", required=False)
    place, video_url = reader.line("place", most=300, required=False), _video(reader)
    reader.done()
    assert starts_at is not None
    turn_seconds = max((minutes or 0) * 60, SHORTEST_TURN) if minutes else USUAL_TURN
    return NewSitting(title, starts_at, agenda, place, turn_seconds, video_url)


def _video(reader: Reader) -> str:
    """The address of a video call, by https only, without a name and password in it."""
    url = reader.line("video_url", most=500, required=False)
    if url and not re.fullmatch(r"https://[^\s/@\\]+\.[^\s@\\/]+(/[^\s\\]*)?", url, re.ASCII):
        reader.problem("video_url", N_("Please give an address that begins with https://."))
    return url


def read_change(sent: Mapping[str, Any], zone: ZoneInfo) -> Change:
    """Another time, place, video call or agenda for a session to come."""
    reader = Reader(sent)
    starts_at, place = reader.instant("starts_at", zone), reader.line("place", most=300, required=False)
    video_url = _video(reader) if "video_url" in sent else None
    agenda = reader.text("agenda", required=False) if "agenda" in sent else None
    reader.done()
    assert starts_at is not None
    return Change(starts_at, place, video_url, agenda)


def read_message(sent: Mapping[str, Any]) -> NewMessage:
    reader = Reader(sent)
    text = reader.text("text", most=LONGEST_LINE)
    key = reader.line("client_key", most=40, required=False)
    if not re.fullmatch(r"[\w-]*", key, re.ASCII):
        reader.problem("client_key", N_("This could not be read."))
    reply_to = reader.number("reply_to", lowest=1, required=False)
    reader.done()
    return NewMessage(text, key, reply_to)


def read_decision(sent: Mapping[str, Any]) -> str:
    """What the room decided."""
    reader = Reader(sent)
    decision = reader.line("decision", most=500)
    reader.done()
    return decision


def read_tie(sent: Mapping[str, Any]) -> tuple[int, int]:
    """A turn, and the number of the argument that was spoken in it."""
    reader = Reader(sent)
    turn, number = reader.number("turn", lowest=1), read_number(reader, "argument")
    if number is None and not reader.problems:
        reader.problem("argument", N_("Please fill this in."))
    reader.done()
    return turn or 0, number or 0


def read_request(sent: Mapping[str, Any]) -> Request:
    reader = Reader(sent)
    option = reader.number("option", lowest=1, required=False)
    where = reader.choice("where", ("here", "online"), required=False)
    guest = reader.line("guest", most=120, required=False)
    reader.done()
    return Request(option, where != "here", guest)


def read_call(sent: Mapping[str, Any]) -> Call:
    turn, reader = read_turn(sent), Reader(sent)
    reason = reader.line("reason", most=300, required=False)
    reader.done()
    return Call(turn, read_seen(sent), reason)


def read_turn(sent: Mapping[str, Any]) -> int | None:
    """Which turn, where one is named."""
    reader = Reader(sent)
    turn = reader.number("turn", lowest=1, required=False)
    reader.done()
    return turn


def read_seen(sent: Mapping[str, Any]) -> int:
    """The count of acts on the floor that the host's page showed. Raises `Stale` where it says nothing of it: an act
    of one who may not know how the floor stands is not done.
    """
    reader = Reader(sent)
    seen = reader.number("seen", required=False)
    reader.done()
    if seen is None:
        raise Stale
    return seen


def read_point(sent: Mapping[str, Any]) -> int:
    """Which point of order an event is about."""
    return _number(sent, "point")


def read_person(sent: Mapping[str, Any]) -> str:
    """A member number or a name, as the host typed it."""
    reader = Reader(sent)
    who = reader.line("guest", most=120)
    reader.done()
    return who


def read_poll(sent: Mapping[str, Any]) -> NewPoll:
    """Choices come one a line, or as a list."""
    reader = Reader(sent)
    text = reader.line("question", most=300)
    raw = sent.get("choices", "") if isinstance(sent, Mapping) else ""
    lines = raw.splitlines() if isinstance(raw, str) else raw if isinstance(raw, list) else []
    choices = tuple(
        dict.fromkeys(" ".join(clean(each).split())[:60] for each in lines if isinstance(each, str) and each.strip())
    )
    if not FEWEST_CHOICES <= len(choices) <= MOST_CHOICES:
        reader.problem(
            "choices",
            N_("Give %(fewest)s to %(most)s answers, one a line."),
            fewest=FEWEST_CHOICES,
            most=MOST_CHOICES,
        )
    reader.done()
    return NewPoll(text, choices)


def read_poll_number(sent: Mapping[str, Any]) -> int:
    """Which straw poll an event is about."""
    return _number(sent, "poll")


def read_choice(sent: Mapping[str, Any]) -> int:
    """A choice by its place, from 0."""
    return _number(sent, "choice", highest=MOST_CHOICES - 1)


def read_after(sent: Mapping[str, Any]) -> int:
    """The number of the last line a browser has."""
    return _number(sent, "after")


def read_minutes(sent: Mapping[str, Any]) -> Minutes:
    reader = Reader(sent)
    minutes = Minutes(reader.text("minutes"), reader.number("version", lowest=1) or 0)
    reader.done()
    return minutes


def _number(sent: Mapping[str, Any], name: str, highest: int = 2**31 - 1) -> int:
    reader = Reader(sent)
    value = reader.number(name, highest=highest)
    reader.done()
    return value or 0
