"""Reading what was sent, by form or socket, into typed values; all problems are collected, then raised at once.

form = Reader(request.form)
new = NewPost(source=form.text("source"), reply_to=form.number("reply_to", required=False))
form.done()
"""

import json
import re
from collections.abc import Collection, Mapping
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import Request

from forum.kernel import text
from forum.kernel.errors import N_, Invalid, Problem

MOST_NUMBER = 2**31 - 1


def asked_number(asked: Mapping[str, str], name: str) -> int | None:
    """A whole number in an address's query, at most as large as a database's; None where no such was asked."""
    number = asked.get(name, "")
    return min(int(number), MOST_NUMBER) if re.fullmatch(r"[0-9]{1,20}", number) else None


def asked_page(asked: Mapping[str, str], most: int, name: str = "page") -> int:
    """The page that an address asks for: the first where it asks for none, and none beyond `most`."""
    return min(asked_number(asked, name) or 1, most)


def sent_json(request: Request, most: int) -> object:
    """The JSON value in a request's body of at most `most` bytes; None for a longer one and for anything else."""
    length = request.content_length
    if not request.is_json or (length or 0) > most:
        return None
    # where the length is told, past the library's own stream, which copies every byte twice to count it
    body = request.stream.read(most + 1) if length is None else request.environ["wsgi.input"].read(length)
    try:
        return json.loads(body) if len(body) <= most else None
    except (ValueError, RecursionError):  # nested so deeply that reading it would never end
        return None


class Reader:
    """Typed values out of a mapping whose values may be anything. Problems name the field they belong to."""

    def __init__(self, sent: Mapping[str, Any]) -> None:
        self._sent = sent if isinstance(sent, Mapping) else {}
        self.problems: list[Problem] = []

    def problem(self, name: str, sentence: str, **facts: object) -> None:
        """Note one thing to mend at a field."""
        self.problems.append(Problem(name, sentence, facts))

    def done(self) -> None:
        """Raise `Invalid` with every problem found so far, if any."""
        if self.problems:
            raise Invalid(self.problems)

    def line(self, name: str, *, most: int = 200, required: bool = True) -> str:
        """One line of text, cleaned, at most `most` characters."""
        return self._string(name, most, required, one_line=True)

    def text(self, name: str, *, most: int = 10_000, required: bool = True) -> str:
        """Text of several lines, cleaned; refused if it is over 10 kB or would be slow to render."""
        noted = len(self.problems)
        value = self._string(name, most, required, one_line=False)
        if len(self.problems) > noted:
            return value
        if over := text.characters_over(value):
            sentence = N_(
                "These are %(count)s characters. Shorten it by %(over)s: accents and other scripts take more room."
            )
            self.problem(name, sentence, count=len(value), over=over)
        if sign := text.repeated_sign(value):
            sentence = N_("The character %(sign)s is here %(count)s times; at most %(most)s.")
            self.problem(name, sentence, sign=sign[0], count=sign[1], most=text.MOST_OF_ONE)
        return value

    def lines(self, name: str, *, most: int, longest: int) -> list[str]:
        """A list, one entry a line, cleaned, empty ones left out: at most `most` of at most `longest` characters."""
        raw = self._sent.get(name, "")
        cleaned = map(text.clean, raw.splitlines()) if isinstance(raw, str) else ()
        found = [each for each in cleaned if each]
        if not found:
            self.problem(name, N_("Please fill this in."))
        if len(found) > most:
            self.problem(name, N_("At most %(most)s lines; these are %(count)s."), most=most, count=len(found))
        elif long := next((each for each in found if len(each) > longest), None):
            sentence = N_("A line has at most %(most)s characters. Shorten the one that begins with: %(start)s")
            self.problem(name, sentence, most=longest, start=long[:40])
        return found

    def _string(self, name: str, most: int, required: bool, *, one_line: bool) -> str:
        raw = self._sent.get(name, "")
        if not isinstance(raw, str):
            self.problem(name, N_("Please write text here."))
            return ""
        value = text.clean(raw, one_line=one_line)
        if required and not value:
            self.problem(name, N_("Please fill this in."))
        elif len(value) > most:
            self.problem(name, N_("At most %(most)s characters; these are %(count)s."), most=most, count=len(value))
        return value

    def choice(self, name: str, allowed: Collection[str], *, required: bool = True) -> str:
        """One of the allowed values, or "" if none was chosen and none is required."""
        raw = self._sent.get(name, "")
        if isinstance(raw, str) and raw in allowed:
            return raw
        if required or raw:
            self.problem(name, N_("Please choose one of those offered."))
        return ""

    def choices(self, name: str, allowed: Collection[str]) -> list[str]:
        """All chosen values of a list of ticks, in the order sent."""
        getlist = getattr(self._sent, "getlist", None)
        raw = getlist(name) if getlist else self._sent.get(name, [])
        values = raw if isinstance(raw, list) else [raw]
        if any(not isinstance(each, str) or each not in allowed for each in values):
            self.problem(name, N_("Please choose among those offered."))
            return []
        return list(dict.fromkeys(values))

    def number(self, name: str, *, lowest: int = 0, highest: int = MOST_NUMBER, required: bool = True) -> int | None:
        """A whole number within bounds, or None if nothing was sent and none is required."""
        raw = self._sent.get(name, "")
        if raw in ("", None):
            if required:
                self.problem(name, N_("Please give a number."))
            return None
        try:
            value = (
                int(raw) if isinstance(raw, (str, int)) and not isinstance(raw, bool) and len(str(raw)) < 20 else None
            )
        except ValueError:
            value = None
        if value is None or not lowest <= value <= highest:
            self.problem(
                name,
                N_("Please give a whole number from %(lowest)s to %(highest)s."),
                lowest=lowest,
                highest=highest,
            )
            return None
        return value

    def ticked(self, name: str) -> bool:
        """Whether a box was ticked."""
        return self._sent.get(name) in ("1", "on", "yes", "true", True)

    def instant(self, name: str, zone: ZoneInfo, *, required: bool = True) -> datetime | None:
        """A local date and time as a browser's datetime field sends it, read in `zone`, given in UTC."""
        raw = self._sent.get(name, "")
        if not raw and not required:
            return None
        try:
            local = datetime.fromisoformat(str(raw))
            return local.replace(tzinfo=local.tzinfo or zone).astimezone(UTC)
        except (ValueError, OverflowError):
            self.problem(name, N_("Please give a date and a time."))
            return None
