"""`flask mail held`, `flask mail release`, `flask mail drop`: what becomes of mail that a restore keeps back."""

import click
from flask.cli import with_appcontext

from forum.kernel import clock, mail_held
from forum.kernel.database import transaction

AT = "%Y-%m-%d %H:%M"
EVERY = click.option("--all", "every", is_flag=True, help="Every kind that is kept back.")


@click.command("held")
@with_appcontext
def held() -> None:
    """List the mail that a restore keeps back.

    It waited when the backup was made. Some of it, or all, may have left before the restore: compare with the log of
    your mail server. `flask mail release KIND` sends a kind, `flask mail drop KIND` deletes it.
    """
    with transaction(write=False):
        found = mail_held.held()
    for each in found:
        more = ", and not everybody has one yet" if each.mailings else ""
        click.echo(f"{each.name}: {each.written} mails, caused {each.first:{AT}} to {each.last:{AT}} UTC{more}")
    if not found:
        click.echo("No mail is kept back.")


@click.command("release")
@click.argument("kinds", nargs=-1)
@EVERY
@with_appcontext
def release(kinds: tuple[str, ...], *, every: bool) -> None:
    """Let mail of these KINDS go that a restore kept back."""
    with transaction(write=True):
        count = mail_held.release(_chosen(kinds, every=every), clock.now())
    click.echo(f"{count} mails leave now.")


@click.command("drop")
@click.argument("kinds", nargs=-1)
@EVERY
@with_appcontext
def drop(kinds: tuple[str, ...], *, every: bool) -> None:
    """Delete mail of these KINDS that a restore kept back."""
    with transaction(write=True):
        count = mail_held.drop(_chosen(kinds, every=every), clock.now())
    click.echo(f"{count} mails were deleted.")


def _chosen(kinds: tuple[str, ...], *, every: bool) -> list[str]:
    known = [each.name for each in mail_held.held()]
    unknown = [kind for kind in kinds if kind not in known]
    if unknown or not (kinds or every):
        raise click.ClickException(f"name kinds that are kept back, or --all: {', '.join(known) or 'there are none'}")
    return known if every else list(kinds)
