"""Append events to an archive (SPEC 2). Nothing that was written is ever changed."""

import time
from collections.abc import Iterable
from typing import BinaryIO

from referendum.archive.container import (
    FIRST_NAME,
    first_body,
    record_name,
    write_record,
)
from referendum.archive.events import FOLLOWS, Chain, EventType
from referendum.archive.reader import ArchiveReader
from referendum.crypto.canonical import canonical_bytes
from referendum.crypto.hashing import hex_hash
from referendum.crypto.tally import PartialDecryption, Tally, owned_bytes, result_bytes


class OutOfOrder(ValueError):
    """An event that may not stand after the last one."""


def setup_bytes(election: bytes, trustees: bytes, credentials: bytes) -> bytes:
    """The setup_data record, which names the three others by their hashes."""
    return setup_naming(hex_hash(election), hex_hash(trustees), hex_hash(credentials))


def setup_naming(election: str, trustees: str, credentials: str) -> bytes:
    """The same from the hashes."""
    return canonical_bytes({"election": election, "trustees": trustees, "credentials": credentials})


class ArchiveWriter:
    """Writes an archive to a binary stream, event by event, with nothing kept in memory.

    The writer keeps the order of events; it does not judge what they say. An event is written after its
    data: a stream that breaks off loses at most the event being written.
    """

    def __init__(self, stream: BinaryIO, *, timestamp: int | None = None) -> None:
        """Begins a new archive. ``timestamp`` (Unix seconds) stands in every header; now, when not given."""
        self._stream = stream
        self._timestamp = int(time.time()) if timestamp is None else timestamp
        self._chain = Chain()
        write_record(stream, FIRST_NAME, first_body(self._timestamp), self._timestamp)

    @classmethod
    def resume(cls, stream: BinaryIO) -> "ArchiveWriter":
        """Goes on after the last event of an archive opened with ``r+b``. Raises Damaged."""
        reader = ArchiveReader(stream)
        for _ in reader:
            pass
        writer = cls.__new__(cls)
        writer._stream = stream
        writer._timestamp = reader.container.timestamp
        writer._chain = reader.chain
        stream.seek(reader.container.end)
        return writer

    @property
    def event_count(self) -> int:
        return self._chain.height

    @property
    def head(self) -> str | None:
        """The hash of the last event, which fixes everything before it; None while there is none."""
        return self._chain.parent

    def append(self, kind: EventType, *data: bytes) -> None:
        """Appends an event of any type with its data records; the methods below say which those are."""
        if kind not in FOLLOWS[self._chain.last]:
            raise OutOfOrder(f"{kind} cannot follow {self._chain.last or 'nothing'}")
        event = self._chain.event_bytes(kind, data[-1] if data else None)
        for body in data:
            write_record(self._stream, record_name(body, is_event=False), body, self._timestamp)
        write_record(self._stream, record_name(event, is_event=True), event, self._timestamp)
        self._chain = self._chain.after(kind, event)

    def setup(self, election: bytes, trustees: bytes, credentials: bytes) -> None:
        """``Election.raw``, ``trustees_bytes``, ``credentials_bytes``."""
        data = setup_bytes(election, trustees, credentials)
        self.append(EventType.SETUP, election, trustees, credentials, data)

    def ballot(self, raw: bytes) -> None:
        self.append(EventType.BALLOT, raw)

    def ballots(self, raws: Iterable[bytes]) -> None:
        for raw in raws:
            self.ballot(raw)

    def end_ballots(self) -> None:
        self.append(EventType.END_BALLOTS)

    def encrypted_tally(self, tally: Tally) -> None:
        self.append(EventType.ENCRYPTED_TALLY, tally.encrypted_bytes, tally.sized_bytes)

    def partial_decryption(self, owner: int, partial: PartialDecryption) -> None:
        """``owner`` is the trustee's number, from 1."""
        self.append(EventType.PARTIAL_DECRYPTION, partial.raw, owned_bytes(owner, partial))

    def result(self, result: list[list[int]]) -> None:
        self.append(EventType.RESULT, result_bytes(result))
