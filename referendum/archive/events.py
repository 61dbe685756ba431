"""The chain of events of an archive (SPEC 2): each names the one before it and what it brings."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from referendum.archive.container import Record
from referendum.crypto.canonical import Malformed, canonical_bytes, read_fields, read_json, read_text
from referendum.crypto.hashing import hex_hash


class EventType(StrEnum):
    SETUP = "Setup"
    BALLOT = "Ballot"
    END_BALLOTS = "EndBallots"
    ENCRYPTED_TALLY = "EncryptedTally"
    PARTIAL_DECRYPTION = "PartialDecryption"
    RESULT = "Result"


DATA_COUNT = {
    EventType.SETUP: 4,
    EventType.BALLOT: 1,
    EventType.END_BALLOTS: 0,
    EventType.ENCRYPTED_TALLY: 2,
    EventType.PARTIAL_DECRYPTION: 2,
    EventType.RESULT: 1,
}
"""How many data records stand just before an event of each type; the last of them is its payload."""

FOLLOWS: dict[EventType | None, frozenset[EventType]] = {
    None: frozenset({EventType.SETUP}),
    EventType.SETUP: frozenset({EventType.BALLOT, EventType.END_BALLOTS}),
    EventType.BALLOT: frozenset({EventType.BALLOT, EventType.END_BALLOTS}),
    EventType.END_BALLOTS: frozenset({EventType.ENCRYPTED_TALLY}),
    EventType.ENCRYPTED_TALLY: frozenset({EventType.PARTIAL_DECRYPTION}),
    EventType.PARTIAL_DECRYPTION: frozenset({EventType.PARTIAL_DECRYPTION, EventType.RESULT}),
    EventType.RESULT: frozenset(),
}
"""Which types may stand after an event of each type; after ``None``, at the beginning."""


@dataclass(frozen=True)
class Event:
    """One event with the data records that it brings, in order; its payload is the last of them."""

    height: int
    type: EventType
    digest: str
    data: tuple[Record, ...]

    @property
    def payload(self) -> bytes:
        return self.data[-1].body


@dataclass(frozen=True)
class Chain:
    """Where the chain stands: what the next event has to name."""

    height: int = 0
    parent: str | None = None
    last: EventType | None = None

    def event_bytes(self, kind: EventType, payload: bytes | None) -> bytes:
        """The record of the next event. ``payload`` is its last data record; None when it brings nothing."""
        return self._bytes(kind, None if payload is None else hex_hash(payload))

    def _bytes(self, kind: EventType, payload: str | None) -> bytes:
        fields: dict[str, Any] = {} if self.parent is None else {"parent": self.parent}
        fields |= {"height": self.height, "type": str(kind)}
        return canonical_bytes(fields if payload is None else fields | {"payload": payload})

    def after(self, kind: EventType, event: bytes) -> "Chain":
        return Chain(self.height + 1, hex_hash(event), kind)

    def read(self, record: Record, data: tuple[Record, ...]) -> Event:
        """The next event, in its place in the chain, with its data. Raises Malformed."""
        fields = read_fields(read_json(record.body), ("height", "type"), ("parent", "payload"))
        if read_text(fields["type"]) not in set(EventType):
            raise Malformed("an event is of a kind that does not belong in this archive")
        kind = EventType(fields["type"])
        if fields.get("parent") != self.parent or fields["height"] != self.height:
            raise Malformed("an event does not follow the one before it")
        if len(data) != DATA_COUNT[kind]:
            raise Malformed(f"a {kind} event brings {len(data)} records instead of {DATA_COUNT[kind]}")
        payload = fields.get("payload")
        if payload != (data[-1].digest if data else None):
            raise Malformed("an event names another content than it brings")
        if record.body != self._bytes(kind, payload):
            raise Malformed("an event is not written in the canonical form")
        return Event(self.height, kind, record.digest, data)
