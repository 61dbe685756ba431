"""One letter with a voting code on one sheet, for an envelope with a window. Pure: fpdf2 and segno, nothing else.

On A4 the address stands in the window of DL and C5/6 envelopes (DIN 5008, form B): the sheet is folded at 105 mm. On US
Letter it stands where the window of a No. 10 envelope is, however the sheet slips inside: the sheet is folded in three.
Nothing else may stand in a window, least of all the code.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO

import segno
from fpdf import FPDF

from forum.kernel.typeface import printable

QR_SIZE = 42
WORDS = ("sender", "heading", "title", "replaces", "runs", "booth", "warning", "secrecy")


@dataclass(frozen=True, slots=True)
class Sheet:
    """A paper's measures in millimetres. `window` is (left, top, right, bottom) of what may show through; the address
    begins at `address_top` with lines of `line` in letters of `points`."""

    paper: str
    window: tuple[float, float, float, float]
    address_left: float
    address_top: float
    line: float
    points: int
    most_lines: int
    sender_top: float
    body_top: float
    marks: tuple[float, ...]


SHEETS = {
    "A4": Sheet("A4", (20, 45, 110, 90), 25, 63, 4.4, 11, 6, 57, 112, (105, 148.5, 210)),
    "Letter": Sheet("Letter", (22.2, 63.5, 111.1, 80.3), 24, 64, 3.2, 9, 5, 15, 104, (93.1, 186.3)),
}
LEFT, WIDTH = 25, 160
CODE_FACE = "courier"
MASK = 3  # any of the eight masks can be read; to look for the prettiest takes longer than the whole rest of a letter


@dataclass(frozen=True, slots=True)
class Letter:
    """What one sheet says. `words` are the sentences of WORDS in the reader's language; empty ones are left out."""

    address: Sequence[str]
    code: str
    link: str
    words: Mapping[str, str]


class Letters:
    """A file of letters being written. It holds every page until `content` is asked for: keep it to some hundreds."""

    def __init__(self, paper: str) -> None:
        self.sheet = SHEETS[paper]
        self.count = 0
        self._broken: dict[tuple[str, float], list[str]] = {}
        self._pdf = FPDF(format=self.sheet.paper)
        self._pdf.set_margins(LEFT, 15, 20)
        self._pdf.set_auto_page_break(auto=False)

    def add(self, letter: Letter) -> None:
        """One more sheet."""
        pdf, sheet, words = self._pdf, self.sheet, letter.words
        pdf.add_page()
        self.count += 1
        for mark in sheet.marks:
            pdf.line(0, mark, 4, mark)
        self._write(sheet.sender_top, words["sender"], 7, line=3)
        lines = [printable(line) for line in letter.address if line.strip()][: sheet.most_lines]
        for place, line in enumerate(lines):
            self._one(sheet.address_left, sheet.address_top + place * sheet.line, line)
        self._write(sheet.body_top, words["heading"], 15, "B")
        self._below(words["title"])
        self._below(words["replaces"])
        self._below(letter.code, 22, family=CODE_FACE, style="B", gap=5)
        self._below(words["runs"], gap=5)
        self._below(words["booth"])
        self._square(letter.link, pdf.get_y() + 3)
        pdf.set_y(pdf.get_y() + QR_SIZE + 6)
        self._below(words["warning"])
        self._below(words["secrecy"])

    def content(self) -> bytes:
        """The whole file. Full of codes: its caller decides where it may lie."""
        out = BytesIO()
        self._pdf.output(out)
        return out.getvalue()

    def _one(self, left: float, top: float, text: str) -> None:
        """One line, made narrower than the window if need be."""
        room = self.sheet.window[2] - left - 2
        points = float(self.sheet.points)
        self._pdf.set_font("helvetica", size=points)
        while self._pdf.get_string_width(text) > room and points > 5:
            points -= 0.5
            self._pdf.set_font("helvetica", size=points)
        while self._pdf.get_string_width(text) > room:
            text = text[:-1]
        self._pdf.set_xy(left, top)
        self._pdf.cell(room, self.sheet.line, text)

    def _write(
        self, top: float, text: str, points: float, style: str = "", *, family: str = "helvetica", line: float = 6
    ) -> None:
        pdf = self._pdf
        pdf.set_font(family, style=style, size=points)
        key = (text, points)
        if key not in self._broken:  # the same sentences stand on every sheet: their lines are found once
            lines: list[str] = pdf.multi_cell(WIDTH, line, printable(text), align="L", dry_run=True, output="LINES")  # type: ignore[assignment]
            self._broken[key] = lines
        for place, each in enumerate(self._broken[key]):
            pdf.set_xy(LEFT, top + place * line)
            pdf.cell(WIDTH, line, each)
        pdf.set_y(top + len(self._broken[key]) * line)
        if family == CODE_FACE:
            del self._broken[key]

    def _below(
        self, text: str, points: float = 12, *, family: str = "helvetica", style: str = "", gap: float = 2
    ) -> None:
        if text:
            self._write(self._pdf.get_y() + gap, text, points, style, family=family)

    def _square(self, link: str, top: float) -> None:
        rows = [bytes(row) for row in segno.make(link, error="m", micro=False, mask=MASK).matrix_iter(border=2)]
        side = QR_SIZE / len(rows)
        for y, row in enumerate(rows):
            x = row.find(1)
            while x >= 0:
                end = row.find(0, x)
                self._pdf.rect(LEFT + x * side, top + y * side, (end - x) * side, side, style="F")
                x = row.find(1, end)
