"""`flask conduct due`: do now what the clock would do within a minute."""

import click
from flask.cli import with_appcontext

from forum.kernel import clock
from referendum.conduct.jobs import tend


@click.group("conduct")
def conduct() -> None:
    """The referendum's clock."""


@conduct.command("due")
@with_appcontext
def due() -> None:
    """Begin, close, freeze, open, seal and end whatever is due."""
    tend(clock.now())
    click.echo("Everything that was due is done.")
