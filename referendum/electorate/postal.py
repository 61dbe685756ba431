"""Postal addresses from the union's own office: a CSV file with the columns number, line1 to line6. Pure.

The site keeps no postal addresses. The file is read where it lies: in memory is only where each member's row begins, 16
bytes or so a member.
"""

import csv
import hashlib
from array import array
from bisect import bisect_left
from collections.abc import Iterator
from pathlib import Path

from referendum.crypto.canonical import Malformed

COLUMNS = ("line1", "line2", "line3", "line4", "line5", "line6")
_PLACE_BITS = 36


class PostalFile:
    """Where letters go, by member number. Raises Malformed for a file without the columns."""

    def __init__(self, path: Path) -> None:
        self._path = path
        with path.open("rb") as file:
            self._names = next(csv.reader([file.readline().decode("utf-8-sig")]), [])
        if "number" not in self._names or "line1" not in self._names:
            raise Malformed("the file of postal addresses needs a first line with the columns number and line1")
        self._places = array("Q", sorted(_key(number) | place for place, number in self._rows()))

    def lines(self, number: str) -> list[str]:
        """The lines below the name; none for a member who is not in the file."""
        first = bisect_left(self._places, _key(number))
        with self._path.open("rb") as file:
            for each in self._places[first : first + 8]:
                if each >> _PLACE_BITS != _key(number) >> _PLACE_BITS:
                    break
                file.seek(each & ((1 << _PLACE_BITS) - 1))
                row = self._row(file.readline())
                if row.get("number", "").strip() == number:
                    return [row[name].strip() for name in COLUMNS if row.get(name, "").strip()]
        return []

    def _rows(self) -> Iterator[tuple[int, str]]:
        with self._path.open("rb") as file:
            place = len(file.readline())
            for line in file:
                yield place, self._row(line).get("number", "").strip()
                place += len(line)

    def _row(self, line: bytes) -> dict[str, str]:
        try:
            values = next(csv.reader([line.decode("utf-8")], strict=True), [])
        except (UnicodeDecodeError, csv.Error):
            raise Malformed("the postal addresses are not UTF-8, or a row of them goes over several lines") from None
        return dict(zip(self._names, values, strict=False))


def _key(number: str) -> int:
    return int.from_bytes(hashlib.sha256(number.encode()).digest()[:8], "big") >> _PLACE_BITS << _PLACE_BITS
