"""A copy of a box that was taken while it filled, against the parts that its record was split into later (SPEC 9)."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from referendum.archive.compare import Difference, NamedEvents
from referendum.archive.credential_list import CredentialList
from referendum.archive.events import EventType
from referendum.archive.names import name_of, place_of
from referendum.archive.survey import claimed_credential
from referendum.crypto.canonical import Malformed
from referendum.crypto.credentials import read_entries
from referendum.crypto.hashing import b64_of_hex


@dataclass
class _Copy:
    """What of one file is compared: the set-up, and the ballots in order, each hash with the name of its credential."""

    path: Path
    records: list[str] = field(default_factory=list)
    credentials: list[str] = field(default_factory=list)
    ballots: list[tuple[str, str]] = field(default_factory=list)


def _read(path: Path) -> _Copy:
    copy = _Copy(path)
    with NamedEvents(path) as events:
        for event in events:
            if event.type is EventType.SETUP and not copy.records:
                copy.records = [record.digest for record in event.data[:2]]
                try:
                    copy.credentials = list(CredentialList(read_entries(event.data[2].pieces())).names())
                except Malformed:
                    copy.credentials = []
            elif event.type is EventType.BALLOT:
                name = name_of(claimed_credential(event.payload) or "")
                copy.ballots.append((event.data[0].digest, name))
    return copy


def compare_parts(old: Path, parts: Sequence[Path]) -> Difference:
    """Whether every ballot of the older copy stands in its part, in the same order and before all later ones.

    Ballots of one credential stand in one part, so their order, which decides which counts, is the same too. Raises
    Unreadable or OSError.
    """
    before = _read(old)
    listed: set[str] = set()
    more = 0
    for path in parts:
        after = _read(path)
        if after.records != before.records:
            return _parted(f"{path} has another election or other trustees than {old}")
        listed.update(after.credentials)
        place = place_of(after.credentials[0], len(parts)) if after.credentials else None
        mine = [digest for digest, name in before.ballots if place_of(name, len(parts)) == place]
        there = [digest for digest, _ in after.ballots]
        for number, digest in enumerate(mine):
            if there[number : number + 1] != [digest]:
                found = f"ballot {b64_of_hex(there[number])}" if number < len(there) else "nothing"
                words = f"where {old} has ballot {b64_of_hex(digest)}, {path} has {found} as its ballot {number + 1}"
                return _parted(words)
        more += len(there) - len(mine)
    if listed != set(before.credentials):
        return _parted(f"the parts together do not have the credentials of {old}")
    return Difference("", 1 + len(before.ballots), {EventType.BALLOT: more} if more else {})


def _parted(words: str) -> Difference:
    return Difference(words, 0, {})
