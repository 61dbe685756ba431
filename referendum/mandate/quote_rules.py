"""Which arguments a mandate quotes: what moved for the option elected, and what weighed for the others. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from referendum.results.cited_rules import strongest

QUOTED_EACH = 3


class Speaks(StrEnum):
    """For whom an argument speaks, seen from the option elected."""

    ELECTED = "elected"
    OTHERS = "others"
    NEITHER = "neither"


@dataclass(frozen=True)
class CitedArgument:
    """An argument of the digest with its totals; `weighed` is None where the template does not ask it."""

    number: int
    speaks: Speaks
    moved: int
    weighed: int | None


@dataclass(frozen=True)
class Quotes:
    """Argument numbers the mandate quotes, strongest first."""

    moved: tuple[int, ...]
    weighed: tuple[int, ...]

    @property
    def all(self) -> frozenset[int]:
        return frozenset(self.moved) | frozenset(self.weighed)


def speaks_for(side: str, *, on_elected: bool, options_count: int) -> Speaks:
    """For whom an argument for or against an option speaks.

    One against the option elected speaks for the others. One against an option that lost speaks for the elected only
    where there are no more than these two; among three or more it may as well speak for the third, so it is quoted for
    nobody.
    """
    if side == "for":
        return Speaks.ELECTED if on_elected else Speaks.OTHERS
    if on_elected:
        return Speaks.OTHERS
    return Speaks.ELECTED if options_count == 2 else Speaks.NEITHER


def arguments_to_quote(cited: Iterable[CitedArgument], lot: str) -> Quotes:
    """Three for the elected option that moved most ballots, three for other options that weighed with most.

    One that nobody marked is never quoted; equal ones come by the question's lot, and no fourth is added.
    """
    rows = list(cited)
    moved = [(row.number, row.moved) for row in rows if row.speaks is Speaks.ELECTED]
    weighed = [(row.number, row.weighed or 0) for row in rows if row.speaks is Speaks.OTHERS]
    return Quotes(strongest(moved, lot, QUOTED_EACH), strongest(weighed, lot, QUOTED_EACH))
