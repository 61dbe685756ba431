"""The voter guide as a printed bulletin: a PDF in two columns, on A4 or Letter, for the noticeboard. Pure layout.

The largest type is taken with which everything stands on one sheet. Where that would be too small to read from a step
away, the statements go to a second sheet, both in the largest type that fits. Black ink is enough. Every word comes in
with the `Bulletin`, in the reader's language.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import segno
from fpdf import FPDF

from forum.kernel.typeface import printable
from referendum.digest.bulletin_boxes import COURIER, TIMES, Box, Setter, balanced, split

Page = Literal["A4", "Letter"]
PAGES: tuple[Page, ...] = ("A4", "Letter")
MARGIN, GUTTER, QR_SIDE, FOOT = 12.0, 9.0, 26.0, 31.0
SIZES = (16.0, 15.0, 14.0, 13.0, 12.5, 12.0, 11.5, 11.0, 10.5, 10.0, 9.5, 9.0, 8.5, 8.0)
READABLE = 10.0


@dataclass(frozen=True)
class PrintedArgument:
    """An argument on the sheet: `label` as everyone calls it, `note` where it needs one, what answers it; `link` to its
    page, for whoever reads the sheet on a screen."""

    label: str
    claim: str
    note: str = ""
    answers: tuple[str, ...] = ()
    link: str = ""


@dataclass(frozen=True)
class PrintedSide:
    """What stands under one heading; `empty` is said where nothing does."""

    heading: str
    arguments: tuple[PrintedArgument, ...]
    empty: str


@dataclass(frozen=True)
class PrintedStatement:
    """A statement in paragraphs of plain text; `who` says whose it is."""

    title: str
    who: str
    paragraphs: tuple[str, ...]


@dataclass(frozen=True)
class Bulletin:
    """Everything on the sheet, in words. `dates` are (what, when); `options` (letter, title)."""

    union: str
    kicker: str
    title: str
    dates: tuple[tuple[str, str], ...]
    ballot: str
    options: tuple[tuple[str, str], ...]
    sides: tuple[PrintedSide, ...]
    statements_heading: str
    statements: tuple[PrintedStatement, ...]
    how_heading: str
    how: tuple[str, ...]
    address: str
    foot: tuple[str, ...]
    hash: str


def bulletin_pdf(bulletin: Bulletin, page: Page = "A4") -> bytes:
    """The bulletin as a PDF."""
    sheets = _Sheets(bulletin, page)
    sheets.fill()
    return bytes(sheets.pdf.output())


class _Sheets:
    """The pages of one bulletin."""

    def __init__(self, bulletin: Bulletin, page: Page) -> None:
        self.pdf, self.bulletin = FPDF(format=page), bulletin
        self.pdf.set_title(printable(bulletin.title))
        self.pdf.set_margins(MARGIN, MARGIN, MARGIN)
        self.pdf.set_auto_page_break(auto=False)
        self.pdf.c_margin = 0
        self.pdf.add_page()
        self.whole = self.pdf.w - 2 * MARGIN
        self.column = (self.whole - GUTTER) / 2
        self.plain = Setter(self.pdf, 10, self.whole)

    def fill(self) -> None:
        top = self._head()
        self._foot()
        room = self.pdf.h - MARGIN - FOOT - top
        size, whole = self._largest(lambda type_: [*self._arguments(type_), *self._statements(type_)], room)
        if size >= READABLE or not self.bulletin.statements:
            self._columns(whole, top, room)
            return
        self._columns(self._largest(self._arguments, room)[1], top, room)
        top = self._another()
        room = self.pdf.h - MARGIN - top
        self._columns(self._largest(self._statements, room)[1], top, room)

    def _largest(self, make: Callable[[Setter], list[Box]], room: float) -> tuple[float, list[Box]]:
        """The boxes in the largest type that fits one sheet, and that size; 0, in a readable one, if none does."""
        for size in SIZES:
            boxes = make(Setter(self.pdf, size, self.column))
            if split(boxes, room) is not None:
                return size, boxes
        return 0.0, make(Setter(self.pdf, READABLE, self.column))

    def _columns(self, boxes: Sequence[Box], top: float, room: float) -> None:
        """Two columns, and on more sheets what is left."""
        two = balanced(boxes, room)
        ends = []
        for place, column in enumerate(two):
            y = top
            for box in column:
                box.draw(MARGIN + place * (self.column + GUTTER), y)
                y += box.height
            ends.append(y)
        self.pdf.set_line_width(0.2)
        self.pdf.line(self.pdf.w / 2, top, self.pdf.w / 2, max(ends))
        left = boxes[sum(map(len, two)) :]
        if left:
            top = self._another()
            self._columns(left, top, self.pdf.h - MARGIN - top)

    def _another(self) -> float:
        """One more sheet, with a line that says to what it belongs; gives where its columns begin."""
        self.pdf.add_page()
        title = f"{self.bulletin.kicker}: {self.bulletin.title}"
        y = self.plain.text(MARGIN, MARGIN, self.whole, title, 0.9, bold=True)
        self._rule(y + 1, 0.9)
        return y + 4

    def _head(self) -> float:
        told = self.bulletin
        y = self.plain.text(MARGIN, MARGIN, self.whole, told.union, 1.2, bold=True)
        self._rule(y + 1, 0.9)
        y = self.plain.text(MARGIN, y + 3, self.whole, told.kicker)
        y = self.plain.text(MARGIN, y, self.whole, told.title, 2.1 if len(told.title) < 90 else 1.6, TIMES, bold=True)
        y, bottom, width = y + 1.5, y + 1.5, self.whole / max(1, len(told.dates))
        for place, (what, date) in enumerate(told.dates):
            x = MARGIN + place * width
            end = self.plain.text(x, y, width - 2, what, 0.85)
            bottom = max(bottom, self.plain.text(x, end, width - 2, date, 0.95, bold=True))
        self._rule(bottom + 1.5, 0.3)
        return bottom + 4.5

    def _foot(self) -> None:
        told, y = self.bulletin, self.pdf.h - MARGIN - FOOT + 2
        self._rule(y, 0.9)
        _square(self.pdf, told.address, self.pdf.w - MARGIN - QR_SIDE, y + 3)
        width = self.whole - QR_SIDE - 6
        y = self.plain.text(MARGIN, y + 3, width, told.address, 1.1, bold=True) + 1
        for line in told.foot:
            y = self.plain.text(MARGIN, y, width, line, 0.85) + 0.5
        self.plain.text(MARGIN, y, width, told.hash, 0.72, COURIER)

    def _rule(self, y: float, weight: float) -> None:
        self.pdf.set_line_width(weight)
        self.pdf.line(MARGIN, y, self.pdf.w - MARGIN, y)

    def _arguments(self, type_: Setter) -> list[Box]:
        """The ballot, the arguments of every side, and how to vote."""
        told = self.bulletin
        boxes = [type_.framed(told.ballot, [f"{letter}  {title}" for letter, title in told.options])]
        for side in told.sides:
            boxes.append(type_.heading(side.heading))
            boxes += [
                type_.labelled(each.label, each.claim, [text for text in (each.note, *each.answers) if text], each.link)
                for each in side.arguments
            ] or [type_.line(side.empty)]
        how = [type_.line(sentence) for sentence in told.how]
        return [*boxes, type_.heading(told.how_heading), *how] if how else boxes

    def _statements(self, type_: Setter) -> list[Box]:
        boxes = [type_.heading(self.bulletin.statements_heading)] if self.bulletin.statements else []
        for statement in self.bulletin.statements:
            boxes.append(type_.line(statement.title, 1.1, bold=True, glued=True))
            boxes.append(type_.line(statement.who, 0.85, glued=True))
            boxes += [line for text in statement.paragraphs for line in type_.paragraph(text)]
        return boxes


def _square(pdf: FPDF, link: str, left: float, top: float) -> None:
    rows = [bytes(row) for row in segno.make(link, error="m", micro=False).matrix_iter(border=0)]
    side = QR_SIDE / len(rows)
    for y, row in enumerate(rows):
        for x, dark in enumerate(row):
            if dark:
                pdf.rect(left + x * side, top + y * side, side, side, style="F")
