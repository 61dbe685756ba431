"""Rounding that never changes an order: plain (half up), or by largest remainder so that the parts keep
their sum.
"""

from collections.abc import Sequence
from fractions import Fraction
from math import floor


def plain(values: Sequence[Fraction]) -> list[int]:
    """Each to the nearest integer, halves up. Their sum need not be the sum of the values."""
    return [floor(value + Fraction(1, 2)) for value in values]


def largest_remainder(values: Sequence[Fraction]) -> list[int]:
    """Integers that add to the (nearest integer of the) values' sum: the units left over go to the largest
    remainders, equal remainders to the larger value, then to the earlier.

    Equal values may differ by one unit when the units left over do not suffice; a smaller value never
    overtakes.
    """
    floors = [floor(value) for value in values]
    left = floor(sum(values, Fraction(0)) + Fraction(1, 2)) - sum(floors)
    order = sorted(range(len(values)), key=lambda at: (floors[at] - values[at], -values[at], at))
    for at in order[: max(0, left)]:
        floors[at] += 1
    return floors
