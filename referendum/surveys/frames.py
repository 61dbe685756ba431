"""The frame of a survey: everybody who could have been drawn, under numbers that tell nobody's name. Pure.

A member's number in a frame is SHA-256(member number ":" slip), the first 32 hex letters; the slip is known to that
member alone. So a member can prove which number is theirs, two members never share one, and whoever reads the frame
learns of nobody, though it is published for good. The published frame has a line for each, "number stratum", in order;
its SHA-256 is the frame's hash. It is stored in at most 256 parts by the first byte of the numbers, so that one number
is found without reading all.
"""

import hashlib
import hmac
import struct
from collections.abc import Iterable, Iterator, Mapping

LETTERS = 32
PACKED = struct.Struct(">16sI")
PARTS = 256


def slip_of(key: str, number: str) -> str:
    """What joins a member to their number in the frame; `key` is the survey's, and secret."""
    return hmac.digest(bytes.fromhex(key), number.encode(), "sha256").hex()[:LETTERS]


def entry_of(number: str, slip: str) -> str:
    """A member's number in a frame."""
    return hashlib.sha256(f"{number}:{slip}".encode()).hexdigest()[:LETTERS]


def line_of(entry: str, stratum: int) -> str:
    """One member of a frame as it is published."""
    return f"{entry} {stratum}\n"


def part_of(entry: str) -> int:
    """In which part a number is stored."""
    return int(entry[:2], 16)


def packed(frame: Mapping[str, int]) -> dict[int, bytes]:
    """The frame's parts that are not empty, each in order."""
    parts: dict[int, bytearray] = {}
    for entry in sorted(frame):
        parts.setdefault(part_of(entry), bytearray()).extend(PACKED.pack(bytes.fromhex(entry), frame[entry]))
    return {part: bytes(rows) for part, rows in parts.items()}


def unpacked(rows: bytes) -> Iterator[tuple[str, int]]:
    """Number and stratum of everybody in a part."""
    for entry, stratum in PACKED.iter_unpack(rows):
        yield entry.hex(), stratum


def frame_hash(parts: Iterable[bytes]) -> str:
    """The hash of a frame, from its parts in order."""
    digest = hashlib.sha256()
    for rows in parts:
        digest.update("".join(line_of(*each) for each in unpacked(rows)).encode())
    return digest.hexdigest()


def read_frame(lines: Iterable[str]) -> dict[str, int]:
    """A published frame. Raises ValueError where a line is none of a frame, or a number stands twice."""
    frame: dict[str, int] = {}
    for at, line in enumerate(lines, 1):
        entry, _, stratum = line.strip().partition(" ")
        if len(entry) != LETTERS or entry in frame or line.strip() != line_of(entry, int(stratum)).strip():
            raise ValueError(f"line {at} is none of a frame, or stands there twice")
        frame[entry] = int(stratum)
    return frame
