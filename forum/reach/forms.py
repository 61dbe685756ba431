"""What an office or a spokesperson sends: a mail, a banner, a pin; read into values."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from forum.arguments.rules import MOST_STATEMENT
from forum.kernel.errors import N_
from forum.kernel.reading import MOST_NUMBER, Reader
from forum.reach.rules import MOST_BANNER, MOST_DAYS, MOST_MAIL, MOST_TITLE, Audience, Kind

PINNED = re.compile(r"(?P<argument>[Aa])?[-‐–#\s]*(?P<number>0*[1-9][0-9]{0,8})", re.ASCII)
LONGEST = {Kind.MAIL: MOST_MAIL, Kind.BANNER: MOST_BANNER, Kind.BULLETIN: MOST_STATEMENT}


@dataclass(frozen=True)
class Words:
    """What is said: a text with its title, or what is pinned: an argument or a post by its number ("argument:17",
    "post:12"), a statement by its id ("statement:3")."""

    title: str = ""
    source: str = ""
    pinned: str = ""


@dataclass(frozen=True)
class NewFavour:
    """What an office says in favour of an option: to whom, and for how many days. `hall_id` is where it is pinned."""

    kind: Kind
    option_id: int
    words: Words
    audience: Audience = Audience.ALL
    council_id: int | None = None
    local: str = ""
    hall_id: int | None = None
    days: int = 1


def read_favour(kind: Kind, sent: Mapping[str, Any]) -> NewFavour:
    """A mail, a banner or a pin by office."""
    reader = Reader(sent)
    option_id = reader.number("option", lowest=1, required=False)
    if option_id is None:
        reader.problem("option", N_("Please choose one of those offered."))
    audience = Audience.ALL
    if kind is Kind.MAIL:
        audience = Audience(reader.choice("audience", list(Audience)) or Audience.ALL)
    new = NewFavour(
        kind=kind,
        option_id=option_id or 0,
        words=_words(reader, kind, LONGEST.get(kind, 0)),
        audience=audience,
        council_id=reader.number("council", lowest=1, required=audience is Audience.COUNCIL),
        local=reader.line("local", most=40, required=audience is Audience.LOCAL),
        hall_id=reader.number("hall", lowest=1) if kind is Kind.PIN else None,
        days=1 if kind is Kind.MAIL else reader.number("days", lowest=1, highest=MOST_DAYS) or 1,
    )
    reader.done()
    return new


def read_words(kind: Kind, room: int, sent: Mapping[str, Any]) -> Words:
    """What spokespersons say where the same was offered to them: at most `room` characters, as many as the others had.
    Minutes of floor are taken without words."""
    reader = Reader(sent)
    words = Words() if kind is Kind.FLOOR else _words(reader, kind, room)
    reader.done()
    return words


def _words(reader: Reader, kind: Kind, room: int) -> Words:
    if kind is Kind.PIN:
        return Words(pinned=_pinned(reader))
    title = "" if kind is Kind.BANNER else reader.line("title", most=MOST_TITLE)
    return Words(title, reader.text("source", most=room))


def _pinned(reader: Reader) -> str:
    """A statement that was chosen; else an argument by its number (A-17), or a post of the hall by its own (12)."""
    statement = reader.number("statement", lowest=1, required=False)
    if statement is not None:
        return f"statement:{statement}"
    raw = reader.line("pinned", most=20)
    found = PINNED.fullmatch(raw)
    if raw and (found is None or int(found["number"]) > MOST_NUMBER):
        reader.problem("pinned", N_("Please write the number of an argument, such as A-17, or of a post, such as 12."))
        return ""
    return f"{'argument' if found['argument'] else 'post'}:{int(found['number'])}" if found else ""
