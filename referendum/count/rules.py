"""When totals are opened, the words for when they are not, and how a record is split. Pure."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

from forum.kernel.errors import N_
from referendum.crypto.canonical import read_json, read_list, read_text

MIN_BALLOTS = 20
CITATIONS_MIN = 100
TOO_FEW = "too_few"

WITHHELD = {
    "V": N_("It is not opened: the voting rule counts nothing below %(minimum)s ballots."),
    "C": N_("It is not opened: citations are counted from %(minimum)s ballots on, so that nobody is found out."),
}


def minimum_of(archive: str, params: Mapping[str, Any]) -> int:
    """The fewest ballots with which an archive is opened."""
    name, default = ("min_ballots", MIN_BALLOTS) if archive == "V" else ("citations_min", CITATIONS_MIN)
    return int(params.get(name, default))


def part_bodies(body: str, parts: int) -> list[str]:
    """What a trustee handed in, for each part of the record. Raises Malformed where it does not fit."""
    if parts == 1:
        return [body]
    return [read_text(each) for each in read_list(read_json(body.encode()), parts)]


def joined_bodies(bodies: Sequence[str]) -> str:
    """How what a trustee handed in is kept: the text itself, or the list of one for each part of the record."""
    return bodies[0] if len(bodies) == 1 else json.dumps(bodies, separators=(",", ":"))


def hash_over(hashes: Sequence[str]) -> str:
    """The hash of an archive: its file's; of several parts SHA-256 over their hashes in hexadecimal, in order."""
    return hashes[0] if len(hashes) == 1 else hashlib.sha256("".join(hashes).encode()).hexdigest()


def withheld(ballots: int, minimum: int) -> str:
    """Why totals stay closed; "" when they may be opened. Nothing is ever opened for no ballot at all."""
    return TOO_FEW if ballots < max(1, minimum) else ""
