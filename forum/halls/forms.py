"""What members send to a hall, read into values."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from forum.kernel.reading import Reader


@dataclass(frozen=True)
class NewPost:
    """A post to write. `client_key` makes a form sent twice one post."""

    source: str
    reply_to: int | None = None
    client_key: str = ""


@dataclass(frozen=True)
class EditedPost:
    """A new wording, and the revision that its author was looking at."""

    source: str
    revision: int


@dataclass(frozen=True)
class Opening:
    """What opening a hall needs: the agenda and the first session's date. Both may be missing; the guards tell."""

    agenda: str
    first_session_at: datetime | None


def read_post(sent: Mapping[str, Any]) -> NewPost:
    reader = Reader(sent)
    new = NewPost(
        source=reader.text("source"),
        reply_to=reader.number("reply_to", lowest=1, required=False),
        client_key=reader.line("client_key", most=40, required=False),
    )
    reader.done()
    return new


def read_draft(sent: Mapping[str, Any]) -> str:
    reader = Reader(sent)
    source = reader.text("source", required=False)
    reader.done()
    return source


def read_following(sent: Mapping[str, Any]) -> str:
    """What a member wants with a thread: follow it, mute it, or neither (empty)."""
    reader = Reader(sent)
    state = reader.choice("state", ("follow", "mute"), required=False)
    reader.done()
    return state


def read_name(sent: Mapping[str, Any]) -> str:
    """The beginning of a name that is being typed."""
    reader = Reader(sent)
    typed = reader.line("q", most=60, required=False)
    reader.done()
    return typed


def read_edit(sent: Mapping[str, Any]) -> EditedPost:
    reader = Reader(sent)
    edited = EditedPost(reader.text("source"), reader.number("revision", lowest=1) or 0)
    reader.done()
    return edited


def read_day(sent: Mapping[str, Any], zone: ZoneInfo) -> datetime | None:
    """The first instant of the day that was asked for, in the hall's zone; None where no day was."""
    asked = str(sent.get("day", ""))
    try:
        return datetime.combine(date.fromisoformat(asked), time(), zone).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def read_opening(sent: Mapping[str, Any], zone: ZoneInfo) -> Opening:
    """`zone` is the hall's own, in which the host writes the session's time."""
    reader = Reader(sent)
    opening = Opening(reader.text("agenda", required=False), reader.instant("first_session_at", zone, required=False))
    reader.done()
    return opening


def read_mark(sent: Mapping[str, Any]) -> int:
    reader = Reader(sent)
    number = reader.number("number", lowest=0) or 0
    reader.done()
    return number


def read_invitation(sent: Mapping[str, Any]) -> str:
    """Number or name of the officer to invite."""
    reader = Reader(sent)
    words = reader.line("officer", most=200)
    reader.done()
    return words
