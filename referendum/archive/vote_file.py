"""What is published about a vote beside its archives: ``vote.json`` (SPEC 8), read strictly and written."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from referendum.crypto.canonical import Malformed, canonical_bytes, read_fields, read_json, read_list, read_text
from referendum.crypto.proofs import Proof, read_proof

VERSION = 1
LARGEST_VOTE_FILE = 256 * 1024 * 1024
LETTERS = ("V", "C")
MOST_COUNT = 10**9

_HEX = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class Part:
    """One archive of the record: the hash of its credentials record, how many stand in it, the hash of its file, and
    the trustees' second proofs of their factors, by number."""

    credentials: str
    count: int
    sha256: str = ""
    second_proofs: Mapping[int, Proof] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        value: dict[str, Any] = {"credentials": self.credentials, "count": self.count}
        if self.sha256:
            value["sha256"] = self.sha256
        if self.second_proofs:
            proofs = sorted(self.second_proofs.items())
            value["second_proofs"] = [{"owner": owner} | proof.as_json() for owner, proof in proofs]
        return value


@dataclass(frozen=True)
class Stated:
    """What the file says of one archive, in its parts. ``void`` is None while codes may still be replaced;
    ``replaced`` leads from a code that was replaced to the one that replaced it, and is None where it is not told."""

    uuid: str
    election: str
    trustees: str
    floor: int
    parts: tuple[Part, ...]
    void: frozenset[str] | None = None
    replaced: dict[str, str] | None = None

    def as_json(self) -> dict[str, Any]:
        value: dict[str, Any] = {
            "uuid": self.uuid,
            "election": self.election,
            "trustees": self.trustees,
            "floor": self.floor,
            "parts": [part.as_json() for part in self.parts],
        }
        if self.void is not None:
            value["void"] = sorted(self.void)
        if self.replaced is not None:
            value["replaced"] = [list(pair) for pair in sorted(self.replaced.items())]
        return value


@dataclass(frozen=True)
class VoteFile:
    """The whole file. ``roll_hash`` is the frozen roll's, ``digest`` the frozen digest's ("" without a debate)."""

    vote: str
    is_closed: bool
    size: int
    spares: int
    roll_hash: str
    digest: str
    archives: dict[str, Stated]

    @property
    def raw(self) -> bytes:
        return canonical_bytes(
            {
                "version": VERSION,
                "vote": self.vote,
                "state": "closed" if self.is_closed else "open",
                "roll": {"size": self.size, "spares": self.spares, "sha256": self.roll_hash},
                "digest": self.digest,
                "archives": {letter: stated.as_json() for letter, stated in self.archives.items()},
            }
        )

    def letter_of(self, uuid: str) -> str | None:
        """Which archive has this identifier."""
        return next((letter for letter, stated in self.archives.items() if stated.uuid == uuid), None)


def _read_hash(value: object) -> str:
    text = read_text(value)
    if not _HEX.fullmatch(text):
        raise Malformed("a hash is not 64 hexadecimal digits")
    return text


def _read_whole(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= MOST_COUNT:
        raise Malformed("a number is not a whole one")
    return value


def _in_order(names: list[str]) -> None:
    if any(one >= other for one, other in pairwise(names)):
        raise Malformed("a list is not in ascending order, or has something twice")


def _read_pair(value: object) -> tuple[str, str]:
    old, new = read_list(value, 2)
    return _read_hash(old), _read_hash(new)


def _read_part(value: object) -> Part:
    fields = read_fields(value, ("credentials", "count"), ("sha256", "second_proofs"))
    digest = _read_hash(fields["sha256"]) if "sha256" in fields else ""
    proofs = _read_proofs(fields["second_proofs"]) if "second_proofs" in fields else {}
    if proofs and not digest:
        raise Malformed("there are second proofs of a part that is not finished")
    return Part(_read_hash(fields["credentials"]), _read_whole(fields["count"]), digest, proofs)


def _read_proofs(value: object) -> dict[int, Proof]:
    proofs: dict[int, Proof] = {}
    for item in read_list(value):
        fields = read_fields(item, ("owner", "challenge", "response"))
        owner = _read_whole(fields.pop("owner"))
        if owner <= max(proofs, default=0):
            raise Malformed("second proofs are not in the ascending order of their trustees")
        proofs[owner] = read_proof(fields)
    if not proofs:
        raise Malformed("a list of second proofs is empty")
    return proofs


def _read_stated(value: object) -> Stated:
    required = ("uuid", "election", "trustees", "floor", "parts")
    fields = read_fields(value, required, ("void", "replaced"))
    void = [_read_hash(item) for item in read_list(fields["void"])] if "void" in fields else None
    pairs = [_read_pair(item) for item in read_list(fields["replaced"])] if "replaced" in fields else None
    _in_order(void or [])
    _in_order([old for old, _ in pairs or []])
    parts = tuple(_read_part(part) for part in read_list(fields["parts"]))
    if not parts:
        raise Malformed("an archive has no part")
    return Stated(
        read_text(fields["uuid"]),
        _read_hash(fields["election"]),
        _read_hash(fields["trustees"]),
        _read_whole(fields["floor"]),
        parts,
        None if void is None else frozenset(void),
        None if pairs is None else dict(pairs),
    )


def read_vote_file(raw: bytes) -> VoteFile:
    """The file from its bytes. Raises Malformed, saying what is wrong."""
    if len(raw) > LARGEST_VOTE_FILE:
        raise Malformed("it is larger than any such file can be")
    fields = read_fields(read_json(raw), ("version", "vote", "state", "roll", "digest", "archives"))
    if fields["version"] != VERSION or isinstance(fields["version"], bool):
        raise Malformed("its version is not 1")
    if fields["state"] not in ("open", "closed"):
        raise Malformed("its state is neither “open” nor “closed”")
    roll = read_fields(fields["roll"], ("size", "spares", "sha256"))
    archives = read_fields(fields["archives"], ("V",), ("C",))
    return VoteFile(
        vote=read_text(fields["vote"]),
        is_closed=fields["state"] == "closed",
        size=_read_whole(roll["size"]),
        spares=_read_whole(roll["spares"]),
        roll_hash=_read_hash(roll["sha256"]),
        digest=_read_hash(fields["digest"]) if fields["digest"] else "",
        archives={letter: _read_stated(archives[letter]) for letter in LETTERS if letter in archives},
    )
