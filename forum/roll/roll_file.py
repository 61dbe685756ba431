"""From the bytes of a roll file to numbered rows: encodings, separators, headings as spreadsheets write them.

Nothing here raises for bad content: what cannot be read comes back as problems, each with its line. Pure.
"""

import codecs
import csv
import dataclasses
import io
import re
import unicodedata
from collections.abc import Iterator

from forum.kernel.errors import N_

MOST_BYTES = 60 * 1024 * 1024
MOST_CELL = 2_000
MOST_HEADING = 20_000
MOST_LINES_OF_A_ROW = 20
FIELDS = ("number", "name", "email", "local", "council", "country", "standing", "since", "office")
OPTIONAL = ("local_name", "timezone")
DELIMITERS = (",", ";", "\t", "|")

_HEADINGS = {
    "number": "number membernumber memberno memberid no numero numerodesocio numerodeafiliado numerosocio socio"
    " numerodemembre numeromembre numeroadherent numeroadherente numerodadherent matricule",
    "name": "name membername fullname nombre nombrecompleto nombreyapellidos nom nomcomplet nometprenom",
    "email": "email mail emailaddress correo correoelectronico courriel adressemail adresseelectronique",
    "local": "local localnumber localno lodge chapter seccion seccionlocal section sectionlocale",
    "council": "council district state region consejo distrito estado conseil departement etat",
    "country": "country countrycode pais pays",
    "standing": "standing status memberstatus situacion estatus situation statut",
    "since": "since membersince joined joindate datejoined desde fechadealta miembrodesde depuis"
    " membredepuis dateadhesion",
    "office": "office role cargo puesto fonction poste charge",
    "local_name": "localname nameoflocal nombredelaseccion nombredelocal nomdelasection nomlocal",
    "timezone": "timezone zonahoraria fuseauhoraire fuseau",
}
HEADINGS = {word.lower(): name for name, words in _HEADINGS.items() for word in words.split()}
BLANK = re.compile(r"[\s\u00a0\u2007\u202f]+")
_WRAPPED = re.compile(r'^="(.*)"$', re.DOTALL)


@dataclasses.dataclass(frozen=True, slots=True)
class LineProblem:
    """One bad line: its number in the file (0 for the whole file), the column, what is wrong."""

    line: int
    field: str
    text: str
    facts: dict[str, object] = dataclasses.field(default_factory=dict)


def decode(raw: bytes) -> tuple[str, LineProblem | None]:
    """The text of a file in UTF-8, UTF-16 or Windows' western code page; a problem if it is no text at all."""
    if raw.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        return "", LineProblem(0, "", N_("This is a workbook. In the spreadsheet choose Save as, then CSV (UTF-8)."))
    if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        text = raw.decode("utf-16", "replace")
    elif len(raw) > 3 and raw[:200].count(0) * 3 > len(raw[:200]):
        text = raw.decode("utf-16-le" if raw[1] == 0 else "utf-16-be", "replace")
    else:
        try:
            text = raw.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = raw.decode("cp1252", "replace")
    if "\x00" in text or raw.startswith((b"%PDF", b"\x89PNG", b"\xff\xd8\xff")):
        return "", LineProblem(0, "", N_("This is not a text file. Choose the roll saved as CSV."))
    return text.lstrip("\ufeff"), None


def cleaned(cell: str) -> str:
    """A cell as it was meant: Excel's ="00123" unwrapped, blanks of every kind made plain, composed letters."""
    if cell.isascii() and cell.isprintable() and "  " not in cell and not cell.startswith('="'):
        return cell.strip()  # nearly every cell: nothing to unwrap, to compose or to make plain
    cell = cell.strip(" \t\u00a0")
    if wrapped := _WRAPPED.match(cell):
        cell = wrapped[1].replace('""', '"')
    return BLANK.sub(" ", unicodedata.normalize("NFC", cell)).strip()


