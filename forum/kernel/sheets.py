"""Figures as CSV: for spreadsheets, and for readers to whom a picture says nothing. Pure."""

import csv
import io
from collections.abc import Iterable, Sequence


def sheet(heading: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """CSV with a heading. A cell that a spreadsheet would take for a formula is marked as text."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(heading)
    for row in rows:
        writer.writerow([_plain(cell) for cell in row])
    return out.getvalue()


def _plain(cell: object) -> object:
    if isinstance(cell, str) and cell.lstrip()[:1] in ("=", "+", "-", "@", "\t", "\r"):
        return f"'{cell}"
    return "" if cell is None else cell
