"""The first pass over an archive: the order of its events, and where everything stands."""

import json
from dataclasses import dataclass, field
from typing import BinaryIO

from referendum.archive.container import Damaged
from referendum.archive.events import FOLLOWS, Event, EventType
from referendum.archive.names import name_of
from referendum.archive.places import BallotPlace, Places
from referendum.archive.reader import ArchiveReader
from referendum.archive.report import Report
from referendum.crypto.canonical import Malformed, read_text


@dataclass
class Survey:
    """What the first pass keeps: small records whole, ballots by their place."""

    setup: Event | None = None
    ballots: Places = field(default_factory=Places)
    tallies: list[Event] = field(default_factory=list)
    partials: list[Event] = field(default_factory=list)
    results: list[Event] = field(default_factory=list)
    last: EventType | None = None


def claimed_credential(raw: bytes) -> str | None:
    """The credential that a ballot names, from whatever bytes stand in its place."""
    try:
        return read_text(json.loads(raw)["credential"])
    except (ValueError, RecursionError, TypeError, LookupError):
        return None


def _note(survey: Survey, event: Event) -> None:
    if event.type is EventType.SETUP:
        survey.setup = survey.setup or event
    elif event.type is EventType.BALLOT:
        record = event.data[0]
        credential = claimed_credential(record.body)
        name = "" if credential is None else name_of(credential)
        survey.ballots.append(BallotPlace(event.height, record.offset, record.size, record.digest, name))
    elif event.type is EventType.ENCRYPTED_TALLY:
        survey.tallies.append(event)
    elif event.type is EventType.PARTIAL_DECRYPTION:
        survey.partials.append(event)
    elif event.type is EventType.RESULT:
        survey.results.append(event)


def take_survey(stream: BinaryIO, report: Report) -> Survey | None:
    """Reads a file once; None when it is so damaged that nothing else can be checked. Raises OSError."""
    survey = Survey()
    reader: ArchiveReader | None = None
    try:
        reader = ArchiveReader(stream)
        for event in reader:
            if event.type not in FOLLOWS[survey.last]:
                before = f"after {survey.last}" if survey.last else "at the beginning"
                report.add(f"{event.type} cannot stand {before}", event=event.height)
            _note(survey, event)
            survey.last = event.type
    except Damaged as damage:
        report.add(f"{damage.words} (at byte {damage.offset})", event=reader.chain.height if reader else None)
        return None
    except Malformed as problem:
        report.add(str(problem))
        return None
    report.head, report.stage = reader.chain.parent, survey.last
    return survey
