"""What of the map may be drawn: marks that each stand for at least five readers, and the shapes around groups. Pure."""

from math import cos, pi, sin

import numpy as np

from forum.opinion.mapping import Floats, Ints

FEWEST_IN_A_MARK = 5
MARKS_AT_MOST = 160
CORNERS = 16

Point = tuple[float, float]


def readers_a_mark(readers: int) -> int:
    """For how many readers a mark stands at least: five, and more in a large debate."""
    return max(FEWEST_IN_A_MARK, -(-readers // MARKS_AT_MOST))


def marks(positions: Floats, least: int) -> list[tuple[float, float, int]]:
    """(x, y, readers): the middles of crowds of at least `least` and fewer than twice as many readers, who lie near
    one another. Nobody's own place can be read off them. Fewer than `least` readers in all make one crowd."""
    found = []
    waiting = [np.arange(len(positions))] if len(positions) else []
    while waiting:
        rows = waiting.pop()
        if len(rows) < 2 * least:
            x, y = positions[rows].mean(axis=0)
            found.append((round(float(x), 3), round(float(y), 3), len(rows)))
            continue
        axis = int(np.argmax(np.ptp(positions[rows], axis=0)))
        rows = rows[np.lexsort((positions[rows, 1 - axis], positions[rows, axis]))]
        half = len(rows) // least // 2 * least
        waiting += [rows[half:], rows[:half]]
    return sorted(found)


def middle(positions: Floats) -> Point:
    x, y = positions.mean(axis=0)
    return round(float(x), 4), round(float(y), 4)


def shape(points: list[Point], margin: float) -> list[Point]:
    """The corners of a rounded shape that holds all points with a margin: their convex hull, grown."""
    around = [(cos(2 * pi * step / CORNERS), sin(2 * pi * step / CORNERS)) for step in range(CORNERS)]
    return _hull([(x + margin * dx, y + margin * dy) for x, y in points for dx, dy in around])


def _hull(points: list[Point]) -> list[Point]:
    """The corners of the smallest convex polygon around the points, in order (Andrew's monotone chain)."""
    ordered = sorted(set(points))
    if len(ordered) < 3:
        return ordered
    return _half(ordered) + _half(ordered[::-1])


def _half(points: list[Point]) -> list[Point]:
    corners: list[Point] = []
    for point in points:
        while len(corners) > 1 and _turn(corners[-2], corners[-1], point) <= 0:
            corners.pop()
        corners.append(point)
    return corners[:-1]


def _turn(a: Point, b: Point, c: Point) -> float:
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])


def by_group(positions: Floats, labels: Ints) -> list[Floats]:
    """Each group's positions, group 0 first."""
    return [positions[labels == group] for group in range(int(labels.max(initial=-1)) + 1)]
