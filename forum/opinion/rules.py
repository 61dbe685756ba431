"""Statistics of readings, given the opinion groups: what is representative and what is consensus. What is worth
reading next (formula 8) stands in `forum.arguments.next_rules`.

Readings of an argument are counted as agree, disagree and pass. "In" is one group, "out" the other groups
together. The formulas are those of Polis (compdemocracy/polis, math/src/polismath/math, 2024).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import prod, sqrt

Z_90 = 1.2816
MOST_REPRESENTATIVE = 5
MOST_CONSENSUS = 5


@dataclass(frozen=True)
class Counts:
    """Readings of one argument by some members. `seen` is S in the formulas: pass counts as seen."""

    agree: int = 0
    disagree: int = 0
    passed: int = 0

    @property
    def seen(self) -> int:
        return self.agree + self.disagree + self.passed

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(self.agree + other.agree, self.disagree + other.disagree, self.passed + other.passed)


def total(counts: Sequence[Counts]) -> Counts:
    return sum(counts, Counts())


class Side(StrEnum):
    AGREE = "agree"
    DISAGREE = "disagree"


def success(counts: Counts, side: Side) -> int:
    return counts.agree if side is Side.AGREE else counts.disagree


def probability(counts: Counts, side: Side) -> float:
    """The share on this side, drawn towards one half by one reading on each side."""
    return (success(counts, side) + 1) / (counts.seen + 2)


def probability_test(counts: Counts, side: Side) -> float:
    """z of that share against one half."""
    return 2 * sqrt(counts.seen + 1) * ((success(counts, side) + 1) / (counts.seen + 1) - 0.5)


def repness_test(inside: Counts, outside: Counts, side: Side) -> float:
    """z of the difference between the group and the others; 0 where everybody said the same."""
    in_, out = success(inside, side) + 1, success(outside, side) + 1
    q1, q2 = in_ / (inside.seen + 1), out / (outside.seen + 1)
    pooled = (in_ + out) / (inside.seen + outside.seen + 2)
    if pooled == 1:
        return 0.0
    return (q1 - q2) / sqrt(pooled * (1 - pooled) * (1 / (inside.seen + 1) + 1 / (outside.seen + 1)))


@dataclass(frozen=True)
class Repness:
    """How strongly one argument sets a group apart, on one side."""

    argument: int
    side: Side
    p: float
    z_p: float
    r: float
    z_r: float

    @property
    def is_significant(self) -> bool:
        return self.z_r > Z_90 and self.z_p > Z_90

    @property
    def rank(self) -> float:
        return self.r * self.z_r * self.p * self.z_p


def repness(argument: int, inside: Counts, outside: Counts, side: Side | None = None) -> Repness:
    """Formula 4 for one argument and group; without a side, the one that sets the group apart more."""
    if side is None:
        agree, disagree = (repness(argument, inside, outside, each) for each in Side)
        return agree if agree.z_r > disagree.z_r else disagree
    p = probability(inside, side)
    return Repness(
        argument,
        side,
        p,
        probability_test(inside, side),
        p / probability(outside, side),
        repness_test(inside, outside, side),
    )


Groups = Mapping[int, Mapping[int, Counts]]


def inside_outside(groups: Groups, group: int, argument: int) -> tuple[Counts, Counts]:
    """One argument's readings in a group, and in all others together. `groups`: group → argument → counts."""
    others = [counts.get(argument, Counts()) for other, counts in groups.items() if other != group]
    return groups[group].get(argument, Counts()), total(others)


def representative(
    groups: Groups, group: int, *, side: Side | None = None, tie: Callable[[int], str | int] = int
) -> list[Repness]:
    """A group's representative arguments, strongest first: at most five, and one at least if it took a side
    at all.

    Ranks are rounded to 1e-9 before they are compared; `tie` orders equal ones by their number, or by a lot.
    """
    rows = [
        repness(argument, *inside_outside(groups, group, argument), side)
        for argument, counts in groups[group].items()
        if (success(counts, side) if side else counts.agree + counts.disagree)
    ]
    rows.sort(key=lambda row: tie(row.argument))
    significant = sorted((row for row in rows if row.is_significant), key=lambda row: -round(row.rank, 9))
    return significant[:MOST_REPRESENTATIVE] or sorted(rows, key=_weakness)[:1]


def _weakness(row: Repness) -> tuple[bool, float]:
    """Orders arguments when none is significant: first those agreed on that lean the group's way, strongest
    first.
    """
    leans = row.z_r > 0 and row.z_p > 0
    strength = row.rank if leans else min(row.z_r, row.z_p)
    return not (leans and row.side is Side.AGREE), -round(strength, 9)


@dataclass(frozen=True)
class Consensus:
    """An argument on which most readers are on one side, whatever their group."""

    argument: int
    side: Side
    p: float
    z_p: float


def consensus(totals: Mapping[int, Counts]) -> tuple[list[Consensus], list[Consensus]]:
    """Formula 5: the five most agreed and the five most disagreed arguments, strongest first."""
    return _consensus(totals, Side.AGREE), _consensus(totals, Side.DISAGREE)


def _consensus(totals: Mapping[int, Counts], side: Side) -> list[Consensus]:
    rows = [
        Consensus(argument, side, probability(counts, side), probability_test(counts, side))
        for argument, counts in sorted(totals.items())
    ]
    strong = [row for row in rows if row.p > 0.5 and row.z_p > Z_90]
    return sorted(strong, key=lambda row: (-row.p * row.z_p, row.argument))[:MOST_CONSENSUS]


def group_aware_consensus(groups: Groups, argument: int) -> float:
    """Formula 6: agreed across groups, as the product of each group's share."""
    return prod(probability(counts.get(argument, Counts()), Side.AGREE) for counts in groups.values())
