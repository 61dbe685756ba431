"""What the tellers take to a machine of their own to make codes there: two files of JSON lines. Pure.

The *roll*: a header (`RollHeader`), then ["entry", "unit"] for each member who may vote, in order of entry. No name, no
number. The *addresses*: a header, then chunks of [entry, number, name, e-mail, language, local] in the same order, each
sealed to a key of which every teller's key file opens a copy. So no address lies readable on a disk on the way.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

from referendum.crypto.canonical import Malformed, canonical_bytes, read_fields, read_json, read_list, read_text
from referendum.crypto.group import draw_exponent, draw_secret, power_of_g
from referendum.electorate.sealing import seal, unseal

ROLL, ADDRESSES = "hustings-roll", "hustings-addresses"
VERSION = 1
CHUNK = 500


@dataclass(frozen=True, slots=True)
class RollHeader:
    """`tellers` are their public keys, in the order of the shares. `texts` maps a language to {first, again}, each
    {subject, text, html, letter, box}; in them the `tokens` stand for name, code, link, local, and for what is said,
    in `box`, of another site (url) that keeps the ballots. `link` ends where the code begins."""

    vote: str
    uuid_v: str
    uuid_c: str
    question: int
    size: int
    spares: int
    roll_hash: str
    link: str
    tellers: tuple[str, ...]
    tokens: dict[str, str]
    texts: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Person:
    """Whom a code goes to."""

    entry: str
    number: str
    name: str
    email: str
    language: str
    local: str


def roll_lines(header: RollHeader, entries: Iterable[tuple[str, str]]) -> Iterator[bytes]:
    """The roll's file, line by line."""
    yield canonical_bytes({"format": ROLL, "version": VERSION, **asdict(header)}) + b"\n"
    for each in entries:
        yield canonical_bytes(list(each)) + b"\n"


def read_roll(path: Path) -> RollHeader:
    """The header of a roll's file. Raises Malformed."""
    with path.open("rb") as lines:
        found = _header(lines.readline(), ROLL, tuple(each.name for each in fields(RollHeader)))
    return RollHeader(**{**found, "tellers": tuple(found["tellers"])})


def entries(path: Path) -> Iterator[tuple[str, str]]:
    """(entry, unit) of everybody on the roll. Raises Malformed where a line is not one."""
    before = ""
    with path.open("rb") as lines:
        lines.readline()
        for line in lines:
            entry, unit = (read_text(each) for each in read_list(read_json(line), 2))
            if entry <= before:
                raise Malformed("the roll is not in the order of its entries")
            before = entry
            yield entry, unit


def address_lines(vote: str, tellers: Sequence[str], people: Iterable[Sequence[Person]]) -> Iterator[bytes]:
    """The addresses' file, line by line, from chunks of people."""
    private = draw_exponent(draw_secret)
    public = power_of_g(private)
    keys = [{"key": key, "sealed": seal(int(key), str(private).encode())} for key in tellers]
    yield canonical_bytes({"format": ADDRESSES, "version": VERSION, "vote": vote, "keys": keys}) + b"\n"
    for chunk in people:
        rows = [[each.entry, each.number, each.name, each.email, each.language, each.local] for each in chunk]
        yield canonical_bytes(seal(public, canonical_bytes(rows))) + b"\n"


class Addresses:
    """An addresses' file, opened with one teller's private key."""

    def __init__(self, path: Path, private: int) -> None:
        self._path = path
        with path.open("rb") as lines:
            header = _header(lines.readline(), ADDRESSES, ("vote", "keys"))
        self.vote: str = header["vote"]
        own = str(power_of_g(private))
        copies = [each["sealed"] for each in header["keys"] if each["key"] == own]
        if not copies:
            raise Malformed("the addresses are not sealed to this key file")
        self._private = int(unseal(private, copies[0]))

    def people(self) -> Iterator[Person]:
        """Everybody, a chunk in memory at a time."""
        with self._path.open("rb") as lines:
            lines.readline()
            for line in lines:
                for row in json.loads(unseal(self._private, read_json(line))):
                    yield Person(*row)


def _header(line: bytes, kind: str, names: tuple[str, ...]) -> dict[str, Any]:
    try:
        found = read_fields(read_json(line), ("format", "version", *names))
    except Malformed:
        raise Malformed(f"this is not a file of the kind “{kind}”") from None
    if found.pop("format") != kind:
        raise Malformed(f"this is not a file of the kind “{kind}”")
    if found.pop("version") != VERSION:
        raise Malformed("this file was written by another version of the program")
    return found
