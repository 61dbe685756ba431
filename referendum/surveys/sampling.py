"""A stratified sample that anyone can draw again from the same roll and the published seed. Pure.

Members stand in the order of SHA-256(seed ":" number), the seed drawn after the roll was frozen; of each stratum the
first ones are asked, as many as its share of the roll gives by largest remainder (proportional allocation; Cochran,
Sampling Techniques, 3rd ed., section 5.4).
"""

import hashlib
from collections.abc import Iterable, Mapping
from fractions import Fraction

from referendum.results.rounding import largest_remainder


def place_of(seed: str, number: str) -> str:
    """Where a member stands in the order of the draw, as hex; the smaller the sooner."""
    return hashlib.sha256(f"{seed}:{number}".encode()).hexdigest()


def allocate(sizes: Mapping[int, int], sample: int) -> dict[int, int]:
    """How many of each stratum are asked; nobody twice, and together `sample` or everybody."""
    whole = sum(sizes.values())
    wanted = min(sample, whole)
    if not wanted:
        return dict.fromkeys(sizes, 0)
    order = sorted(sizes)
    return dict(zip(order, largest_remainder([Fraction(sizes[each] * wanted, whole) for each in order]), strict=True))


def draw(members: Iterable[tuple[str, int]], seed: str, sample: int) -> list[str]:
    """The numbers drawn, of (number, stratum) pairs, in the order of the draw."""
    strata: dict[int, list[tuple[str, str]]] = {}
    for number, stratum in members:
        strata.setdefault(stratum, []).append((place_of(seed, number), number))
    sizes = {stratum: len(found) for stratum, found in strata.items()}
    taken = allocate(sizes, sample)
    chosen = [each for stratum, found in strata.items() for each in sorted(found)[: taken[stratum]]]
    return [number for _, number in sorted(chosen)]
