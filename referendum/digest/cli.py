"""`flask digest check FILE` recomputes the digest from the public record alone; `flask digest groups` is for observers.

No settings, no database: both work wherever the program can be started.
"""

from pathlib import Path

import click

from forum.arguments.rules import label_of
from referendum.crypto.canonical import Malformed, read_json
from referendum.digest.differences import letter
from referendum.digest.grouping import group_differences
from referendum.digest.published import check
from referendum.digest.record import PublicRecord, from_json
from referendum.digest.rules import Line, Selection, in_words

LARGEST_FILE = 50_000_000
LARGEST_MATRIX = 500_000_000
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group("digest")
def digest() -> None:
    """The frozen voter guide."""


@digest.command("check")
@click.argument("file", type=FILE)
@click.option("--reasons", is_flag=True, help="Also say of every argument left out why.")
def check_digest(file: Path, *, reasons: bool) -> None:
    """Recompute scores and selection from an exported public record, and compare them with what was
    published.
    """
    try:
        selection, faults = check(_bytes_of(file, LARGEST_FILE))
    except Malformed as problem:
        raise click.ClickException(f"this cannot be read as a digest: {problem}") from None
    _print(selection, reasons=reasons)
    if faults:
        raise click.ClickException(
            "the published digest does not follow from the record:\n- " + "\n- ".join(faults)
        )
    click.echo("The digest follows from the record.")


@digest.command("groups")
@click.argument("matrix", type=FILE)
@click.argument("record", type=FILE)
def check_groups(matrix: Path, record: Path) -> None:
    """For observers: find the opinion groups in MATRIX anew, and compare them with the public RECORD (digest.json)."""
    try:
        told = _record_of(_bytes_of(record, LARGEST_FILE))
        faults = group_differences(_bytes_of(matrix, LARGEST_MATRIX), told)
    except Malformed as problem:
        raise click.ClickException(f"this cannot be read: {problem}") from None
    if faults:
        raise click.ClickException("the groups do not follow from the matrix:\n- " + "\n- ".join(faults))
    for group, size in sorted(told.groups.items()):
        click.echo(f"Group {group + 1}: {size} people")
    click.echo(f"{told.readers} readers, {len(told.groups)} groups. The groups follow from the matrix.")


def _bytes_of(file: Path, most: int) -> bytes:
    if file.stat().st_size > most:
        raise Malformed(f"{file.name} is too large")
    return file.read_bytes()


def _record_of(raw: bytes) -> PublicRecord:
    value = read_json(raw)
    if not isinstance(value, dict):
        raise Malformed("the file holds no object")
    return from_json(value.get("record", value))


def _print(selection: Selection, *, reasons: bool) -> None:
    for section in selection.sections:
        click.echo(f"Option {letter(section.option)}{f', {section.side}' if section.side else ''}:")
        for line in section.lines:
            click.echo(f"  {label_of(line.number)}  {line.billionths / 10**9:.9f}{_right(line)}")
    click.echo(f"{len(selection.numbers)} arguments taken, {len(selection.left_out)} left out.")
    for row in selection.left_out if reasons else ():
        click.echo(f"  {label_of(row.number)}  {in_words(row.reason, row.other)}")


def _right(line: Line) -> str:
    return " (by the minority’s right)" if line.group is not None else ""
