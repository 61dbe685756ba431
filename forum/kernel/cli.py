"""Commands of the kernel: `flask db upgrade`, `flask jobs run`, `flask audit check FILE`."""

from pathlib import Path

import click
from flask import current_app
from flask.cli import with_appcontext

from forum.kernel import audit, migrate


@click.group("db")
def db_group() -> None:
    """The database's structure."""


@db_group.command("upgrade")
@with_appcontext
def upgrade() -> None:
    """Bring the database to this version's structure."""
    migrate.upgrade()
    click.echo("The database is up to date.")


@click.group("jobs")
def jobs_group() -> None:
    """Work done after the request."""


@jobs_group.command("run")
@with_appcontext
def run_jobs() -> None:
    """Run the job runner until it is stopped."""
    current_app.extensions["hustings_jobs"]["queue"].create_consumer(workers=2, worker_type="thread").run()


@click.group("audit")
def audit_group() -> None:
    """The hash-chained log of every act of power."""


@audit_group.command("check")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def check_audit(file: Path) -> None:
    """Verify an exported audit log; needs no settings and no database."""
    with file.open(encoding="utf-8", errors="replace") as lines:
        faults = audit.check(lines)
    if faults:
        raise click.ClickException("the chain does not hold:\n- " + "\n- ".join(faults[:50]))
    click.echo("The chain holds.")
