"""Writing an archive, or one part of it, to its file and verifying it as a stranger would. Nothing is stored in the
database."""

import hashlib
import os
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from referendum.archive.ballots import Progress
from referendum.archive.verify import verify
from referendum.archive.writer import ArchiveWriter
from referendum.count import part_queries, queries
from referendum.count.models import Tally, TallyPart
from referendum.count.operations import stored_product
from referendum.crypto.tally import read_partial
from referendum.process.models import Vote

MANY_BALLOTS = 60


class NotVerified(RuntimeError):
    """The archive as written does not pass the verifier. Something in the database was altered or lost."""


@dataclass(frozen=True)
class Draft:
    """An archive as written, not yet in its place: nobody is given it before it is verified."""

    unfinished: Path
    path: Path
    ballots: int
    parts: int
    withheld: bool


def draft_archive(vote: Vote, tally: Tally, part: TallyPart, parts: int, folder: Path) -> Draft:
    """Write the whole archive of a part. One whose totals are withheld ends with its encrypted tally. Jobs that write
    it at once write the same bytes, each to a file of its own."""
    path = queries.path_of(folder, vote, part.archive, part.place, parts)
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(f".{secrets.token_hex(4)}.writing")
    draft = Draft(unfinished, path, part.ballot_count, parts, withheld=bool(tally.withheld))
    try:
        _write(vote, part, parts, draft.unfinished)
    except BaseException:
        draft.unfinished.unlink(missing_ok=True)
        raise
    return draft


def finish_archive(draft: Draft, progress: Progress | None = None) -> str:
    """Verify an archive, then put it in its place; gives the file's SHA-256. Slow: call it outside a transaction.

    What is verified is noted beside it, so that where a job was stopped another goes on, on any machine with this
    folder.
    """
    ledger = draft.path.with_suffix(".ledger")
    try:
        jobs = min(4, os.cpu_count() or 1) if draft.ballots > MANY_BALLOTS else 1
        report = verify(
            draft.unfinished, unfinished=draft.withheld, jobs=jobs, progress=progress, ledger=ledger, parts=draft.parts
        )
        if not report.ok:
            ledger.unlink(missing_ok=True)
            raise NotVerified("; ".join(report.lines()[:5]))
        digest = _hash_of(draft.unfinished)
        draft.unfinished.replace(draft.path)
    finally:
        draft.unfinished.unlink(missing_ok=True)
    ledger.unlink(missing_ok=True)
    return digest


def write_sealed(vote: Vote, part: TallyPart, parts: int, stream: BinaryIO) -> ArchiveWriter:
    """The archive of a part up to its encrypted tally: what a trustee's own program opens a part of."""
    writer = ArchiveWriter(stream, timestamp=queries.archive_time(vote))
    credentials = part_queries.part_credentials(vote, part.archive, part.place, parts)
    writer.setup(queries.election_of(vote, part.archive).raw, vote.trustees.encode(), credentials)
    for ballot in part_queries.part_ballots(vote.id, part.archive, part.place, parts):
        writer.ballot(ballot.body.encode())
    writer.end_ballots()
    writer.encrypted_tally(stored_product(vote, part))
    return writer


def _write(vote: Vote, part: TallyPart, parts: int, path: Path) -> None:
    election = queries.election_of(vote, part.archive)
    with path.open("wb") as stream:
        writer = write_sealed(vote, part, parts, stream)
        if part.result is not None:
            for owner, body in part_queries.bodies(vote.id, part.archive, part.place):
                writer.partial_decryption(owner, read_partial(election, body.encode()))
            writer.result([[int(total) for total in row] for row in part.result])
        stream.flush()
        os.fsync(stream.fileno())


def _hash_of(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while piece := stream.read(1 << 20):
            digest.update(piece)
    return digest.hexdigest()
