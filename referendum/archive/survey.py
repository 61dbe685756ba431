"""The first pass over an archive: the order of its events, and where everything stands."""

import json
from dataclasses import dataclass, field
from pathlib import Path

from referendum.archive.container import Damaged
from referendum.archive.events import FOLLOWS, Event, EventType
from referendum.archive.reader import ArchiveReader
from referendum.archive.report import Report
from referendum.crypto.hashing import b64_of_hex


@dataclass(frozen=True)
class BallotPlace:
    """Where a ballot stands, and whose it says it is; ``credential`` is None when it does not say."""

    event: int
    offset: int
    size: int
    digest: str
    credential: str | None

    @property
    def tracker(self) -> str:
        return b64_of_hex(self.digest)


@dataclass
class Survey:
    """What the first pass keeps: small records whole, ballots by their place."""

    setup: Event | None = None
    ballots: list[BallotPlace] = field(default_factory=list)
    tallies: list[Event] = field(default_factory=list)
    partials: list[Event] = field(default_factory=list)
    results: list[Event] = field(default_factory=list)
    last: EventType | None = None

    def last_places(self) -> dict[str, int]:
        """Credential → event of its last ballot: the one that counts."""
        return {place.credential: place.event for place in self.ballots if place.credential is not None}


def claimed_credential(raw: bytes) -> str | None:
    """The credential that a ballot names, from whatever bytes stand in its place."""
    try:
        credential = json.loads(raw)["credential"]
    except (ValueError, RecursionError, TypeError, LookupError):
        return None
    return credential if isinstance(credential, str) else None


def _note(survey: Survey, event: Event) -> None:
    if event.type is EventType.SETUP:
        survey.setup = survey.setup or event
    elif event.type is EventType.BALLOT:
        record = event.data[0]
        place = BallotPlace(
            event.height, record.offset, len(record.body), record.digest, claimed_credential(record.body)
        )
        survey.ballots.append(place)
    elif event.type is EventType.ENCRYPTED_TALLY:
        survey.tallies.append(event)
    elif event.type is EventType.PARTIAL_DECRYPTION:
        survey.partials.append(event)
    elif event.type is EventType.RESULT:
        survey.results.append(event)


def take_survey(path: Path, report: Report) -> Survey | None:
    """Reads the file once; None when it is so damaged that nothing else can be checked. Raises OSError."""
    survey = Survey()
    try:
        with path.open("rb") as stream:
            reader = ArchiveReader(stream)
            for event in reader:
                if event.type not in FOLLOWS[survey.last]:
                    before = f"after {survey.last}" if survey.last else "at the beginning"
                    report.add(f"{event.type} cannot stand {before}", event=event.height)
                _note(survey, event)
                survey.last = event.type
    except Damaged as damage:
        report.add(f"{damage.words} (at byte {damage.offset})")
        return None
    report.head, report.stage = reader.chain.parent, survey.last
    return survey
