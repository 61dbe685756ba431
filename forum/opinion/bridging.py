"""Bridging over locals (formula 7): agreed across locals, as a geometric mean that many locals cannot
collapse.

Locals with at least 30 members and 10 readers of the argument stand for themselves; all others are pooled as
one. Where floating point could decide a rounding, integers do, so that every machine finds the same billionths.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import exp, fsum, lcm, log, prod

from forum.opinion.rules import Counts, total

OWN_MEMBERS = 30
OWN_READERS = 10
POOL_READERS = 5
BILLION = 10**9
DOUBTFUL = 0.01  # of a billionth; what machines may differ by is a thousand times smaller


@dataclass(frozen=True)
class LocalUnit:
    """A local standing for itself, with `joined` others folded in; or the pool of others, where `local` is
    "".
    """

    local: str
    counts: Counts
    joined: int = 0


def pool_locals(readings: Mapping[str, Counts], members: Mapping[str, int]) -> list[LocalUnit]:
    """The units over which one argument's readings may be told: own locals in order, then the pool, if it
    stands.

    A pool of a single local would tell that local's readings, so it joins the smallest local that stands for
    itself. A pool under 5 readers is left out.
    """
    read = {local: counts for local, counts in sorted(readings.items()) if counts.seen > 0}
    own = [
        local
        for local, counts in read.items()
        if members.get(local, 0) >= OWN_MEMBERS and counts.seen >= OWN_READERS
    ]
    rest = [local for local in read if local not in own]
    units = {local: LocalUnit(local, read[local]) for local in own}
    if len(rest) == 1 and own:
        smallest = min(own, key=lambda local: (members[local], local))
        units[smallest] = LocalUnit(smallest, read[smallest] + read[rest[0]], joined=1)
        return list(units.values())
    pooled = total([read[local] for local in rest])
    pool = [LocalUnit("", pooled, joined=len(rest))] if pooled.seen >= POOL_READERS else []
    return [*units.values(), *pool]


def agreement(counts: Counts) -> Fraction:
    """(A + 1) / (S + 2), exactly."""
    return Fraction(counts.agree + 1, counts.seen + 2)


def geometric_mean(*partitions: Sequence[Fraction]) -> int:
    """In billionths, rounded half up: the geometric mean of each partition's geometric mean; empty ones are
    left out, and nothing at all is 0.

    Each partition weighs the same, so that the number of locals does not decide how much the groups count.
    """
    given = [ratios for ratios in partitions if ratios]
    if not given:
        return 0
    logs = [fsum(log(ratio.numerator) - log(ratio.denominator) for ratio in ratios) / len(ratios) for ratios in given]
    near = exp(fsum(logs) / len(given)) * BILLION
    if abs(near % 1 - 0.5) > DOUBTFUL:
        return int(near + 0.5)
    return _exactly(given)


def _exactly(given: Sequence[Sequence[Fraction]]) -> int:
    """The same with whole numbers alone, for the few that lie so near to a half that machines could differ."""
    degree = len(given) * lcm(*(len(ratios) for ratios in given))
    numerator = denominator = 1
    for ratios in given:
        exponent = degree // (len(given) * len(ratios))
        numerator *= prod(ratio.numerator for ratio in ratios) ** exponent
        denominator *= prod(ratio.denominator for ratio in ratios) ** exponent
    return _root_in_billionths(numerator, denominator, degree)


def _root_in_billionths(numerator: int, denominator: int, degree: int) -> int:
    """The largest integer x with (x − ½)/10⁹ at most the root, by bisection on integers. The fraction is at most 1."""
    bound = numerator * (2 * BILLION) ** degree
    low, high = 0, BILLION
    while low < high:
        middle = (low + high + 1) // 2
        if (2 * middle - 1) ** degree * denominator <= bound:
            low = middle
        else:
            high = middle - 1
    return low


@dataclass(frozen=True)
class Bridging:
    """Formula 7 for one argument: the score in billionths, the lowest local and how many are above one
    half.
    """

    billionths: int
    lowest: LocalUnit | None
    above_half_count: int
    unit_count: int


def bridging(units: Sequence[LocalUnit]) -> Bridging:
    """How far one argument is agreed across locals. The share of 0.5 itself is not above one half."""
    ratios = [agreement(unit.counts) for unit in units]
    lowest = min(units, key=lambda unit: (agreement(unit.counts), unit.local), default=None)
    above = sum(ratio > Fraction(1, 2) for ratio in ratios)
    return Bridging(geometric_mean(ratios), lowest, above, len(units))
