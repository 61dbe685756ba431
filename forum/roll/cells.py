"""From a row's cells to one typed entry of the roll, or to everything that is wrong with it. Pure."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache, lru_cache
from zoneinfo import available_timezones

from babel import Locale

from forum.kernel.errors import N_
from forum.roll.roll_file import LineProblem
from forum.roll.rules import Standing, clean_number

STANDINGS = {
    Standing.GOOD: "good ingoodstanding goodstanding active paid bueno activo aldia alcorriente enregle actif ajour",
    Standing.LAPSED: "lapsed inarrears expired vencido moroso atrasado enretard expire",
    Standing.SUSPENDED: "suspended suspendido suspendida suspendu suspendue",
    Standing.RETIRED: "retired retiree jubilado jubilada retraite retraitee",
}
OFFICES = {
    "officer": "officer executivecouncil council oficial directivo directiva dirigente dirigeant dirigeante",
    "host": "host anfitrion anfitriona hote hotesse",
    "": "none member no ninguno ninguna aucun aucune membre",
}
COUNTRIES = {"usa": "US", "us": "US", "unitedstatesofamerica": "US", "eeuu": "US", "can": "CA", "mex": "MX", "uk": "GB"}
STANDING_WORDS = {word: str(standing) for standing, words in STANDINGS.items() for word in words.split()}
OFFICE_WORDS = {word: office for office, words in OFFICES.items() for word in words.split()} | {"": ""}
_EMAIL = re.compile(r"[^\s@<>()\[\],;:\\\"]{1,64}@[^\s@<>()\[\],;:\\\"]+\.[^\s@<>()\[\],;:\\\".]{2,}")
_NUMBER = re.compile(r"[0-9A-Z](?:[0-9A-Z ./_-]*[0-9A-Z])?")
_THROUGH_EXCEL = re.compile(r"\d(?:[.,]\d+)?E\+?\d+", re.IGNORECASE)
_SLASHED = re.compile(r"(\d{1,2})[/-](\d{1,2})[/-](\d{4})")
_DOTTED = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})")
_ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[ T]00:00(?::00)?)?")
_LOCAL_WORD = re.compile(r"^(?:local|lodge|section|secci[oó]n)\s*(?:no\.?|#|n[º°])?\s+", re.IGNORECASE)
EXCEL_DAYS = range(10_000, 60_000)
EARLIEST = date(1900, 1, 1)


@dataclass(frozen=True, slots=True)
class Entry:
    """One member as the file has them."""

    line: int
    number: str
    name: str
    email: str
    local: str
    council: str
    country: str
    standing: str
    since: date
    office: str
    local_name: str
    timezone: str


class _Row:
    def __init__(self, line: int, cells: dict[str, str]) -> None:
        self.line, self.cells, self.problems = line, cells, list[LineProblem]()

    def problem(self, name: str, sentence: str, **facts: object) -> None:
        self.problems.append(LineProblem(self.line, name, sentence, facts))

    def text(self, name: str, most: int, *, required: bool = True) -> str:
        value = self.cells.get(name, "")
        if required and not value:
            self.problem(name, N_("This cell is empty."))
        elif len(value) > most:
            self.problem(name, N_("At most %(most)s characters; these are %(count)s."), most=most, count=len(value))
        elif hidden := hidden_sign(value):
            self.problem(
                name, N_("There is an invisible or broken character here (%(sign)s). Type the cell again."), sign=hidden
            )
        return value

    def word(self, name: str, words: dict[str, str], said: str) -> str:
        plain = _plain(self.cells.get(name, ""))
        found = words.get(plain)
        if found is None:
            cell = self.cells.get(name, "")[:40]
            self.problem(name, N_("“%(cell)s” is none of: %(words)s."), cell=cell, words=said)
        return found or ""


def read_entry(line: int, cells: dict[str, str], *, order: str, today: date) -> Entry | list[LineProblem]:
    """The entry of one row, or all its problems. `order` ("dm", "md" or "") is how 5/1/2019 is to be read."""
    row = _Row(line, cells)
    entry = Entry(
        line=line,
        number=_number(row),
        name=_name(row),
        email=_email(row),
        local=_LOCAL_WORD.sub("", row.text("local", 40)),
        council=row.text("council", 200),
        country=_country(row),
        standing=row.word("standing", STANDING_WORDS, "good, lapsed, suspended, retired"),
        since=_since(row, order, today),
        office=row.word("office", OFFICE_WORDS, "officer, host"),
        local_name=row.text("local_name", 200, required=False),
        timezone=_timezone(row),
    )
    return row.problems or entry


def hidden_sign(value: str) -> str:
    """The first control, zero-width, private or broken character, as U+…; "" if there is none. Right-to-left letters
    are letters like others; marks that turn the direction of what follows are not let in."""
    if value.isascii() and value.isprintable():
        return ""
    for sign in value:
        if unicodedata.category(sign) in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp") or sign == "\ufffd":
            return f"U+{ord(sign):04X}"
    return ""


def date_order(cells: Iterable[str]) -> str:
    """How a column writes days and months: "dm" or "md" if some date can only be read one way, "" if none or both."""
    day_first = month_first = False
    for cell in cells:
        if found := _SLASHED.fullmatch(cell):
            first, second = int(found[1]), int(found[2])
            day_first |= first > 12 >= second
            month_first |= second > 12 >= first
    return "" if day_first == month_first else "dm" if day_first else "md"


def _number(row: _Row) -> str:
    number = clean_number(row.text("number", 40))
    if _THROUGH_EXCEL.fullmatch(number):
        row.problem(
            "number", N_("The spreadsheet has rounded this number (%(cell)s). Format the column as text."), cell=number
        )
    elif number and not _NUMBER.fullmatch(number):
        row.problem("number", N_("A member number has only letters A to Z, figures, dots, dashes and slashes."))
    return number


def _name(row: _Row) -> str:
    name = row.text("name", 200)
    if name and not any(sign.isalpha() for sign in name):
        row.problem("name", N_("There is no letter in this name."))
    return name


def _email(row: _Row) -> str:
    email = row.text("email", 254, required=False).removeprefix("mailto:")
    if email and not _EMAIL.fullmatch(email):
        row.problem("email", N_("This is not an e-mail address. Leave the cell empty if there is none."))
    return email


def _country(row: _Row) -> str:
    cell = row.text("country", 60)
    code = _country_codes().get(_plain(cell), "")
    if cell and not code:
        row.problem("country", N_("“%(cell)s” is not a country. Two letters are best, such as US."), cell=cell[:40])
    return code


def _timezone(row: _Row) -> str:
    zone = row.text("timezone", 64, required=False)
    if zone and zone not in available_timezones():
        row.problem("timezone", N_("“%(cell)s” is not a time zone, such as America/Chicago."), cell=zone[:40])
    return zone


def _since(row: _Row, order: str, today: date) -> date:
    cell = row.text("since", 40)
    if not cell:
        return EARLIEST
    if (
        (found := _SLASHED.fullmatch(cell))
        and not order
        and found[1] != found[2]
        and max(int(found[1]), int(found[2])) <= 12
    ):
        row.problem("since", N_("%(cell)s may be day or month first. Write the year first: 2019-05-01."), cell=cell)
        return EARLIEST
    read = _date(cell, order)
    if read is None:
        row.problem("since", N_("“%(cell)s” is not a date. Write it like 2019-05-01."), cell=cell)
    elif not EARLIEST <= read <= today:
        row.problem("since", N_("%(cell)s is in the future, or before 1900."), cell=cell)
    return read or EARLIEST


def _date(cell: str, order: str) -> date | None:
    try:
        if found := _ISO.fullmatch(cell):
            return date(int(found[1]), int(found[2]), int(found[3]))
        if found := _DOTTED.fullmatch(cell):
            return date(int(found[3]), int(found[2]), int(found[1]))
        if found := _SLASHED.fullmatch(cell):
            first, second, year = int(found[1]), int(found[2]), int(found[3])
            month_first = second > 12 or (order == "md" and first <= 12)
            return date(year, first, second) if month_first else date(year, second, first)
        if cell.isascii() and cell.isdecimal() and int(cell[:9]) in EXCEL_DAYS:
            return date(1899, 12, 30) + timedelta(days=int(cell))
    except ValueError:
        return None
    return None


@lru_cache(maxsize=4096)  # standings, offices and countries are few
def _plain(cell: str) -> str:
    folded = unicodedata.normalize("NFKD", cell).casefold()
    return "".join(sign for sign in folded if sign.isalnum())


@cache
def _country_codes() -> dict[str, str]:
    codes = dict(COUNTRIES)
    for language in ("en", "es", "fr"):
        for code, name in Locale(language).territories.items():
            if len(code) == 2 and code.isalpha() and code not in ("ZZ", "EU", "UN", "EZ", "XA", "XB"):
                codes.setdefault(_plain(name), code)
                codes.setdefault(code.lower(), code)
    return codes
