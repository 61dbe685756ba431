"""The printed letters: one page each, made in memory and handed over. No system font is needed.

The built-in fonts write western European letters. Other Latin letters are brought to their plain form; a name in
another script is left out rather than broken: the number says whom the letter is for.
"""

import unicodedata
from collections.abc import Sequence

from flask_babel import gettext as _
from fpdf import FPDF

from forum.signin.letter_operations import Letter

_PLAIN = str.maketrans("ŁłĐđĦħıŦŧŊŋ’‘“”–—…", "LlDdHhiTtNn''\"\"--.")


def make_sheets(letters: Sequence[Letter], *, union_name: str, base_url: str, help_line: str, days: int) -> bytes:
    """A PDF with one page a letter."""
    sheets = FPDF(format="A4")
    sheets.set_margins(25, 25, 25)
    sheets.set_title(printable(_("Letters with codes")))
    for letter in letters:
        _page(sheets, letter, union_name, base_url, help_line, days)
    return bytes(sheets.output())


def printable(text: str) -> str:
    """The text as the built-in fonts can write it; "" if its script is not theirs."""
    text = unicodedata.normalize("NFC", text).translate(_PLAIN)
    for attempt in (
        text,
        "".join(sign for sign in unicodedata.normalize("NFKD", text) if not unicodedata.combining(sign)),
    ):
        try:
            return attempt.encode("latin-1").decode("latin-1")
        except UnicodeEncodeError:
            continue
    return ""


def _page(sheets: FPDF, letter: Letter, union_name: str, base_url: str, help_line: str, days: int) -> None:
    sheets.add_page()
    _line(sheets, union_name, size=16, bold=True, after=18)
    if name := printable(letter.name):
        _line(sheets, name)
    _line(sheets, _("Member number %(number)s", number=letter.number))
    _line(sheets, _("Local %(number)s", number=letter.local), after=14)
    _line(sheets, _("Your way into the hall"), size=14, bold=True, after=4)
    _line(sheets, _("Your union debates and votes on this site. With this code you set up your account:"), after=4)
    _line(sheets, f"{base_url}/activate", bold=True, after=4)
    _line(sheets, letter.code, size=22, bold=True, after=6, font="Courier")
    _line(sheets, _("Choose there: it is in the letter. Type your member number and the code, and choose a password."))
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
