"""Commands of the kernel: `flask db upgrade`, `flask jobs run`, `flask mail bounce`, `flask audit check`."""

from pathlib import Path
from typing import BinaryIO

import click
from flask import current_app
from flask.cli import with_appcontext
from sqlalchemy.exc import SQLAlchemyError

from forum.kernel import bounces, clock, held_cli, migrate, signed_log, signing
from forum.kernel.database import transaction

TRY_AGAIN = 75  # EX_TEMPFAIL, which mail servers understand


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
@click.option("--no-clock", is_flag=True, help="Take work that is queued; another runner does what the clock brings.")
@with_appcontext
def run_jobs(*, no_clock: bool) -> None:
    """Run the job runner until it is stopped: one, and on further machines as many as help with --no-clock."""
    queue = current_app.extensions["hustings_jobs"]["queue"]
    queue.create_consumer(workers=2, worker_type="thread", periodic=not no_clock).run()


@click.group("mail")
def mail_group() -> None:
    """Mail that leaves, and mail that comes back."""


for command in (held_cli.held, held_cli.release, held_cli.drop):
    mail_group.add_command(command)


@mail_group.command("bounce")
@click.argument("message", type=click.File("rb"), default="-")
@click.option("--recipient", default="", help="To whom the mail server delivered it; else its headers are asked.")
@with_appcontext
def read_bounce(message: BinaryIO, recipient: str) -> None:
    """Read one notice of a mail that failed, from standard input, and stop general mail to that address.

    A server may take a mail and write only hours later that it cannot be delivered. To have such notices read, name
    an address of yours, such as bounce@union.example, in HUSTINGS_MAIL_BOUNCE: every mail then leaves under a sender
    of its own, bounce+NUMBER.SEAL@union.example, and the address it failed for is listed beside those that were
    refused. Let your mail server hand whatever arrives there to this command. In Postfix, with recipient_delimiter
    set to +, in master.cf:

    \b
      hustings unix - n n - 1 pipe flags=q user=hustings
        argv=/srv/hustings/.venv/bin/flask mail bounce --recipient ${recipient}

    and in transport_maps: bounce@union.example hustings:

    The command needs the variables of the server. A message that is no such notice, or was not sent to the sender of
    a mail of yours, is let go. While the database is away, the exit code 75 asks the mail server to try again.
    """
    raw = message.read(bounces.MOST_READ)
    delivered_to = [recipient] if recipient else bounces.receivers(raw)
    try:
        with transaction(write=True):
            outcome = bounces.note_bounce(raw, delivered_to, current_app.config["HUSTINGS"], now=clock.now())
    except SQLAlchemyError as problem:
        click.echo("The database is away. Try again later.", err=True)
        raise SystemExit(TRY_AGAIN) from problem
    click.echo(outcome)


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
