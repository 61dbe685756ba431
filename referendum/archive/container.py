"""The container of an archive (SPEC 2): a tar without its end, append only, read and written as a stream."""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from referendum.crypto.canonical import Malformed, canonical_bytes, read_fields, read_json
from referendum.crypto.hashing import hex_hash

BLOCK = 512
FIRST_NAME = "BELENIOS"
LARGEST_RECORD = 1024 * 1024 * 1024
PIECE = 1024 * 1024
LARGEST_TIMESTAMP = 0o77777777777

_NAME = re.compile(r"([0-9a-f]{64})\.(data|event)\.json")
_TIMESTAMP = re.compile(r"0|[1-9][0-9]{0,11}")


class Damaged(Exception):
    """The file is not an unbroken archive: ``words`` say how, ``offset`` at which byte."""

    def __init__(self, offset: int, words: str) -> None:
        super().__init__(words)
        self.offset = offset
        self.words = words


@dataclass(frozen=True)
class Record:
    """One record: ``digest`` is the SHA-256 of its body, ``offset`` where its body begins in the file.

    A large body is not kept. It is read again when it is asked for, from the file, which must still be open then.
    """

    digest: str
    is_event: bool
    offset: int
    size: int
    kept: bytes | None
    stream: BinaryIO

    @property
    def body(self) -> bytes:
        """Raises Malformed when the file was changed meanwhile."""
        return b"".join(self.pieces()) if self.kept is None else self.kept

    def pieces(self) -> Iterator[bytes]:
        """The body piece by piece. Raises Malformed at its end when the file was changed meanwhile."""
        if self.kept is not None:
            yield self.kept
            return
        digest = hashlib.sha256()
        for done in range(0, self.size, PIECE):
            self.stream.seek(self.offset + done)
            piece = self.stream.read(min(PIECE, self.size - done))
            digest.update(piece)
            yield piece
        if digest.hexdigest() != self.digest:
            raise Malformed("the file changed while it was being checked")


def header(name: str, size: int, timestamp: int) -> bytes:
    """The 512 bytes before a record's body."""
    block = bytearray(BLOCK)
    block[0 : len(name)] = name.encode()
    block[100:108] = b"0000644\0"
    block[108:116] = block[116:124] = b"0000000\0"
    block[124:136] = b"%011o\0" % size
    block[136:148] = b"%011o\0" % timestamp
    block[148:156] = b" " * 8
    block[156:157] = b"0"
    block[148:156] = b"%06o\0 " % sum(block)
    return bytes(block)


def padding(size: int) -> bytes:
    return bytes(-size % BLOCK)


def first_body(timestamp: int) -> bytes:
    return canonical_bytes({"version": 1, "timestamp": str(timestamp)})


def record_name(body: bytes, *, is_event: bool) -> str:
    return f"{hex_hash(body)}.{'event' if is_event else 'data'}.json"


def write_record(stream: BinaryIO, name: str, body: bytes, timestamp: int) -> None:
    """Appends one record."""
    stream.write(header(name, len(body), timestamp) + body + padding(len(body)))


def _octal(field: bytes) -> int | None:
    digits = field[:-1]
    return int(digits, 8) if digits and all(48 <= byte < 56 for byte in digits) else None


def _read_body(stream: BinaryIO, size: int, at: int) -> tuple[str, bytes | None]:
    """The hash of the body, and the body itself unless it is large; its padding is checked."""
    digest, kept, left = hashlib.sha256(), b"", size
    while left and (piece := stream.read(min(left, PIECE))):
        digest.update(piece)
        kept = kept + piece if size <= PIECE else b""
        left -= len(piece)
    rest = stream.read(-size % BLOCK)
    if left or rest != padding(size):
        raise Damaged(at, "a record ends too early or is not padded with zeros")
    return digest.hexdigest(), kept if size <= PIECE else None


def _read_block(stream: BinaryIO, at: int) -> tuple[str, int, bytes] | None:
    """Name and size of the next record, and its header; None at the end of the file."""
    block = stream.read(BLOCK)
    if not block:
        return None
    size = _octal(block[124:136]) if len(block) == BLOCK else None
    if size is None:
        raise Damaged(at, "the header of a record is broken")
    if size > LARGEST_RECORD:
        raise Damaged(at, "a record claims to be larger than any record can be")
    return block[:100].rstrip(b"\0").decode("latin-1"), size, block


def _read_timestamp(body: bytes, at: int) -> int:
    try:
        fields = read_fields(read_json(body), ("version", "timestamp"))
    except Malformed as problem:
        raise Damaged(at, f"the first record: {problem}") from None
    timestamp = fields["timestamp"]
    if not isinstance(timestamp, str) or not _TIMESTAMP.fullmatch(timestamp):
        raise Damaged(at, "the first record has no time")
    if int(timestamp) > LARGEST_TIMESTAMP or body != first_body(int(timestamp)):
        raise Damaged(at, "the first record is not that of a version 1 archive")
    return int(timestamp)


class ContainerReader:
    """Reads the records of a container in order, no large one in memory. Raises Damaged."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        first = _read_block(stream, 0)
        if first is None or first[0] != FIRST_NAME:
            raise Damaged(0, "this is not an archive")
        _, body = _read_body(stream, first[1], 0)
        if body is None:
            raise Damaged(0, "the first record is too long")
        self.timestamp = _read_timestamp(body, 0)
        if first[2] != header(FIRST_NAME, len(body), self.timestamp):
            raise Damaged(0, "the header of the first record is broken")
        self.end = BLOCK + len(body) + len(padding(len(body)))

    def __iter__(self) -> Iterator[Record]:
        while block := self._next_block():
            name, size, head = block
            match = _NAME.fullmatch(name)
            if match is None:
                raise Damaged(self.end, "a record has a name that does not belong there")
            digest, body = _read_body(self._stream, size, self.end)
            if head != header(name, size, self.timestamp):
                raise Damaged(self.end, "the header of a record is broken")
            if digest != match.group(1):
                raise Damaged(self.end, "a record was changed: its content does not fit its name")
            record = Record(digest, match.group(2) == "event", self.end + BLOCK, size, body, self._stream)
            self.end += BLOCK + size + len(padding(size))
            yield record

    def _next_block(self) -> tuple[str, int, bytes] | None:
        self._stream.seek(self.end)  # a large record may have been read again
        return _read_block(self._stream, self.end)
