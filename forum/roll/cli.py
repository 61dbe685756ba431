"""Commands of the roll: `flask roll import FILE`, `flask roll undo`."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from flask import current_app
from flask.cli import with_appcontext
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from forum.kernel import clock
from forum.kernel.database import transaction
from forum.kernel.errors import Refusal
from forum.roll import import_operations, import_queries, importing
from forum.roll.models import RollImport


@click.group("roll")
def roll() -> None:
    """The roll of members."""


@roll.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--yes", is_flag=True, help="Apply it after the dry run.")
@click.option("--mark-left", is_flag=True, help="Members who are not in the file have left.")
@with_appcontext
def import_roll(file: Path, *, yes: bool, mark_left: bool) -> None:
    """Look a roll file over; with --yes, apply it, all or nothing."""
    settings = current_app.config["HUSTINGS"]
    try:
        with transaction(write=True):
            import_id = import_operations.receive_roll(None, file.name, file.read_bytes(), now=clock.now()).id
        with _bar("Reading", _find(import_id).total) as tell:
            importing.look_over(import_id, settings, tell)
        looked = _find(import_id)
        _report(looked)
        if not yes or looked.state != "ready":
            with transaction(write=True):
                import_operations.drop_import(import_id, now=clock.now())
            click.echo("Nothing was changed. Run it again with --yes to apply it.")
            return
        with transaction(write=True):
            total = import_operations.begin_apply(None, import_id, marks_absent=mark_left, now=clock.now()).total
        with _bar("Writing", total) as tell:
            importing.write(import_id, settings, tell)
    except Refusal as refusal:
        raise click.ClickException(str(refusal)) from refusal
    click.echo("The roll is imported. flask roll undo takes it back.")


@roll.command("undo")
@with_appcontext
def undo_roll() -> None:
    """Take the newest import back."""
    try:
        with transaction(write=True):
            import_operations.undo_import(None, import_queries.newest_applied(), now=clock.now())
    except Refusal as refusal:
        raise click.ClickException(str(refusal)) from refusal
    click.echo("The newest import is undone.")


def _find(import_id: int) -> RollImport:
    with transaction(write=False) as session:
        found = import_queries.an_import(import_id)
        session.refresh(found)
        session.expunge(found)
        return found


@contextmanager
def _bar(words: str, total: int) -> Iterator[Callable[[int], object]]:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True)) as progress:
        task = progress.add_task(words, total=total)
        yield lambda done: progress.update(task, completed=done)
        progress.update(task, completed=total)


def _report(looked: RollImport) -> None:
    for problem in looked.problems:
        reason = problem["text"] % problem["facts"] if problem["facts"] else problem["text"]
        where = f"line {problem['line']}" if problem["line"] else "the file"
        click.echo(f"{where}{', ' + problem['field'] if problem['field'] else ''}: {reason}", err=True)
    if looked.state == "refused":
        raise click.ClickException(f"{looked.problem_count} things to mend. Nothing was changed.")
    counts = looked.summary["counts"]
    words = {"new": "new", "changed": "changed", "same": "unchanged", "absent": "not in the file"}
    click.echo(", ".join(f"{counts.get(key, 0)} {word}" for key, word in words.items()))
    if looked.summary["ignored"]:
        click.echo(f"Columns not read: {', '.join(looked.summary['ignored'])}")
