"""Figures as CSV: for spreadsheets, and for readers to whom a picture says nothing."""

import csv
import io
from collections.abc import Iterable, Sequence

from flask import Response


def sheet(heading: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """CSV with a heading. A cell that a spreadsheet would take for a formula is marked as text."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(heading)
    for row in rows:
        writer.writerow([_plain(cell) for cell in row])
    return out.getvalue()


def download(name: str, text: str) -> Response:
    """A sheet as a file, with the mark by which spreadsheets know that it is UTF-8."""
    answer = Response("\ufeff" + text, mimetype="text/csv")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _plain(cell: object) -> object:
    if isinstance(cell, str) and cell.lstrip()[:1] in ("=", "+", "-", "@", "\t", "\r"):
        return f"'{cell}"
    return "" if cell is None else cell
