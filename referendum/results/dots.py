"""A dot matrix of marks: to the right of the line as many as the ballots an argument moved, filled; to the left as many
as those with which it weighed though they voted the other way, hollow. Pure.

Marks stand in columns of five, from the line outwards, as tellers count. Their shape is the option's own, so that it is
known where colour is not seen, as its pattern elsewhere: slanted strokes for the hatch of A, discs for B, bars for C,
diamonds for D, pins for E, squares for F, wedges beyond. All rows of a picture have one measure and one line, so that
they can be compared by length at any size of screen.

A flow from halls through arguments to options was tried beside it and dropped: its ribbons into an option look like
votes for it, which no archive can tell, and with twelve arguments it takes a desk to read.
"""

from collections.abc import Sequence
from dataclasses import dataclass

UNITS = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 50_000, 100_000)
HIGH, PITCH = 5, 10
MOST_MARKS = 80
FEWEST_MOVED, FEWEST_WEIGHED = 4, 2  # columns that are always kept, so that the line stands clear of the figures
SHAPES = {
    "a": "l3.4-8h4l-3.4 8z",
    "b": "a4 4 0 1 1 8 0a4 4 0 1 1-8 0z",
    "c": "h8v4.4h-8z",
    "d": "l4-4 4 4-4 4z",
    "e": "h3.6v8h-3.6z",
    "f": "h7v7h-7z",
}
STARTS = {"a": (0.3, 8), "b": (0, 4), "c": (0, 1.8), "d": (0, 4), "e": (2.2, 0), "f": (0.5, 0.5)}
WEDGE, WEDGE_START = "l4-8 4 8z", (0, 8)


@dataclass(frozen=True)
class Frame:
    """The measure of a whole picture: what one mark is worth, how wide it is, and where its line stands."""

    unit: int
    left: int
    right: int
    height: int = HIGH * PITCH

    @property
    def width(self) -> int:
        return self.left + self.right


def frame_of(moved: Sequence[int], weighed: Sequence[int]) -> Frame:
    """A frame in which the longest row has at most eighty marks on a side. No room is kept for what was not asked."""
    unit = next((each for each in UNITS if max([0, *moved, *weighed]) <= MOST_MARKS * each), 1_000_000)
    right = max([FEWEST_MOVED, *(columns(marks_of(count, unit)) for count in moved)])
    left = max([FEWEST_WEIGHED, *(columns(marks_of(count, unit)) for count in weighed)]) if weighed else 0
    return Frame(unit, PITCH * left + 3, PITCH * right + 3)


def marks_of(count: int, unit: int) -> int:
    """The nearest number of marks; what was marked at all has one."""
    return max(int(count > 0), (2 * count + unit) // (2 * unit))


def columns(marks: int) -> int:
    """How many columns they fill."""
    return -(-marks // HIGH)


def path(count: int, frame: Frame, letter: str, *, leftwards: bool) -> str:
    """The marks of so many ballots as one path, from the frame's line outwards, each column from its foot."""
    shape = SHAPES.get(letter.lower(), WEDGE)
    x, y = STARTS.get(letter.lower(), WEDGE_START)
    drawn = []
    for at in range(marks_of(count, frame.unit)):
        column, row = divmod(at, HIGH)
        left = frame.left - 3 - PITCH * (column + 1) + 1 if leftwards else frame.left + 3 + PITCH * column + 1
        drawn.append(f"M{left + x:g} {PITCH * (HIGH - 1 - row) + 1 + y:g}{shape}")
    return "".join(drawn)
