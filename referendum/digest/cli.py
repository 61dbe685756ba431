"""`flask digest check FILE`: recompute the digest from the public record alone; no settings, no database."""

from pathlib import Path

import click

from referendum.crypto.canonical import Malformed
from referendum.digest.published import check

LARGEST_FILE = 50_000_000


def letter(position: int) -> str:
    """A for the first option on the ballot, as everywhere else."""
    return chr(ord("A") + position) if 0 <= position < 26 else str(position + 1)


@click.group("digest")
def digest() -> None:
    """The frozen voter guide."""


@digest.command("check")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def check_digest(file: Path) -> None:
    """Recompute scores and selection from an exported public record, and compare them with what was
    published.
    """
    if file.stat().st_size > LARGEST_FILE:
        raise click.ClickException("the file is too large for a digest")
    try:
        selection, faults = check(file.read_bytes())
    except Malformed as problem:
        raise click.ClickException(f"this cannot be read as a digest: {problem}") from None
    for section in selection.sections:
        click.echo(f"Option {letter(section.option)}{f', {section.side}' if section.side else ''}:")
        for line in section.lines:
            right = " (by the minority’s right)" if line.group is not None else ""
            click.echo(f"  A-{line.number:02d}  {line.billionths / 10**9:.9f}{right}")
    click.echo(f"{len(selection.numbers)} arguments taken, {len(selection.left_out)} left out.")
    if faults:
        raise click.ClickException(
            "the published digest does not follow from the record:\n- " + "\n- ".join(faults)
        )
    click.echo("The digest follows from the record.")
