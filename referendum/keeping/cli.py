"""`flask backup FILE`, `flask restore FILE`, `flask keep FOLDER`."""

import os
import sys
import tempfile
from pathlib import Path
from typing import BinaryIO

import click
from flask import current_app
from flask.cli import with_appcontext

from forum.kernel import clock
from forum.kernel.database import transaction
from referendum.keeping import dump, restore
from referendum.keeping.backup import write_backup
from referendum.keeping.folder import NotKept, write_folder
from referendum.keeping.missing import AnotherRecord, Missing, what_is_missing

MOST_TOLD = 30


@click.command("backup")
@click.argument("file", type=click.Path(dir_okay=False, allow_dash=True, path_type=Path))
@with_appcontext
def backup(file: Path) -> None:
    """Write everything a restore needs to FILE, or with - to the next program.

    The site may go on meanwhile. What is written is as secret as the installation: encrypt it, as in
    `flask backup - | gpg --encrypt -r you > monday.gpg`. HUSTINGS_SECRET_KEY is not in it.
    """
    if str(file) == "-":
        if sys.stdout.isatty():
            raise click.ClickException("a backup is no text for a terminal: name a file, or pipe it on")
        _write(sys.stdout.buffer)
        return
    draft = file.with_name(f"{file.name}.writing")
    try:
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise click.ClickException(f"{draft} exists: another backup is being written, or was cut off") from None
    try:
        with os.fdopen(handle, "wb") as out:
            _write(out)
            out.flush()
            os.fsync(handle)
        draft.replace(file)
    finally:
        draft.unlink(missing_ok=True)


def _write(out: BinaryIO) -> None:
    try:
        with transaction(write=False):
            manifest = write_backup(out, current_app.config["HUSTINGS"], now=clock.now())
    except dump.NotCopied as problem:
        raise click.ClickException(f"the database could not be copied: {problem}") from None
    size = sum(part["size"] for part in manifest["parts"].values())
    click.echo(f"{len(manifest['parts'])} files, {size:,} bytes, as of {manifest['made_at']}.", err=True)


@click.command("restore")
@click.argument("file", type=click.File("rb"))
@click.option(
    "--record", "record", multiple=True, type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A file of the newest public record that anybody has kept: audit.jsonl, *.bel. Give as many as there are.",
)  # fmt: skip
@click.option("--without-record", is_flag=True, help="There is no newer record to compare with.")
@click.option("--accept-loss", is_flag=True, help="Go on although something that was public is not in the backup.")
@with_appcontext
def restore_backup(file: BinaryIO, record: tuple[Path, ...], *, without_record: bool, accept_loss: bool) -> None:
    """Put a backup in the place of an empty installation (empty database, empty instance folder)."""
    if not record and not without_record:
        raise click.UsageError("give the newest public record there is (--record), or say --without-record")
    settings = current_app.config["HUSTINGS"]
    try:
        with tempfile.TemporaryDirectory(dir=settings.instance, prefix="backup-") as folder:
            backup = restore.unpack(file, Path(folder))
            restore.refuse_unless_free(settings, backup)
            missing = what_is_missing(backup.folder, record) if record else None
            if missing:
                _tell(missing, accepted=accept_loss)
            restore.restore(settings, backup, missing, now=clock.now())
    except (restore.NotRestored, AnotherRecord, dump.NotCopied) as problem:
        raise click.ClickException(f"{problem}. Nothing was restored.") from None
    click.echo(f"Restored as of {backup.manifest['made_at']}. Everybody is signed out.")
    click.echo("Mail that waited then may have left since. It is kept back, and flask mail held lists it.")
    click.echo("Voting codes that were going out are stopped, until a teller lets them go on.")


def _tell(missing: Missing, *, accepted: bool) -> None:
    """Say what would be lost. Raises NotRestored unless that was accepted beforehand."""
    click.echo("The backup does not hold:", err=True)
    for height, at, act, office in missing.acts[:MOST_TOLD]:
        click.echo(f"  act {height} of the audit log: {act}, by {office or 'nobody'}, {at}", err=True)
    if len(missing.acts) > MOST_TOLD:
        click.echo(f"  and {len(missing.acts) - MOST_TOLD} later acts", err=True)
    for name, ballots in missing.ballots.items():
        click.echo(f"  {ballots} ballots of {name}", err=True)
    for name in missing.archives:
        click.echo(f"  anything of {name}", err=True)
    if not accepted:
        raise restore.NotRestored("the public record is newer than the backup; --accept-loss goes on all the same")


@click.command("keep")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@with_appcontext
def keep(folder: Path) -> None:
    """Write what must still open in twenty years into FOLDER: archives, acts, minutes, debates, log, verifier."""
    settings = current_app.config["HUSTINGS"]
    try:
        files = write_folder(folder, settings, now=clock.now(), tell=lambda words: click.echo(words, err=True))
    except NotKept as problem:
        raise click.ClickException(str(problem)) from None
    click.echo(f"{files} files. What is in members/ is for members alone.")
