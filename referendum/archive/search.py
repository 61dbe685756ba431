"""A tracker looked up in an archive."""

from dataclasses import dataclass
from pathlib import Path

from referendum.archive.events import EventType
from referendum.archive.reader import ArchiveReader
from referendum.archive.survey import claimed_credential
from referendum.crypto.hashing import b64_of_hex


@dataclass(frozen=True)
class Found:
    """A ballot in the record: the number of its event, and of the later ballot that replaces it, if any."""

    event: int
    replaced_by: int | None


def find(tracker: str, path: Path) -> Found | None:
    """The ballot with this tracker; None when it is not there. Raises Damaged or OSError.

    The chain is checked on the way, the ballots are not: ``verify`` does that.
    """
    tracker = tracker.strip().rstrip("=")
    event_number: int | None = None
    credential: str | None = None
    replaced_by: int | None = None
    with path.open("rb") as stream:
        for event in ArchiveReader(stream):
            if event.type is not EventType.BALLOT:
                continue
            if event_number is None and b64_of_hex(event.data[0].digest) == tracker:
                event_number, credential = event.height, claimed_credential(event.payload)
            elif event_number is not None and claimed_credential(event.payload) == credential:
                replaced_by = event.height
    return None if event_number is None else Found(event_number, replaced_by)
