"""Which argument a member reads next: formula 8, a weighted draw in which new and dividing arguments come first.

The formula is that of Polis (compdemocracy/polis, math/src/polismath/math, 2024).
"""

from collections.abc import Callable, Mapping
from typing import Protocol


class Seen(Protocol):
    """Readings of one argument: how many agreed, how many passed, and how many there are in all."""

    @property
    def agree(self) -> int: ...
    @property
    def passed(self) -> int: ...
    @property
    def seen(self) -> int: ...


def priority(counts: Seen, extremity: float) -> float:
    """Formula 8: the weight with which an argument is drawn. `extremity` is the length of its projection on the
    opinion map, 0 while there is none.
    """
    passed = (counts.passed + 1) / (counts.seen + 2)
    agreed = (counts.agree + 1) / (counts.seen + 2)
    new = 1 + 8 * 2 ** (-counts.seen / 5)
    return float(((1 - passed) * (extremity + 1) * agreed * new) ** 2)


def draw_next(priorities: Mapping[int, float], random: Callable[[], float]) -> int | None:
    """One argument, drawn with its priority as weight. `random` gives a number from 0 up to 1."""
    weights = sorted(priorities.items())
    left = random() * sum(weight for _, weight in weights)
    for argument, weight in weights:
        left -= weight
        if left < 0:
            return argument
    return weights[-1][0] if weights else None


def draw_some(priorities: Mapping[int, float], most: int, random: Callable[[], float]) -> list[int]:
    """Several different arguments, each drawn from those that are left."""
    left = dict(priorities)
    drawn: list[int] = []
    while len(drawn) < most and (argument := draw_next(left, random)) is not None:
        drawn.append(argument)
        del left[argument]
    return drawn
