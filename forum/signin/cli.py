"""Commands of sign-in, under `flask roll`: letters with codes, and the reset of a lost second factor."""

import os
from pathlib import Path

import click
from flask import current_app
from flask.cli import with_appcontext
from rich.progress import Progress

from forum.kernel import clock
from forum.kernel.database import transaction
from forum.kernel.errors import Refusal
from forum.roll.cli import roll
from forum.roll.queries import by_number
from forum.signin import factor_operations, letter_operations, rules
from forum.signin.letter_operations import Letter
from forum.signin.letter_sheets import make_sheets
from forum.signin.pages import pepper

__all__ = ["roll"]


@roll.command("letters")
@click.argument("out", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--number", help="One member, whose letter or password is lost.")
@with_appcontext
def print_letters(out: Path, number: str | None) -> None:
    """Write letters with codes, one page a member, into a new PDF that only you can read."""
    if out.exists():
        raise click.ClickException(f"{out} is there already.")
    settings = current_app.config["HUSTINGS"]
    try:
        drawn = _draw(number)
    except Refusal as refusal:
        raise click.ClickException(str(refusal)) from refusal
    sheets = make_sheets(
        drawn, union_name=settings.union_name, base_url=settings.base_url, help_line=settings.help_line,
        days=rules.LETTER_HOLDS_FOR.days,
    )  # fmt: skip
    with os.fdopen(os.open(out, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(sheets)
    click.echo(f"Letters made: {len(drawn)}. Print {out}, then delete it: the codes are kept nowhere else.")


def _draw(number: str | None) -> list[Letter]:
    if number:
        with transaction(write=True):
            return letter_operations.draw_letter_again(None, by_number(number), now=clock.now(), pepper=pepper())
    with transaction(write=False):
        waiting = letter_operations.waiting_count(clock.now())
    drawn: list[Letter] = []
    with Progress() as progress:
        task = progress.add_task("Letters", total=waiting)
        while not drawn or len(drawn) < waiting:
            with transaction(write=True):
                drawn += letter_operations.draw_letters(None, now=clock.now(), pepper=pepper())
            progress.update(task, completed=len(drawn))
    return drawn


@roll.command("reset-factors")
@click.argument("number")
@with_appcontext
def reset_factors(number: str) -> None:
    """Take the second factors from a member who has lost them all and stood before you. It goes into the audit log."""
    with transaction(write=True):
        member = by_number(number)
        if member is None:
            raise click.ClickException("Nobody on the roll has this number.")
        factor_operations.reset_factors(member, now=clock.now())
    click.echo("Done. The member is signed out everywhere, and told by mail.")
