"""Sessions and deadlines as a calendar file (iCalendar). Times are UTC instants; the reader's program shows its own
zone."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from icalendar import Calendar, Event

USUAL_LENGTH = timedelta(hours=2)


@dataclass(frozen=True, slots=True)
class Entry:
    """One session as a calendar shows it; `uid` stays the same when it is moved or cancelled. A deadline is a `moment`:
    it has no length."""

    uid: str
    title: str
    starts_at: datetime
    ends_at: datetime | None
    place: str
    about: str
    url: str
    cancelled: bool
    revision: int
    moment: bool = False


def calendar(name: str, entries: Iterable[Entry], now: datetime) -> bytes:
    """The file, ready to be sent as text/calendar."""
    book = Calendar()
    book.add("prodid", "-//Hustings//calendar//EN")
    book.add("version", "2.0")
    book.add("x-wr-calname", name)
    for entry in entries:
        book.add_component(_event(entry, now))
    written: bytes = book.to_ical()
    return written


def _event(entry: Entry, now: datetime) -> Event:
    event = Event()
    event.add("uid", entry.uid)
    event.add("dtstamp", now)
    event.add("dtstart", entry.starts_at)
    if not entry.moment:
        event.add("dtend", entry.ends_at or entry.starts_at + USUAL_LENGTH)
    event.add("summary", entry.title)
    event.add("description", entry.about)
    event.add("url", entry.url)
    event.add("sequence", entry.revision)
    event.add("status", "CANCELLED" if entry.cancelled else "CONFIRMED")
    if entry.place:
        event.add("location", entry.place)
    return event
