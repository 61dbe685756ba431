"""Voting codes on paper: one page a member, for an envelope with a window, as one PDF in memory."""

from collections.abc import Sequence
from io import BytesIO

import segno
from flask_babel import force_locale, gettext
from fpdf import FPDF

from forum.kernel.languages import when
from forum.kernel.settings import Settings
from forum.kernel.typeface import printable, printable_name
from referendum.electorate.post import Paper, link_of
from referendum.electorate.queries import Addressee

LEFT, WINDOW_TOP, BODY_TOP = 25, 50, 105
QR_SIZE = 42
WIDTH = 160


def letters_pdf(handed: Sequence[tuple[Addressee, str]], paper: Paper, settings: Settings) -> bytes:
    """One page for each person, in the person's language. Keep the answer in memory only: it is full of codes."""
    pdf = FPDF(format="A4")
    pdf.set_margins(LEFT, 20, LEFT)
    pdf.set_auto_page_break(auto=False)
    for person, code in handed:
        with force_locale(person.language or "en"):
            _page(pdf, person, code, paper, settings)
    out = BytesIO()
    pdf.output(out)
    return out.getvalue()


def _page(pdf: FPDF, person: Addressee, code: str, paper: Paper, settings: Settings) -> None:
    pdf.add_page()
    pdf.set_font("helvetica", size=9)
    _at(pdf, WINDOW_TOP - 8, settings.union_name)
    pdf.set_font("helvetica", size=12)
    address = (printable_name(person.name), gettext("Local %(number)s", number=person.local), person.number)
    _at(pdf, WINDOW_TOP, "\n".join(line for line in address if line))
    pdf.set_font("helvetica", style="B", size=15)
    _at(pdf, BODY_TOP, gettext("Your voting code for question %(number)s", number=paper.number))
    pdf.set_font("helvetica", size=12)
    _below(pdf, paper.title)
    if paper.replaces:
        _below(pdf, gettext("This is a new voting code. An older one, if you have it, no longer counts."))
    pdf.set_font("courier", style="B", size=22)
    _below(pdf, code, gap=6)
    pdf.set_font("helvetica", size=12)
    opens, closes = (str(when(at, "full").striptags()) for at in (paper.opens_at, paper.closes_at))
    _below(pdf, gettext("Voting runs from %(opens)s to %(closes)s.", opens=opens, closes=closes), gap=6)
    booth = f"{settings.base_url}/booth/{paper.public_id}"
    _below(pdf, gettext("Open %(address)s and type the code, or point a phone’s camera at this:", address=booth))
    _square(pdf, link_of(paper.public_id, code, settings), pdf.get_y() + 3)
    pdf.set_y(pdf.get_y() + QR_SIZE + 6)
    _below(pdf, gettext("Whoever has this code can vote in your place. Nobody will ever ask you for it."))
    _below(pdf, gettext("The booth asks for no sign-in. Nobody learns how you vote."))


def _at(pdf: FPDF, top: float, text: str) -> None:
    pdf.set_xy(LEFT, top)
    pdf.multi_cell(WIDTH, 6, printable(text), align="L")


def _below(pdf: FPDF, text: str, gap: float = 2) -> None:
    _at(pdf, pdf.get_y() + gap, text)


def _square(pdf: FPDF, link: str, top: float) -> None:
    rows = [bytes(row) for row in segno.make(link, error="m", micro=False).matrix_iter(border=2)]
    side = QR_SIZE / len(rows)
    for y, row in enumerate(rows):
        x = 0
        while x < len(row):
            end = x
            while end < len(row) and row[end]:
                end += 1
            if end > x:
                pdf.rect(LEFT + x * side, top + y * side, (end - x) * side, side, style="F")
            x = max(end, x + 1)
