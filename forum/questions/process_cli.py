"""`flask process check FILE`: every fault of a union's own process with its line, or the process in plain sentences.

No settings, no database: it works wherever the program can be started.
"""

from pathlib import Path

import click

from forum.questions.process import Process
from forum.questions.process_words import electorate_in_words, stage_in_words
from forum.questions.template_faults import read_with_lines
from forum.questions.templates import LARGEST_FILE


@click.group("process")
def process() -> None:
    """How a question is decided."""


@process.command("check")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--members", default=0, help="How many members the union has; small unions may have lower floors.")
def check_process(file: Path, members: int) -> None:
    """Read a process from TOML and tell every fault with its line, or what it says in plain sentences."""
    if file.stat().st_size > 4 * LARGEST_FILE:
        raise click.ClickException("the file is too large for a template")
    try:
        text = file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise click.ClickException("the file is not UTF-8 text") from None
    found, faults = read_with_lines(text, union_size=members)
    for fault in faults:
        where = f"{fault.problem.field}: " if fault.problem.field else ""
        click.echo(f"{file.name}:{fault.line}: {where}{fault.problem.text % fault.problem.facts}")
    if found is None:
        raise click.ClickException(f"{len(faults)} fault{'s' if len(faults) > 1 else ''} in {file.name}")
    _print(found)


def _print(found: Process) -> None:
    click.echo(f"{found.title}\n\nWho may vote: {electorate_in_words(found.electorate)}\n")
    for place, stage in enumerate(found.stages, 1):
        click.echo(f"{place}. {stage_in_words(stage)}")
    click.echo("\nThe process has no fault.")
