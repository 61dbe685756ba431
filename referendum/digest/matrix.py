"""The readings at the close under random reader numbers: the file that observers check the opinion groups from. Pure.

One line a reader, sorted by reader number; one column an argument; 1 agrees, -1 disagrees, 0 passes, empty has not
read. It holds no local and no person, and still it may not be published: whoever knows some of a member's readings
could find that member's line.
"""

import csv
import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from io import StringIO

from forum.opinion.rules import Counts
from referendum.crypto.canonical import Malformed

FIRST = "reader"
READER = re.compile("[0-9a-f]{16}", re.ASCII)
LABEL = re.compile("A-([1-9][0-9]{0,8})", re.ASCII)
VALUES = {"1": 1, "-1": -1, "0": 0}
IN_A_PART = 500

Row = tuple[str, Mapping[int, int]]
"""A reader number and that reader's readings by argument number."""


def parts_of(rows: Sequence[Row], numbers: Iterable[int]) -> Iterator[str]:
    """The file in parts, the first with the header; `rows` must be sorted by reader number."""
    columns = sorted(numbers)
    yield ",".join([FIRST, *(f"A-{number}" for number in columns)]) + "\n"
    place = {number: at for at, number in enumerate(columns)}
    for start in range(0, len(rows), IN_A_PART):
        yield "".join(_line(row, place) for row in rows[start : start + IN_A_PART])


def _line(row: Row, place: Mapping[int, int]) -> str:
    reader, readings = row
    cells = [""] * len(place)
    for number, value in readings.items():
        cells[place[number]] = str(value)
    return f"{reader},{','.join(cells)}\n" if cells else f"{reader}\n"


def hash_of(parts: Iterable[str]) -> str:
    """SHA-256 of the whole file."""
    whole = hashlib.sha256()
    for part in parts:
        whole.update(part.encode())
    return whole.hexdigest()


def read(raw: bytes) -> tuple[list[int], list[Row]]:
    """The arguments and the readers of a file. Raises `Malformed` with the number of the line that is wrong."""
    try:
        lines = csv.reader(StringIO(raw.decode("ascii")), strict=True)
        columns = _columns(next(lines, []))
        rows = [_row(place, cells, columns) for place, cells in enumerate(lines, 2)]
    except (UnicodeDecodeError, csv.Error) as problem:
        raise Malformed(f"this is no table of readings: {problem}") from None
    if len({reader for reader, _ in rows}) != len(rows):
        raise Malformed("a reader stands there twice")
    return columns, rows


def _columns(header: list[str]) -> list[int]:
    found = [LABEL.fullmatch(label) for label in header[1:]]
    numbers = [int(each[1]) for each in found if each]
    if header[:1] != [FIRST] or not all(found) or len(set(numbers)) != len(numbers):
        raise Malformed("line 1: the columns are “reader” and then arguments, each once")
    return numbers


def _row(place: int, cells: list[str], columns: list[int]) -> Row:
    if len(cells) != len(columns) + 1:
        raise Malformed(f"line {place}: it has {len(cells)} columns, the header {len(columns) + 1}")
    if not READER.fullmatch(cells[0]):
        raise Malformed(f"line {place}: a reader number is 16 characters, 0 to 9 and a to f")
    if not all(cell in VALUES for cell in cells[1:] if cell):
        raise Malformed(f"line {place}: a reading is 1, -1, 0 or empty")
    return cells[0], {number: VALUES[cell] for number, cell in zip(columns, cells[1:], strict=True) if cell}


def counts_by_group(rows: Iterable[Row], group_of: Mapping[str, int]) -> dict[int, dict[int, Counts]]:
    """Group → argument → its readings in that group; readers without a group are left out."""
    tallies: dict[int, dict[int, list[int]]] = {group: {} for group in sorted(set(group_of.values()))}
    arguments: set[int] = set()
    for reader, readings in rows:
        arguments |= readings.keys()
        if reader in group_of:
            tally = tallies[group_of[reader]]
            for number, value in readings.items():
                tally.setdefault(number, [0, 0, 0])[value] += 1  # at 1 who agrees, at -1 who disagrees, at 0 who passes
    return {
        group: {number: _counts(tally.get(number, [0, 0, 0])) for number in sorted(arguments)}
        for group, tally in tallies.items()
    }


def _counts(found: Sequence[int]) -> Counts:
    return Counts(found[1], found[-1], found[0])


def sizes(group_of: Mapping[str, int]) -> dict[int, int]:
    """How many readers each group has."""
    return dict(sorted(Counter(group_of.values()).items()))
