"""The ballot box as a file while it fills: an archive without its end, longer by every batch that is published.

An earlier download is the beginning of every later one, and of the archive. It holds nothing that the public record
does not: set-up and the ballots of the batches, ordered by their hashes.
"""

import os
import tempfile
from pathlib import Path

from referendum.archive.writer import ArchiveWriter
from referendum.casting.queries import box_state, boxed_ballots
from referendum.count.queries import archive_time, credentials_text, election_of, uuid_of
from referendum.process.models import Vote


def box_file(vote: Vote, archive: str, folder: Path) -> Path:
    """The file of one archive up to the newest batch; written once a batch, by whoever asks first."""
    state = box_state(vote.id)
    uuid = uuid_of(vote, archive)
    path = folder / "boxes" / f"{uuid}.{state.batch if state else 0}.bel"
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


def _write(vote: Vote, archive: str, handle: int) -> None:
    with os.fdopen(handle, "wb") as stream:
        writer = ArchiveWriter(stream, timestamp=archive_time(vote))
        setup = (election_of(vote, archive).raw, vote.trustees.encode(), credentials_text(vote, archive).encode())
        writer.setup(*setup)
        for ballot in boxed_ballots(vote.id, archive):
            writer.ballot(ballot.body.encode())
