"""`flask referendum`: the box of a vote in other hands. Packages and answers are checked by the other's public key.

Both installations offer theirs at /record/key.pem; its fingerprint stands on the record page, and is compared over
another way than the site, such as a telephone.
"""

import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from flask import current_app
from flask.cli import with_appcontext

from forum.kernel import clock, jobs, signing
from forum.kernel.database import transaction
from forum.kernel.errors import Obstructed, Refusal
from referendum.boxes import guest, packing, returning, unpacking
from referendum.boxes.bundle import read_bundle
from referendum.boxes.draft import work_folder
from referendum.boxes.rules import ANSWER, PACKAGE, Rejected
from referendum.count.jobs import go_on
from referendum.count.proof_queries import waits_until
from referendum.process.queries import vote_by_public_id
from referendum.trustees.forms import LARGEST_FILE, read_part_file

IN = click.Path(exists=True, dir_okay=False, path_type=Path)
OUT = click.Path(dir_okay=False, path_type=Path)
ARCHIVE = click.Choice(["V", "C"])
VOTE = {"ignore_unknown_options": True}
"""A vote's name in addresses may begin with a dash, and is no option then."""


@click.group("referendum")
def referendum() -> None:
    """The box in other hands: a union keeps its forum, a firm or a sister union keeps the box.

    VOTE is what stands in the booth's address. The forum packs a vote whose codes the tellers made and whose opening
    they have signed; the other installation unpacks it, and needs no roll: whoever runs these commands there keeps it.
    """


@contextmanager
def _told() -> Iterator[None]:
    """What was not done is said in a sentence, with an exit code."""
    try:
        yield
    except Obstructed as missing:
        lines = [f"- {each.text % each.facts}" for each in missing.obstacles]
        raise click.ClickException("something is missing:\n" + "\n".join(lines)) from None
    except (Rejected, Refusal, ValueError, OSError) as problem:  # what cannot be read is a ValueError
        raise click.ClickException(f"{str(problem).rstrip('.')}. Nothing was changed.") from None
    except signing.NotAKey:
        raise click.ClickException("the key is no Ed25519 public key in PEM. Nothing was changed.") from None


def _tell_how_far(what: str, done: int, total: int) -> None:
    if sys.stderr.isatty() or done == total:
        click.echo(f"\r{what}: {done} of {total}", nl=done == total, err=True)


def _folder(prefix: str) -> "tempfile.TemporaryDirectory[str]":
    return tempfile.TemporaryDirectory(dir=current_app.config["HUSTINGS"].instance, prefix=prefix)


@referendum.command("pack", context_settings=VOTE)
@click.argument("vote")
@click.argument("file", type=OUT)
@click.option("--box", type=IN, required=True, help="The public key (key.pem) of the installation that keeps the box.")
@click.option("--url", required=True, help="Its address. Members' links lead there by way of this forum.")
@with_appcontext
def pack(vote: str, file: Path, box: Path, url: str) -> None:
    """At the forum: write the package of a vote. From then on its ballots go into the other installation's box."""
    with _told(), work_folder(file) as folder:
        with transaction(write=False):
            packed = packing.write_package(
                vote_by_public_id(vote), box.read_bytes(), url, folder, clock.now(), _tell_how_far
            )
        with transaction(write=True):
            packing.hand_over(vote_by_public_id(vote), packed, clock.now())
        (folder / packing.FILE).replace(file)
    click.echo(f"{file}: package {packed.box['package']}, signed with the key {signing.fingerprint()}.")


@referendum.command("unpack")
@click.argument("file", type=IN)
@click.option("--key", type=IN, required=True, help="The forum's public key (key.pem).")
@click.option("--fingerprint", required=True, help="Its fingerprint, told over another way.")
@with_appcontext
def unpack(file: Path, key: Path, fingerprint: str) -> None:
    """At the box: take a package in. Voting opens and closes at its dates."""
    with _told(), _folder("package-") as folder:
        pem = key.read_bytes()
        if signing.fingerprint_of(pem) != "".join(fingerprint.split()).lower():
            raise Rejected("the key has another fingerprint")
        bundle = read_bundle(file, PACKAGE, pem, Path(folder))
        package = unpacking.read(bundle, _tell_how_far)
        with transaction(write=True):
            vote = unpacking.unpack(package, bundle, pem, clock.now())
            public_id, opens_at, closes_at = vote.public_id, vote.opens_at, vote.closes_at
    click.echo(f"Package {bundle.digest}: vote {public_id}, open from {opens_at} to {closes_at}.")


@referendum.command("record", context_settings=VOTE)
@click.argument("vote")
@click.argument("archive", type=ARCHIVE)
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@with_appcontext
def record(vote: str, archive: str, folder: Path) -> None:
    """At the box, after the close: write the record that every trustee checks and opens a part of."""
    with _told(), transaction(write=False):
        paths = guest.write_records(vote_by_public_id(vote), archive, folder)
    for path in paths:
        click.echo(path)


@referendum.command("part", context_settings=VOTE)
@click.argument("vote")
@click.argument("archive", type=ARCHIVE)
@click.argument("file", type=IN)
@with_appcontext
def take_part(vote: str, archive: str, file: Path) -> None:
    """At the box: take a trustee's part, as `python -m referendum.trustees decrypt` wrote it."""
    with _told():
        part = read_part_file(file.read_bytes(), max(LARGEST_FILE, file.stat().st_size))
        with transaction(write=True):
            found = vote_by_public_id(vote)
            enough = guest.accept_part(found, archive, part, clock.now())
            if enough:
                jobs.enqueue(go_on, vote_id=found.id, archive=archive)
            until = waits_until(found, archive)
    if part.second is None:
        click.echo("This part has no second proof; what is published will say so.")
    if until is not None:
        click.echo(f"Taken. One more of the group is awaited, as a second proof is missing; until {until} at most.")
    else:
        click.echo("The archive is opened and written now." if enough else "Taken. Further trustees are awaited.")


@referendum.command("give-back", context_settings=VOTE)
@click.argument("vote")
@click.argument("file", type=OUT)
@with_appcontext
def give_back(vote: str, file: Path) -> None:
    """At the box: write the signed totals and the archives for the forum."""
    with _told(), work_folder(file) as folder:
        with transaction(write=False):
            digest = guest.write_answer(vote_by_public_id(vote), folder)
        with transaction(write=True):
            guest.give_back(vote_by_public_id(vote), digest, clock.now())
        (folder / guest.FILE).replace(file)
    click.echo(f"{file}: answer {digest}, signed with the key {signing.fingerprint()}.")


@referendum.command("take-back")
@click.argument("file", type=IN)
@click.option("--key", type=IN, required=True, help="The public key (key.pem) that the vote was packed for.")
@with_appcontext
def take_back(file: Path, key: Path) -> None:
    """At the forum: check the answer completely, and publish the result. Nothing of it is shown before."""
    with _told(), _folder("answer-") as folder:
        pem = key.read_bytes()
        bundle = read_bundle(file, ANSWER, pem, Path(folder))
        vote_id = str(bundle.facts.get("vote"))
        with transaction(write=False):
            returning.refuse_another_s(vote_by_public_id(vote_id), pem, bundle)
        files = returning.verify_answer(bundle)
        with transaction(write=True):
            vote = vote_by_public_id(vote_id)
            returning.refuse_another_s(vote, pem, bundle)
            returning.take_back(vote, bundle, files, clock.now())
    click.echo(f"Answer {bundle.digest}: {sum(map(len, files.values()))} archives, verified and published.")
