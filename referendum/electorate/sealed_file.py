"""The sealed list as a file outside the database: one sealed chunk a line, appended, never rewritten.

A chunk is {"assigned": [[entry, unit, V digest, C digest], …]} or {"spares": [[code, V digest, C digest], …]}; who
reads it needs the list's private key, which nobody holds.
"""

import fcntl
import hashlib
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from referendum.crypto.canonical import Malformed
from referendum.electorate.sealing import seal, unseal


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
    """The whole list in memory, for the length of one opening."""

    assigned: list[Assigned] = field(default_factory=list)
    spares: list[Spare] = field(default_factory=list)

    def of_entry(self, entry: str) -> list[Assigned]:
        """Every credential that was ever made for an entry."""
        return [each for each in self.assigned if each.entry == entry]


def path_of(folder: Path, uuid: str) -> Path:
    """Where the sealed list of a vote lies inside the instance folder."""
    return folder / "sealed" / f"{uuid}.jsonl"


def append_assigned(path: Path, public: int, assigned: list[Assigned]) -> str:
    """Append one chunk of assigned credentials, durably; gives the file's new hash."""
    return _append(path, public, {"assigned": [[each.entry, each.unit, each.v, each.c] for each in assigned]})


def append_spares(path: Path, public: int, spares: list[Spare]) -> str:
    """Append the spare codes, durably; gives the file's new hash."""
    return _append(path, public, {"spares": [[each.code, each.v, each.c] for each in spares]})


def _append(path: Path, public: int, chunk: dict[str, Any]) -> str:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    line = "" if _ends_whole(path) else "\n"  # a crash may have torn the last line: it stays apart from this one
    line += json.dumps(seal(public, json.dumps(chunk).encode()), separators=(",", ":")) + "\n"
    file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        os.write(file, line.encode())
        os.fsync(file)
    finally:
        os.close(file)
    return hash_of(path)


def _ends_whole(path: Path) -> bool:
    return not path.exists() or not path.stat().st_size or path.read_bytes()[-1:] == b"\n"


def hash_of(path: Path) -> str:
    """SHA-256 of the file; empty when there is none."""
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.exists() else ""


def open_list(path: Path, private: int) -> OpenedList:
    """The whole list. Raises Malformed when a line was altered or the key is another; a line that a crash tore in the
    middle holds nothing that was ever used, and is passed over."""
    opened = OpenedList()
    for number, line in enumerate(path.read_text(encoding="ascii").splitlines(), start=1):
        if not line.endswith("}"):
            continue
        try:
            chunk = json.loads(unseal(private, json.loads(line)))
        except ValueError as problem:
            raise Malformed(f"line {number} of the sealed list cannot be opened: {problem}") from None
        opened.assigned += [Assigned(*each) for each in chunk.get("assigned", [])]
        opened.spares += [Spare(*each) for each in chunk.get("spares", [])]
    return opened


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
