"""How members leaned before the debate: what they said on the way in, and what voters said of it in the booth.

Two totals of people who chose to answer. They are not the same people, and nothing joins one to the other. Pure.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from forum.entry.rules import Totals

FEWEST_TOLD = 30
HEADING = ("asked", "answer", "members")


@dataclass(frozen=True)
class Row:
    """An option, or (without a letter) those who had not decided."""

    letter: str
    title: str
    count: int


@dataclass(frozen=True)
class Leanings:
    """`entry` in the options' order, the undecided last; `booth`: leaned the way they voted, another way, had not
    decided. Each is empty where fewer than thirty answered, and `asked` says whether it was asked for at all."""

    entry: tuple[Row, ...]
    booth: tuple[int, ...]
    entry_asked: bool
    booth_asked: bool

    @property
    def entry_count(self) -> int:
        return sum(row.count for row in self.entry)

    @property
    def booth_count(self) -> int:
        return sum(self.booth)


def leanings(
    options: Sequence[tuple[int, str, str]], entry: Totals | None, booth: Sequence[int] | None
) -> Leanings | None:
    """`options` as id, letter and title. None where neither was asked for, or neither total is there yet."""
    if entry is None and booth is None:
        return None
    rows: tuple[Row, ...] = ()
    if entry is not None and entry.enough:
        named = [Row(letter, title, entry.counts.get(key, 0)) for key, letter, title in options]
        rows = (*named, Row("", "", entry.undecided))
    enough = booth is not None and sum(booth) >= FEWEST_TOLD
    return Leanings(rows, tuple(booth or ()) if enough else (), entry is not None, booth is not None)


def leaning_rows(found: Leanings) -> Iterator[tuple[str, str, int]]:
    """The same as lines of a sheet."""
    for row in found.entry:
        yield "before the debate", f"{row.letter}. {row.title}" if row.letter else "had not decided", row.count
    answers = ("leaned this way before the debate", "leaned another way", "had not decided")
    for answer, count in zip(answers, found.booth, strict=False):
        yield "in the booth", answer, count
