"""`flask survey draw` repeats the draws of a question; `flask survey repeat` does so from a published frame alone."""

from typing import TextIO

import click
from flask.cli import with_appcontext

from forum.kernel.database import transaction
from forum.kernel.errors import Missing
from forum.questions.queries import question
from referendum.surveys import frames, queries, repeat_queries
from referendum.surveys.sampling import draw, last_place


@click.group("survey")
def survey() -> None:
    """Sample surveys: whether those were asked whom the lot found."""


@survey.command("draw")
@click.argument("number", metavar="QUESTION", type=int)
@with_appcontext
def repeat_draws(number: int) -> None:
    """Repeat each draw of QUESTION from the frame that is kept here, and say whether it is the same. Names nobody."""
    with transaction(write=False):
        try:
            drawn = [each for each in queries.surveys(question(number).id) if each.state in ("open", "closed")]
        except Missing:
            raise click.ClickException(f"there is no question {number}") from None
        found = {each.place: repeat_queries.repeat(each) for each in drawn}
    if not found:
        raise click.ClickException("nobody has been drawn for a survey on this question")
    for place, faults in found.items():
        click.echo(f"survey {place}: {'the same' if not faults else 'differs'}")
        for fault in faults:
            click.echo(f"- {fault}")
    if any(found.values()):
        raise SystemExit(1)


@survey.command("repeat")
@click.argument("frame", type=click.File(encoding="utf-8"))
@click.option("--seed", required=True, help="The published seed.")
@click.option("--sample", required=True, type=click.IntRange(1), help="How many were asked in all.")
def repeat_frame(frame: TextIO, seed: str, sample: int) -> None:
    """Draw again from FRAME, the file on the survey's page. Needs no settings and no database. The published hash is
    that of the file: sha256sum FRAME."""
    try:
        found = frames.read_frame(frame)
    except ValueError as problem:
        raise click.ClickException(f"this is no frame of a survey: {problem}") from None
    for stratum, entries in draw(found, seed, sample).items():
        click.echo(f"stratum {stratum}: {len(entries)} asked, the last at {last_place(seed, entries) or 'none'}")
