"""Archives with one thing wrong: unpacked into events, altered, packed again with every hash in place."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from referendum.archive.container import FIRST_NAME, first_body, record_name, write_record
from referendum.archive.events import Chain, EventType
from referendum.archive.reader import ArchiveReader
from referendum.archive.writer import setup_bytes
from referendum.crypto.canonical import canonical_bytes
from referendum.crypto.credentials import secret_of
from referendum.crypto.hashing import b64_hash, hex_hash
from referendum.crypto.proofs import prove_knowledge
from tests.referendum.archive.samples import TIMESTAMP, Sample

Events = list[tuple[EventType, list[bytes]]]


def unpack(path: Path) -> Events:
    with path.open("rb") as stream:
        return [(event.type, [record.body for record in event.data]) for event in ArchiveReader(stream)]


def pack(events: Events, path: Path) -> None:
    """Writes events in any order, as a cheating server would: container and chain are faultless."""
    chain = Chain()
    with path.open("wb") as stream:
        write_record(stream, FIRST_NAME, first_body(TIMESTAMP), TIMESTAMP)
        for kind, data in events:
            event = chain.event_bytes(kind, data[-1] if data else None)
            for body in data:
                write_record(stream, record_name(body, is_event=False), body, TIMESTAMP)
            write_record(stream, record_name(event, is_event=True), event, TIMESTAMP)
            chain = chain.after(kind, event)


def places(events: Events, kind: EventType) -> list[int]:
    return [place for place, (found, _) in enumerate(events) if found is kind]


def altered(body: bytes, change: Callable[[Any], None]) -> bytes:
    """A JSON record with a change made to its value, canonical again."""
    value = json.loads(body)
    change(value)
    return canonical_bytes(value)


def signed_again(sample: Sample, voter: int, body: bytes, change: Callable[[Any], None]) -> bytes:
    """A ballot with a change that its own voter signs, so that only the change is wrong."""
    value = json.loads(body)
    change(value)
    del value["signature"]
    digest = b64_hash(canonical_bytes(value))
    secret = secret_of(sample.codes[voter], sample.election.uuid)
    proof = prove_knowledge(f"sig|{digest}|", secret, sample.draw)
    return canonical_bytes(value | {"signature": {"hash": digest, "proof": proof.as_json()}})


def with_setup(events: Events, place: int, body: bytes) -> Events:
    """The events with another election (0), trustees (1) or credentials (2) record, named by the set-up."""
    records = events[0][1][:3]
    records[place] = body
    return [(EventType.SETUP, [*records, setup_bytes(*records)]), *events[1:]]


def with_tally(events: Events, change: Callable[[Any], None]) -> Events:
    """The events with other ciphertexts in the encrypted tally, named by the sized one."""
    place = places(events, EventType.ENCRYPTED_TALLY)[0]
    tally, sized = events[place][1]
    tally = altered(tally, change)
    sized = altered(sized, lambda value: value.update(encrypted_tally=hex_hash(tally)))
    return [*events[:place], (EventType.ENCRYPTED_TALLY, [tally, sized]), *events[place + 1 :]]


def with_partial(events: Events, number: int, change: Callable[[Any], None]) -> Events:
    """The events with one trustee's decryption altered, named by its owner's record."""
    place = places(events, EventType.PARTIAL_DECRYPTION)[number]
    partial, owned = events[place][1]
    partial = altered(partial, change)
    owned = altered(owned, lambda value: value.update(payload=hex_hash(partial)))
    return [*events[:place], (EventType.PARTIAL_DECRYPTION, [partial, owned]), *events[place + 1 :]]


def with_record(events: Events, kind: EventType, change: Callable[[Any], None], number: int = 0) -> Events:
    """The events with the payload of the n-th event of a kind altered."""
    place = places(events, kind)[number]
    data = events[place][1]
    return [*events[:place], (kind, [*data[:-1], altered(data[-1], change)]), *events[place + 1 :]]


def without(events: Events, *gone: int) -> Events:
    return [event for place, event in enumerate(events) if place not in gone]
