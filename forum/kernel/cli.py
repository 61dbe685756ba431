"""Commands of the kernel: `flask db upgrade`, `flask jobs run`, `flask audit check FILE --key KEY`."""

from pathlib import Path

import click
from flask import current_app
from flask.cli import with_appcontext

from forum.kernel import migrate, signed_log, signing


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
@click.option(
    "--key", type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The installation's public key, key.pem of the record page: the log's head must be signed with it.",
)  # fmt: skip
def check_audit(file: Path, key: Path | None) -> None:
    """Verify an exported audit log; needs no settings and no database."""
    pem = key.read_bytes() if key else b""
    try:
        with file.open(encoding="utf-8", errors="replace") as lines:
            faults = signed_log.check(lines, pem)
    except signing.NotAKey as error:
        raise click.ClickException(f"{key} is no public key of an installation.") from error
    if faults:
        raise click.ClickException("the chain does not hold:\n- " + "\n- ".join(faults[:50]))
    signed = f" Its head is signed with the key {signing.fingerprint_of(pem)}." if pem else ""
    click.echo(f"The chain holds.{signed}")
