"""A glance at a file before the work begins: whose archive it says it is, and how many ballots stand in it.

Nothing is checked here, and nothing rests on it but the progress that is shown and which files belong together.
"""

import os
from dataclasses import dataclass
from pathlib import Path

from referendum.archive.container import BLOCK
from referendum.crypto.canonical import Malformed, read_json
from referendum.crypto.election import MAX_ELECTION_BYTES

ELECTION = 1
"""The election is the second record of an archive."""
LARGEST_EVENT = 1000


@dataclass(frozen=True)
class Glance:
    """``uuid`` is None for a file that does not begin like an archive."""

    uuid: str | None = None
    ballots: int = 0


def glance(path: Path) -> Glance:
    """Skims over the headers of a file. Raises OSError."""
    uuid: str | None = None
    ballots = 0
    with path.open("rb") as stream:
        number = 0
        while (size := _size(block := stream.read(BLOCK))) is not None:
            left = size
            if number == ELECTION:
                uuid = _uuid(stream.read(min(size, MAX_ELECTION_BYTES)))
                left -= min(size, MAX_ELECTION_BYTES)
            elif b".event.json" in block[:100] and size <= LARGEST_EVENT:
                ballots += b'"type":"Ballot"' in stream.read(size)
                left = 0
            stream.seek(left + -size % BLOCK, os.SEEK_CUR)
            number += 1
    return Glance(uuid, ballots)


def _size(block: bytes) -> int | None:
    digits = block[124:135]
    return int(digits, 8) if len(block) == BLOCK and all(48 <= byte < 56 for byte in digits) else None


def _uuid(raw: bytes) -> str | None:
    try:
        value = read_json(raw)
    except Malformed:
        return None
    uuid = value.get("uuid") if isinstance(value, dict) else None
    return uuid if isinstance(uuid, str) else None
