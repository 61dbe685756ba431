"""The sealed list as a file outside the database: one sealed chunk a line, appended, never rewritten.

A chunk is {"assigned": [[entry, unit, V digest, C digest], …]} or {"spares": [[code, V digest, C digest], …]}; who
reads it needs the list's private key, which nobody holds.

The database keeps the file's hash. What stands in the file after the bytes of that hash was left there by a crash
before the commit, so that no code of it was ever handed out: it is cut off. Anything else is an altered list. Whoever
appends or cuts holds the row with the hash until the commit (`queries.locked_electorate`).
"""

import fcntl
import hashlib
import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from forum.kernel.errors import N_, Refused
from referendum.crypto.canonical import Malformed
from referendum.electorate.sealing import seal, unseal

ALTERED = N_("The sealed list is not as it was written. Nothing was opened. Tell the observers at once.")


@dataclass(frozen=True, slots=True)
class Assigned:
    """Which credentials (by their hashes) belong to an entry of the roll. Seen in memory only."""

    entry: str
    unit: str
    v: str
    c: str


@dataclass(frozen=True, slots=True)
class Spare:
    """A voting code made in advance, with the hashes of its credentials."""

    code: str
    v: str
    c: str


@dataclass(slots=True)
class OpenedList:
    """What a list holds, or a part of it: in memory, for the length of one opening."""

    assigned: list[Assigned] = field(default_factory=list)
    spares: list[Spare] = field(default_factory=list)

    def of_entry(self, entry: str) -> list[Assigned]:
        """Every credential that was ever made for an entry."""
        return [each for each in self.assigned if each.entry == entry]


def path_of(folder: Path, uuid: str) -> Path:
    """Where the sealed list of a vote lies inside the instance folder."""
    return folder / "sealed" / f"{uuid}.jsonl"


def append_assigned(path: Path, digest: str, public: int, assigned: list[Assigned]) -> str:
    """Append one chunk of assigned credentials to the list of this hash, durably; gives the new hash."""
    chunk = {"assigned": [[each.entry, each.unit, each.v, each.c] for each in assigned]}
    return _append(path, digest, public, chunk)


def append_spares(path: Path, digest: str, public: int, spares: list[Spare]) -> str:
    """Append the spare codes to the list of this hash, durably; gives the new hash."""
    return _append(path, digest, public, {"spares": [[each.code, each.v, each.c] for each in spares]})


def _append(path: Path, digest: str, public: int, chunk: dict[str, Any]) -> str:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not path.exists():
        path.touch(mode=0o600)
    length, running = _end_of(path, digest)
    line = (json.dumps(seal(public, json.dumps(chunk).encode()), separators=(",", ":")) + "\n").encode()
    with path.open("r+b") as file:
        file.truncate(length)
        file.seek(length)
        file.write(line)
        file.flush()
        os.fsync(file.fileno())
    running.update(line)
    _ends.clear()
    _ends[path] = _End(running.hexdigest(), length + len(line), running, _looks(path))
    return running.hexdigest()


@dataclass(frozen=True, slots=True)
class _End:
    """Where this process wrote last: the list's hash and length then, and what tells whether the file was touched."""

    digest: str
    length: int
    running: "hashlib._Hash"
    looks: tuple[int, int, int]


_ends: dict[Path, _End] = {}
"""Without it each of a large union's thousands of chunks would read all chunks before it."""


def _looks(path: Path) -> tuple[int, int, int]:
    known = path.stat()
    return known.st_ino, known.st_size, known.st_mtime_ns


def _end_of(path: Path, digest: str) -> tuple[int, "hashlib._Hash"]:
    """The same as `_written`, out of memory where nobody else has written since."""
    end = _ends.get(path)
    if end is None or end.digest != digest or end.looks != _looks(path):
        return _written(path, digest)
    return end.length, end.running.copy()


def _written(path: Path, digest: str) -> tuple[int, "hashlib._Hash"]:
    """How many bytes of the file have this hash, and the hash to go on with. Refuses an altered list."""
    length, running = 0, hashlib.sha256()
    if not digest:
        return length, running
    if not path.exists():
        raise Refused(ALTERED)
    with path.open("rb") as lines:
        for line in lines:
            length += len(line)
            running.update(line)
            if running.hexdigest() == digest:
                return length, running
    raise Refused(ALTERED)


def is_as_written(path: Path, digest: str) -> bool:
    """Whether the list of this hash is there."""
    try:
        return bool(digest and _written(path, digest))
    except Refused:
        return False


def open_chunks(
    path: Path, digest: str, private: int, tell: Callable[[int, int], None] | None = None
) -> Iterator[OpenedList]:
    """The list of this hash, a chunk in memory at a time; `tell` hears how many bytes of how many are read. Refuses an
    altered list, or one that is gone; raises Malformed where the key is another."""
    whole = left = _written(path, digest)[0]
    with path.open("rb") as lines:
        for line in lines:
            left -= len(line)
            if left < 0:
                return
            yield _read_chunk(private, line)
            if tell:
                tell(whole - left, whole)


def _read_chunk(private: int, line: bytes) -> OpenedList:
    try:
        chunk = json.loads(unseal(private, json.loads(line)))
        assigned = [Assigned(*each) for each in chunk.get("assigned", [])]
        return OpenedList(assigned, [Spare(*each) for each in chunk.get("spares", [])])
    except (ValueError, TypeError, AttributeError):  # where the tellers made the list, nobody could look into it before
        raise Malformed("a chunk of the sealed list is not of the right form") from None


@contextmanager
def one_at_a_time(path: Path) -> Iterator[bool]:
    """Whether nobody else on this machine is making codes for this list; holds the others off until the end."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with path.with_suffix(".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        yield True
