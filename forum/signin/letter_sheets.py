"""The printed letters: one page each, made in memory and handed over."""

from collections.abc import Sequence

from flask_babel import gettext as _
from fpdf import FPDF

from forum.kernel.typeface import printable, printable_name
from forum.signin.letter_operations import Letter


def make_sheets(letters: Sequence[Letter], *, union_name: str, base_url: str, help_line: str, days: int) -> bytes:
    """A PDF with one page a letter."""
    sheets = FPDF(format="A4")
    sheets.set_margins(25, 25, 25)
    sheets.set_title(printable(_("Letters with codes")))
    for letter in letters:
        _page(sheets, letter, union_name, base_url, help_line, days)
    return bytes(sheets.output())


def _page(sheets: FPDF, letter: Letter, union_name: str, base_url: str, help_line: str, days: int) -> None:
    sheets.add_page()
    _line(sheets, union_name, size=16, bold=True, after=18)
    if name := printable_name(letter.name):
        _line(sheets, name)
    _line(sheets, _("Member number %(number)s", number=letter.number))
    _line(sheets, _("Local %(number)s", number=letter.local), after=14)
    _line(sheets, _("Your way into the hall"), size=14, bold=True, after=4)
    _line(sheets, _("Your union debates and votes on this site. With this code you set up your account:"), after=4)
    _line(sheets, f"{base_url}/activate", bold=True, after=4)
    _line(sheets, letter.code, size=22, bold=True, after=6, font="Courier")
    _line(sheets, _("Choose there: “%(choice)s”.", choice=_("It is in the letter the union sent me")))
    _line(sheets, _("Type your member number and the code, and choose a password."))
    _line(
        sheets,
        _("The code works once, for %(days)s days. Nobody from the union will ever ask you for it.", days=days),
        after=6,
    )
    _line(sheets, _("This is not your voting code. That one comes separately, and your vote stays secret."))
    if help_line:
        _line(sheets, _("Help from a person: %(where)s", where=help_line))


def _line(
    sheets: FPDF, text: str, *, size: int = 12, bold: bool = False, after: int = 1, font: str = "Helvetica"
) -> None:
    sheets.set_font(font, "B" if bold else "", size)
    sheets.multi_cell(0, size * 0.5, printable(text), align="L", new_x="LMARGIN", new_y="NEXT")
    sheets.ln(after)
