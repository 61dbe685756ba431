"""Who may vote, the hash of the frozen roll, and the units over which turnout may be told.

Eligibility is a rule over standing, country, council and local, fixed per question before the roll is frozen.
"""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from sys import intern

from forum.kernel.errors import N_
from forum.questions.process import Electorate
from referendum.crypto.canonical import canonical_bytes

TURNOUT_FLOOR = 30
FEWEST_SPARES = 20
SPARES_IN_A_HUNDRED = 5
LARGEST_LOT = 500
"""Letters that a request prints in some seconds; a whole union's are made on the tellers' own machine."""
BEFORE_AGAIN = timedelta(days=2)
CLOCK_HAS = timedelta(minutes=10)
NOBODY = N_("Nobody on the roll may vote under this rule. It stays so: the tellers withdraw the question.")


@dataclass(frozen=True)
class Voter:
    """A member as the rule sees one at the record date. `local` is the local's number, `council` its name;
    `registered` also where nobody needs to."""

    number: str
    standing: str
    country: str
    council: str
    local: str
    registered: bool = True


def is_eligible(voter: Voter, rule: Electorate) -> bool:
    """Whether this member votes: the rule admits them, and they have registered where that is asked."""
    return voter.registered and is_admitted(voter, rule)


def is_admitted(voter: Voter, rule: Electorate) -> bool:
    """Every restriction must hold; an empty one restricts nothing."""
    return (
        voter.standing in rule.standings
        and _admits(rule.countries, voter.country)
        and _admits(rule.councils, voter.council)
        and _admits(rule.locals, voter.local)
    )


def _admits(allowed: frozenset[str], value: str) -> bool:
    return not allowed or value in allowed


def record_instant(
    number: int, record_at: datetime | None, closed_at: datetime | None, opens_at: datetime
) -> datetime | None:
    """When the roll of a vote is frozen: at the record date, or as soon as the question closes if that is later. One
    held again has no published date: two days before it opens, so that the roll can be put right before. None where
    the process has no record date."""
    if record_at is None:
        return None
    if number > 1:
        return opens_at - BEFORE_AGAIN
    return max(record_at, closed_at) if closed_at else record_at


def is_late(instant: datetime, now: datetime) -> bool:
    """Whether the clock has had its time to freeze a roll of this record date."""
    return now >= instant + CLOCK_HAS


def usual_spares(size: int) -> int:
    """How many spare codes are made at set-up for a roll of this size."""
    return max(FEWEST_SPARES, ceil(size * SPARES_IN_A_HUNDRED / 100))


Line = tuple[str, str, str]
"""A line of the frozen roll: number, local, council."""


def line_of(voter: Voter) -> Line:
    """A voter's line of the roll. Locals and councils are few: each of their names is kept once, for 600,000 lines."""
    return voter.number, intern(voter.local), intern(voter.council)


def roll_bytes(lines: Iterable[Line]) -> Iterator[bytes]:
    """The frozen roll as one text: a JSON line for each voter with number, local and council, in order of
    number.

    Only its hash and its size are published; tellers and observers can make it again from the roll.
    """
    last = None
    for line in sorted(lines):
        if line[0] == last:
            raise ValueError("a member stands on the roll twice")
        last = line[0]
        yield canonical_bytes(list(line)) + b"\n"


def hash_of(lines: Iterable[Line]) -> str:
    """SHA-256 of the frozen roll, as hex."""
    digest = hashlib.sha256()
    for line in roll_bytes(lines):
        digest.update(line)
    return digest.hexdigest()


@dataclass(frozen=True)
class LocalSize:
    """How many eligible members a local has."""

    local: str
    council: str
    eligible: int


@dataclass(frozen=True)
class Unit:
    """Locals told together. Its name is its largest local's, which stands in no other unit."""

    locals: tuple[LocalSize, ...]

    @property
    def eligible(self) -> int:
        return sum(local.eligible for local in self.locals)

    @property
    def largest(self) -> LocalSize:
        return max(self.locals, key=lambda each: (each.eligible, each.local))

    @property
    def name(self) -> str:
        others = len(self.locals) - 1
        return f"{self.largest.local} +{others}" if others else self.largest.local


def make_units(sizes: Iterable[LocalSize], floor: int = TURNOUT_FLOOR) -> list[Unit]:
    """One partition of all locals into units of at least `floor` eligible members, fixed before voting opens.

    The smallest locals of a council are merged first; a council that stays too small joins the smallest unit
    of another. Only a union smaller than the floor is a unit below it. Locals without an eligible member are
    left out.
    """
    councils: dict[str, list[Unit]] = {}
    for size in sorted(sizes, key=lambda each: each.local):
        if size.eligible > 0:
            councils.setdefault(size.council, []).append(Unit((size,)))
    units = [unit for council in sorted(councils) for unit in _merge_small(councils[council], floor)]
    return sorted(_merge_small(units, floor), key=_size)


def _merge_small(units: list[Unit], floor: int) -> list[Unit]:
    """Merge the smallest with the next smallest until none is below the floor, or only one is left."""
    left = sorted(units, key=_size)
    while len(left) > 1 and left[0].eligible < floor:
        merged = Unit((*left[0].locals, *left[1].locals))
        left = sorted([merged, *left[2:]], key=_size)
    return left


def _size(unit: Unit) -> tuple[int, str]:
    return unit.eligible, min(each.local for each in unit.locals)
