"""`flask polis import DIR`: a Polis export as a debate, in an installation that has nobody yet, or in the demo."""

from collections.abc import Callable
from pathlib import Path

import click
from flask import current_app
from flask.cli import with_appcontext

import wsgi
from forum.kernel import clock
from forum.kernel.database import db, transaction
from forum.kernel.errors import Refusal
from forum.questions.queries import question_by_id
from referendum.rehearsal import scenario as scenarios
from referendum.rehearsal.bars import bars
from referendum.rehearsal.crowd import Crowd, Occupied, found_crowd, join_demo
from referendum.rehearsal.instance import FOLDER, Instance, demo_settings
from referendum.rehearsal.polis_export import BadExport, PolisExport, read_export
from referendum.rehearsal.polis_import import import_debate, scenario_of

LONGEST_TITLE = 200


@click.group("polis")
def polis() -> None:
    """Conversations held with Polis."""


@polis.command("import")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--question", default="", help="What the question is called; else the conversation's topic.")
@click.option("--scenario", default="", help="A scenario whose options its statements argue for, such as seattle15.")
@click.option("--locals", "locals_", default=8, show_default=True, type=click.IntRange(1, 500))
@click.option("--unmoderated", is_flag=True, help="Also bring in what no moderator has looked at.")
@click.option("--demo", is_flag=True, help="Into the demo on this machine rather than into an empty installation.")
def import_export(
    folder: Path, *, question: str, scenario: str, locals_: int, unmoderated: bool, demo: bool
) -> None:
    """Bring the Polis export in FOLDER (comments.csv, votes.csv) in as a debate, with made-up members.

    For teaching and for checking the statistics: only into an installation without members, or into the demo.
    """
    try:
        export = read_export(folder, unmoderated=unmoderated)
        told = scenario_of(export, question, scenarios.load(scenario) if scenario else None)
    except (BadExport, scenarios.BadScenario) as problem:
        raise click.ClickException(str(problem)) from None
    if not told.title or len(told.title) > LONGEST_TITLE:
        raise click.ClickException(f"say with --question what it is called, in at most {LONGEST_TITLE} characters")
    if demo:
        _into_the_demo(export, told)
    else:
        click.get_current_context().invoke(_into_the_installation, export=export, told=told, locals_=locals_)


@with_appcontext
def _into_the_installation(export: PolisExport, told: scenarios.Scenario, locals_: int) -> None:
    def gather(participants: int) -> Crowd:
        if current_app.config["HUSTINGS"].demo:
            return join_demo(participants, clock.now())
        return found_crowd(participants, locals_, clock.now())

    _bring_in(export, told, gather)


def _into_the_demo(export: PolisExport, told: scenarios.Scenario) -> None:
    instance = Instance(FOLDER.resolve(), mail_port=1)
    if not instance.finished.exists():
        raise click.ClickException("there is no demo on this machine yet: start it once with flask demo")
    app = wsgi.create_app(demo_settings(instance, socket_mode="threading"))
    with app.test_request_context():
        clock.follow(instance.clock)
        _bring_in(export, told, lambda participants: join_demo(participants, clock.now()))
        db.session.remove()
        db.engine.dispose()


def _bring_in(export: PolisExport, told: scenarios.Scenario, gather: Callable[[int], Crowd]) -> None:
    try:
        with bars() as tell:
            made = import_debate(export, told, gather, tell)
    except (Occupied, Refusal) as reason:
        raise click.ClickException(str(reason)) from None
    with transaction(write=False):
        number = question_by_id(made.question_id).number
    click.echo(
        f"Question {number}: {made.participants} participants, {made.statements} statements, of them "
        f"{made.arguments} arguments, {made.readings} readings."
    )
