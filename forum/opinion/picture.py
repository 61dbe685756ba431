"""The map as shapes of a drawing 600 wide: a mark stands for a crowd, its form tells the group without colour. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import hypot
from typing import Any

from forum.opinion.drawing import Point, shape

WIDTH, HEIGHT, EDGE = 600, 380, 64
MARGIN, LABEL_AWAY = 17.0, 20.0
FORMS = ("circle", "square", "triangle", "diamond", "cross")
_DRAWN = {
    "circle": "m-6 0a6 6 0 1 0 12 0a6 6 0 1 0-12 0z",
    "square": "m-5.3-5.3h10.6v10.6h-10.6z",
    "triangle": "m0-7l6.5 11.6h-13z",
    "diamond": "m0-7.2l7.2 7.2l-7.2 7.2l-7.2-7.2z",
    "cross": "m-2.3-6.8h4.6v4.5h4.5v4.6h-4.5v4.5h-4.6v-4.5h-4.5v-4.6h4.5z",
}


@dataclass(frozen=True)
class GroupShape:
    """A group as drawn: its number from 1, its outline and marks as path data, and where its number stands."""

    number: int
    form: str
    outline: str
    marks: str
    label: Point


@dataclass(frozen=True)
class Picture:
    """What is drawn. `own` is the reader's own place, for that reader alone. `least` and `most` readers a mark."""

    groups: list[GroupShape]
    middle: Point
    own: Point | None
    least: int
    most: int
    width: int = WIDTH
    height: int = HEIGHT


def draw(groups: Sequence[dict[str, Any]], own: Point | None = None) -> Picture | None:
    """The map of a stored document's groups; None where there are none."""
    if not groups:
        return None
    marks = [mark for group in groups for mark in group["marks"]]
    to_view = _Fit([(x, y) for x, y, _ in marks])
    middle = to_view.place((0.0, 0.0))
    return Picture(
        groups=[_group(place, group, to_view, middle) for place, group in enumerate(groups)],
        middle=middle,
        own=own and to_view.inside(to_view.place(own), 18, 18),
        least=min(readers for *_, readers in marks),
        most=max(readers for *_, readers in marks),
    )


def form_of(number: int) -> str:
    """The form of the marks of a group, by its number from 1."""
    return FORMS[(number - 1) % len(FORMS)]


def mark_of(number: int) -> str:
    """One mark of a group as path data around (8, 8), for a key."""
    return "M8 8" + _DRAWN[form_of(number)]


class _Fit:
    """From places on the map to the drawing: one scale for both directions, so that near stays near."""

    def __init__(self, points: Sequence[Point]) -> None:
        lows = [min(point[axis] for point in points) for axis in (0, 1)]
        highs = [max(point[axis] for point in points) for axis in (0, 1)]
        room = (WIDTH - 2 * EDGE, HEIGHT - 2 * EDGE)
        self.scale = min(room[axis] / max(highs[axis] - lows[axis], 1e-6) for axis in (0, 1))
        self.center = tuple((low + high) / 2 for low, high in zip(lows, highs, strict=True))

    def place(self, point: Point) -> Point:
        x, y = (self.scale * (point[axis] - self.center[axis]) for axis in (0, 1))
        return round(WIDTH / 2 + x, 1), round(HEIGHT / 2 + y, 1)

    @staticmethod
    def inside(point: Point, edge: float, top: float) -> Point:
        """The nearest point that lies within the drawing, so far from its edges."""
        return min(max(point[0], edge), WIDTH - edge), min(max(point[1], top), HEIGHT - edge)


def _group(place: int, group: dict[str, Any], to_view: _Fit, middle: Point) -> GroupShape:
    number = place + 1
    points = [to_view.place((x, y)) for x, y, _ in group["marks"]]
    corners = shape(points, MARGIN)
    outline = "M" + "L".join(f"{x:.0f} {y:.0f}" for x, y in corners) + "Z"
    marks = "".join(f"M{x:g} {y:g}{_DRAWN[form_of(number)]}" for x, y in points)
    return GroupShape(number, form_of(number), outline, marks, to_view.inside(_outside(corners, middle), 24, 42))


def _outside(corners: Sequence[Point], middle: Point) -> Point:
    """A little beyond the corner that lies farthest from the middle."""
    x, y = max(corners, key=lambda corner: hypot(corner[0] - middle[0], corner[1] - middle[1]))
    away = max(hypot(x - middle[0], y - middle[1]), 1)
    stretch = 1 + LABEL_AWAY / away
    return round(middle[0] + stretch * (x - middle[0]), 1), round(middle[1] + stretch * (y - middle[1]), 1)
