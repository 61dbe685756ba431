"""What a member asks the search for, read into values."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from forum.kernel.errors import N_
from forum.kernel.reading import Reader, asked_number
from forum.search.rules import words_of

WHERE = ("", "own", "national")
MOST_PAGES = 50
EARLIEST, LATEST = date(2000, 1, 1), date(2200, 1, 1)


@dataclass(frozen=True)
class Asked:
    """Words and filters. `where`: everywhere, the national halls or those of one's own local; `local` is the number of
    another local. Times are from the first instant of `since` to before `until`. `page` counts from one."""

    words: tuple[str, ...]
    where: str = ""
    local: str = ""
    hall_id: int | None = None
    author: str = ""
    since: datetime | None = None
    until: datetime | None = None
    option_id: int | None = None
    page: int = 1


def read_search(sent: Mapping[str, Any], zone: ZoneInfo) -> Asked:
    """`zone` is the reader's, in which a day begins and ends."""
    reader = Reader(sent)
    typed = reader.line("q")
    words = tuple(words_of(typed))
    if typed and not words:
        reader.problem("q", N_("Write at least one word or number."))
    until = _day(reader, sent, "to", zone)
    asked = Asked(
        words=words,
        where=reader.choice("where", WHERE, required=False),
        local=reader.line("local", most=20, required=False),
        hall_id=_hall(reader, sent),
        author=reader.line("author", required=False),
        since=_day(reader, sent, "from", zone),
        until=until + timedelta(days=1) if until else None,
        option_id=reader.number("option", lowest=1, required=False),
        page=_page(sent),
    )
    reader.done()
    return asked


def _page(sent: Mapping[str, Any]) -> int:
    """The page asked for; the first where no such page can be."""
    page = asked_number(sent, "page") or 1
    return page if page <= MOST_PAGES else 1


def _hall(reader: Reader, sent: Mapping[str, Any]) -> int | None:
    """The hall to search in. Nobody types its number: what is none comes from a torn link, and is said to be."""
    number = asked_number(sent, "hall")
    if sent.get("hall") and not number:
        reader.problem("hall", N_("This link names no hall. Search again: then it is in all halls."))
    return number


def _day(reader: Reader, sent: Mapping[str, Any], name: str, zone: ZoneInfo) -> datetime | None:
    """The first instant of a day in the reader's zone, or None if none was given."""
    raw = sent.get(name, "")
    if not raw:
        return None
    try:
        day = date.fromisoformat(str(raw))
    except ValueError:
        day = date.min
    if not EARLIEST <= day <= LATEST:
        reader.problem(name, N_("Please give a date."))
        return None
    return datetime.combine(day, time(), zone).astimezone(UTC)
