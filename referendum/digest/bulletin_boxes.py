"""Boxes of a printed sheet: pieces of text of a known height, and how they fill two columns. Pure layout."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial

from fpdf import FPDF

from forum.kernel.typeface import printable

MM = 25.4 / 72
LEADING = 1.24
HELVETICA, TIMES, COURIER = "helvetica", "times", "courier"


@dataclass(frozen=True)
class Box:
    """Something of a known height that is drawn at a place; `glued` boxes are not parted from the next."""

    height: float
    draw: Callable[[float, float], None]
    glued: bool = False


class Setter:
    """Sets text in one size of type, in a column of one width. Where a text gets its own size, `by` is the ratio."""

    def __init__(self, pdf: FPDF, size: float, column: float) -> None:
        self.pdf, self.size, self.column = pdf, size, column

    def heading(self, text: str) -> Box:
        """A heading under a rule, never parted from what it stands over."""
        height = self._height(text, self.column, 1.3, TIMES, bold=True) + 6

        def draw(x: float, y: float) -> None:
            self.pdf.set_line_width(0.7)
            self.pdf.line(x, y + 2, x + self.column, y + 2)
            self.text(x, y + 3.5, self.column, text, 1.3, TIMES, bold=True)

        return Box(height, draw, glued=True)

    def framed(self, first: str, lines: Sequence[str]) -> Box:
        """Text in a frame: a bold line and more below."""
        width = self.column - 6
        heights = [self._height(first, width, 1.05, bold=True)]
        heights += [self._height(line, width) for line in lines]

        def draw(x: float, y: float) -> None:
            self.pdf.set_line_width(0.5)
            self.pdf.rect(x, y, self.column, sum(heights) + 5)
            y = self.text(x + 3, y + 2, width, first, 1.05, bold=True) + 1
            for line in lines:
                y = self.text(x + 3, y, width, line)

        return Box(sum(heights) + 8, draw)

    def labelled(self, label: str, text: str, small: Sequence[str], link: str = "") -> Box:
        """A label, a text beside it, and small lines below the text. Kept together; all of it leads to the link."""
        indent = self.size * 1.25
        width = self.column - indent
        height = self._height(text, width) + sum(self._height(line, width, 0.85) for line in small)

        def draw(x: float, y: float) -> None:
            if link:
                self.pdf.link(x, y, self.column, height, link)
            self.text(x, y, indent, label, bold=True)
            y = self.text(x + indent, y, width, text)
            for line in small:
                y = self.text(x + indent, y, width, line, 0.85)

        return Box(height + 2, draw)

    def paragraph(self, text: str) -> list[Box]:
        """A paragraph line by line, so that it may run from one column into the next; no line stands alone there."""
        height = self._font(0.95)
        lines = self.pdf.multi_cell(self.column, text=printable(text), align="L", dry_run=True, output="LINES")
        assert isinstance(lines, list)
        boxes = [Box(height, partial(self._draw_line, str(line))) for line in lines]
        boxes = [replace(box, glued=place in (0, len(boxes) - 2)) for place, box in enumerate(boxes)]
        return [*boxes[:-1], replace(boxes[-1], height=boxes[-1].height + 1.5, glued=False)] if boxes else []

    def _draw_line(self, line: str, x: float, y: float) -> None:
        self.text(x, y, self.column, line, 0.95)

    def line(self, text: str, by: float = 1, *, bold: bool = False, glued: bool = False, gap: float = 1) -> Box:
        """A text by itself."""

        def draw(x: float, y: float) -> None:
            self.text(x, y, self.column, text, by, bold=bold)

        return Box(self._height(text, self.column, by, bold=bold) + gap, draw, glued)

    def text(
        self, x: float, y: float, width: float, text: str, by: float = 1, family: str = HELVETICA, *, bold: bool = False
    ) -> float:
        """Write at a place; gives where the next line may begin."""
        line = self._font(by, family, bold=bold)
        self.pdf.set_xy(x, y)
        self.pdf.multi_cell(width, line, printable(text), align="L", new_x="LMARGIN", new_y="NEXT")
        return self.pdf.get_y()

    def _height(self, text: str, width: float, by: float = 1, family: str = HELVETICA, *, bold: bool = False) -> float:
        line = self._font(by, family, bold=bold)
        height = self.pdf.multi_cell(width, line, printable(text), align="L", dry_run=True, output="HEIGHT")
        assert isinstance(height, float)
        return height

    def _font(self, by: float = 1, family: str = HELVETICA, *, bold: bool = False) -> float:
        """Set the typeface; gives the height of a line."""
        self.pdf.set_font(family, "B" if bold else "", self.size * by)
        return self.size * by * MM * LEADING


def _fill(boxes: Sequence[Box], room: float) -> int:
    """How many boxes stand in one column; a glued one is not left at its foot. One at least, however high."""
    height, count, whole = 0.0, 0, 0
    for box in boxes:
        height += box.height
        if height > room:
            break
        count += 1
        whole = whole if box.glued else count
    return count if count == len(boxes) else whole or max(1, count)


def split(boxes: Sequence[Box], room: float) -> tuple[list[Box], list[Box]] | None:
    """The boxes in two columns of this height, or None where they are too much."""
    first = _fill(boxes, room)
    if any(box.height > room for box in boxes) or _fill(boxes[first:], room) < len(boxes) - first:
        return None
    return list(boxes[:first]), list(boxes[first:])


def balanced(boxes: Sequence[Box], room: float) -> tuple[list[Box], list[Box]]:
    """Two columns: as equal as can be where everything fits, else both as full as can be."""
    if split(boxes, room) is None:
        first = _fill(boxes, room)
        return list(boxes[:first]), list(boxes[first : first + _fill(boxes[first:], room)])
    low = sum(box.height for box in boxes) / 2
    steps = (low + step * (room - low) / 40 for step in range(41))
    return next(two for height in steps if (two := split(boxes, height)) is not None)
