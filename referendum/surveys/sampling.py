"""A stratified sample that anyone can draw again from the published frame and seed. Pure.

Members stand in the order of SHA-256(seed ":" number in the frame), the seed drawn after the frame was frozen; of each
stratum the first ones are asked, as many as its share of the frame gives by largest remainder (proportional allocation;
Cochran, Sampling Techniques, 3rd ed., section 5.4). A stratum is a council, or some small ones together.
"""

import hashlib
from collections.abc import Mapping
from fractions import Fraction
from heapq import nsmallest
from math import ceil

from referendum.results.rounding import largest_remainder

LEAST_STRATUM = 30
LEAST_ASKED = 2


def place_of(seed: str, entry: str) -> str:
    """Where a member stands in the order of the draw, as hex; the smaller the sooner."""
    return hashlib.sha256(f"{seed}:{entry}".encode()).hexdigest()


def make_strata(councils: Mapping[int, int], sample: int) -> dict[int, int]:
    """Council → its stratum, named by the first council in it. The smallest are put together until each has thirty
    members and two of them are asked: nobody is without a chance, and no figure is that of a few."""
    whole = sum(councils.values())
    floor = max(LEAST_STRATUM, ceil(Fraction(LEAST_ASKED * whole, max(1, min(sample, whole)))))
    left = sorted((size, [council]) for council, size in councils.items())
    while len(left) > 1 and left[0][0] < floor:
        (size, small), (more, next_one) = left[0], left[1]
        left = sorted([(size + more, sorted(small + next_one)), *left[2:]])
    return {council: together[0] for _, together in left for council in together}


def allocate(sizes: Mapping[int, int], sample: int) -> dict[int, int]:
    """How many of each stratum are asked; nobody twice, and together `sample` or everybody."""
    whole = sum(sizes.values())
    wanted = min(sample, whole)
    if not wanted:
        return dict.fromkeys(sizes, 0)
    order = sorted(sizes)
    return dict(zip(order, largest_remainder([Fraction(sizes[each] * wanted, whole) for each in order]), strict=True))


def draw(frame: Mapping[str, int], seed: str, sample: int) -> dict[int, list[str]]:
    """Of each stratum the numbers drawn, in the order of the draw, from number → stratum."""
    strata: dict[int, list[str]] = {}
    for entry, stratum in frame.items():
        strata.setdefault(stratum, []).append(entry)
    taken = allocate({stratum: len(found) for stratum, found in strata.items()}, sample)
    return {
        stratum: nsmallest(taken[stratum], strata[stratum], key=lambda entry: place_of(seed, entry))
        for stratum in sorted(strata)
    }


def last_place(seed: str, drawn: list[str]) -> str:
    """The last one's place of a stratum: who stands there or before it is asked. Empty where nobody is."""
    return place_of(seed, drawn[-1]) if drawn else ""
