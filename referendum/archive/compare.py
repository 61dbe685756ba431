"""Two copies of one archive: whether the newer one is the older one and what came after (``verify-diff``)."""

from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from typing import Self

from referendum.archive.container import Damaged
from referendum.archive.events import Event, EventType
from referendum.archive.reader import ArchiveReader
from referendum.crypto.hashing import b64_of_hex


@dataclass(frozen=True)
class Difference:
    """``words`` say where the copies part; empty when the newer one extends the older. ``added`` counts new events."""

    words: str
    common: int
    added: dict[EventType, int]

    @property
    def extends(self) -> bool:
        return not self.words


class Unreadable(Exception):
    """One of the two is damaged: which, and how."""


class NamedEvents:
    """The events of one file; what is wrong with it carries its name."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._stream = path.open("rb")
        try:
            self._reader = ArchiveReader(self._stream)
        except Damaged as damage:
            self._stream.close()
            raise self._unreadable(damage) from None
        self.timestamp = self._reader.container.timestamp
        self._events = iter(self._reader)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._stream.close()

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> Event:
        try:
            return next(self._events)
        except Damaged as damage:
            raise self._unreadable(damage) from None

    def _unreadable(self, damage: Damaged) -> Unreadable:
        return Unreadable(f"{self.path}: {damage.words} (at byte {damage.offset})")


def said(event: Event) -> str:
    """An event for people: a ballot by its tracker, anything else by its type and hash."""
    if event.type is EventType.BALLOT:
        return f"ballot {b64_of_hex(event.data[0].digest)}"
    return f"{event.type} ({event.digest})"


def _names(event: Event) -> list[str]:
    return [event.digest, *(record.digest for record in event.data)]


def compare(old: Path, new: Path) -> Difference:
    """Reads both once, side by side, with container and chain checked. Raises Unreadable or OSError.

    Records are named by their hashes, so equal names up to one place mean equal bytes up to there.
    """
    added: dict[EventType, int] = {}
    common = 0
    words = ""
    with NamedEvents(old) as before, NamedEvents(new) as after:
        if before.timestamp != after.timestamp:
            words = "they were not begun as one file: the time in their headers differs"
        for one, other in zip_longest(before, after):
            if one is None:
                added[other.type] = added.get(other.type, 0) + 1
            elif other is None:
                words = words or f"the newer one ends before event {one.height}, where the older has {said(one)}"
                break
            elif _names(one) != _names(other):
                words = words or f"they part at event {one.height}: older {said(one)}, newer {said(other)}"
                break
            else:
                common += 1
    return Difference(words, common, added)