def heading(cell: str) -> str:
    """Which field a column's heading names, in English, Spanish or French; "" if none."""
    plain = unicodedata.normalize("NFKD", cleaned(cell)).casefold()
    return HEADINGS.get("".join(sign for sign in plain if sign.isascii() and sign.isalnum()), "")


class RollFile:
    """A roll file whose headings were found: `rows()` may be walked more than once."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.line_count = text.count("\n") + 1
        self.problems: list[LineProblem] = []
        self.ignored: list[str] = []
        self.delimiter = ","
        self._skipped = 0
        self._columns: list[str] = []
        self._find_headings()

    def rows(self) -> Iterator[tuple[int, dict[str, str]] | LineProblem]:
        """(line, cleaned cells by field) of every row that is not empty, or what keeps it from being read."""
        for read in self._records():
            if isinstance(read, LineProblem):
                yield read
                continue
            line, cells = read
            cells = [cleaned(cell) for cell in cells]
            if not any(cells):
                continue
            if any(cells[len(self._columns) :]):
                yield LineProblem(line, "", N_("There are more cells here than headings in the first line."))
                continue
            cells += [""] * (len(self._columns) - len(cells))
            yield line, {name: cell for name, cell in zip(self._columns, cells, strict=False) if name}

    def column(self, name: str) -> Iterator[str]:
        """The cleaned cells of one field alone, of the rows that can be read and have one."""
        place = self._columns.index(name)
        for read in self._records():
            if not isinstance(read, LineProblem) and place < len(read[1]):
                yield cleaned(read[1][place])

    def _records(self) -> Iterator[tuple[int, list[str]] | LineProblem]:
        reader = csv.reader(io.StringIO(self.text, newline=""), delimiter=self.delimiter)
        begun = 0
        while True:
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error:
                yield LineProblem(begun + 1, "", N_("This line cannot be read. Is a quotation mark left open?"))
                begun = reader.line_num
                continue
            line, begun = begun + 1, reader.line_num
            if line <= self._skipped:
                continue
            if begun - line >= MOST_LINES_OF_A_ROW or any(len(cell) > MOST_CELL for cell in cells):
                yield LineProblem(line, "", N_("This line swallows the next ones. Is a quotation mark left open?"))
                continue
            yield line, cells

    def _find_headings(self) -> None:
        found = [(sign, *self._first_row(sign)) for sign in DELIMITERS]
        self.delimiter, cells, self._skipped = max(found, key=lambda each: sum(bool(heading(cell)) for cell in each[1]))
        if not any(cells):
            self.problems.append(LineProblem(0, "", N_("The file is empty.")))
            return
        self._columns = [heading(cell) for cell in cells]
        named = zip(cells, self._columns, strict=True)
        self.ignored = [cleaned(cell) for cell, name in named if not name and cleaned(cell)]
        while self._columns and not cleaned(cells[len(self._columns) - 1]):
            self._columns.pop()
        self._check_headings(self._skipped)

    def _first_row(self, delimiter: str) -> tuple[list[str], int]:
        """The first row with anything in it, after Excel's "sep=;", and the line on which it ends."""
        reader = csv.reader(io.StringIO(self.text[:MOST_HEADING], newline=""), delimiter=delimiter)
        try:
            for cells in reader:
                joined = "".join(cells).strip()
                if joined and not (joined.lower().startswith("sep=") and len(joined) <= 5):
                    return cells, reader.line_num
        except csv.Error:
            pass
        return [], 0

    def _check_headings(self, line: int) -> None:
        for name in FIELDS + OPTIONAL:
            if self._columns.count(name) > 1:
                self.problems.append(LineProblem(line, name, N_("Two columns have this heading.")))
        missing = [name for name in FIELDS if name not in self._columns]
        if len(missing) == len(FIELDS):
            self.problems.append(LineProblem(line, "", N_("The first line must name the columns.")))
        else:
            self.problems += [LineProblem(line, name, N_("This column is missing.")) for name in missing]
