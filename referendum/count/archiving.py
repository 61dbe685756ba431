"""Writing an archive to its file and verifying it as a stranger would. Nothing is stored in the database."""

import hashlib
import os
import secrets
from pathlib import Path

from referendum.archive.verify import verify
from referendum.archive.writer import ArchiveWriter
from referendum.casting.queries import boxed_ballots
from referendum.count import queries
from referendum.count.models import Tally
from referendum.count.operations import stored_product
from referendum.crypto.tally import read_partial
from referendum.process.models import Vote

MANY_BALLOTS = 60


class NotVerified(RuntimeError):
    """The archive as written does not pass the verifier. Something in the database was altered or lost."""


def write_archive(vote: Vote, tally: Tally, folder: Path) -> str:
    """Write the whole archive, verify it, then put it in its place; gives the file's SHA-256. One whose totals are
    withheld ends with its encrypted tally. Jobs that write it at once write the same bytes, each to its own file."""
    path = queries.path_of(folder, vote, tally.archive)
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(f".{secrets.token_hex(4)}.writing")
    try:
        _write(vote, tally, unfinished)
        jobs = min(4, os.cpu_count() or 1) if tally.ballot_count > MANY_BALLOTS else 1
        report = verify(unfinished, unfinished=bool(tally.withheld), jobs=jobs)
        if not report.ok:
            raise NotVerified("; ".join(report.lines()[:5]))
        digest = _hash_of(unfinished)
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)
    return digest


def _write(vote: Vote, tally: Tally, path: Path) -> None:
    election = queries.election_of(vote, tally.archive)
    with path.open("wb") as stream:
        writer = ArchiveWriter(stream, timestamp=queries.archive_time(vote))
        writer.setup(election.raw, vote.trustees.encode(), queries.credentials_text(vote, tally.archive).encode())
        for ballot in boxed_ballots(vote.id, tally.archive):
            writer.ballot(ballot.body.encode())
        writer.end_ballots()
        writer.encrypted_tally(stored_product(vote, tally))
        if tally.result is not None:
            for part in queries.parts(vote.id, tally.archive):
                writer.partial_decryption(part.owner, read_partial(election, part.body.encode()))
            writer.result([[int(total) for total in row] for row in tally.result])
        stream.flush()
        os.fsync(stream.fileno())


def _hash_of(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while piece := stream.read(1 << 20):
            digest.update(piece)
    return digest.hexdigest()
