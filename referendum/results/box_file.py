"""The ballot box as a file while it fills: an archive without its end, longer by every batch that is published.

An earlier download is the beginning of every later one, and of the archive. It holds nothing that the public record
does not: set-up and the ballots of the batches, ordered by their hashes.

A small file is written by whoever asks first. A large one takes gigabytes and minutes, in which a server would answer
nobody else: a job writes it, and whoever asks meanwhile is given the one of an earlier batch.
"""

import os
import tempfile
from pathlib import Path

from sqlalchemy import func

from forum.kernel.database import db
from referendum.archive.writer import ArchiveWriter
from referendum.casting.models import BoxBatch
from referendum.casting.queries import box_state, boxed_ballots
from referendum.count.queries import archive_time, credentials_text, election_of, uuid_of
from referendum.electorate.models import PublicCredential
from referendum.process.models import Vote

SMALL = 2_000
"""So many ballots and credentials a request may write."""


def box_file(vote: Vote, archive: str, folder: Path) -> Path:
    """The file of one archive up to the newest batch; written once a batch, by whoever asks first."""
    uuid, path = uuid_of(vote, archive), newest_path(vote, archive, folder)
    if path.is_file():
        return path
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, suffix=".writing")
    unfinished = Path(name)
    try:
        _write(vote, archive, handle)
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)
    for earlier in path.parent.glob(f"{uuid}.*.bel"):
        if earlier != path:
            earlier.unlink(missing_ok=True)
    return path


def newest_path(vote: Vote, archive: str, folder: Path) -> Path:
    """Where the file up to the newest batch stands once it is written."""
    state = box_state(vote.id)
    return folder / "boxes" / f"{uuid_of(vote, archive)}.{state.batch if state else 0}.bel"


def at_hand(vote: Vote, archive: str, folder: Path) -> Path | None:
    """What a request gives: the newest file, or while a large one is being written an earlier one, if there is any."""
    newest = newest_path(vote, archive, folder)
    if newest.is_file() or is_small(vote.id, archive):
        return box_file(vote, archive, folder)
    earlier = newest.parent.glob(f"{uuid_of(vote, archive)}.*.bel")
    return max(earlier, key=lambda path: int(path.suffixes[0][1:]), default=None)


def is_small(vote_id: int, archive: str) -> bool:
    """Whether a request may write it; looks at no more credentials than that takes."""
    listed = db.select(PublicCredential.vote_id).where(
        PublicCredential.vote_id == vote_id, PublicCredential.archive == archive
    )
    credentials = db.session.scalar(db.select(func.count()).select_from(listed.limit(SMALL + 1).subquery())) or 0
    boxed = db.select(func.sum(BoxBatch.ballots)).where(BoxBatch.vote_id == vote_id, BoxBatch.archive == archive)
    return credentials + (db.session.scalar(boxed) or 0) <= SMALL


def _write(vote: Vote, archive: str, handle: int) -> None:
    with os.fdopen(handle, "wb") as stream:
        writer = ArchiveWriter(stream, timestamp=archive_time(vote))
        setup = (election_of(vote, archive).raw, vote.trustees.encode(), credentials_text(vote, archive).encode())
        writer.setup(*setup)
        for ballot in boxed_ballots(vote.id, archive):
            writer.ballot(ballot.body.encode())
