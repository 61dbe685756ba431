"""When totals are opened, the words for when they are not, and how a record is split. Pure."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import datetime, timedelta
from typing import Any

from forum.kernel.errors import N_
from referendum.crypto.canonical import read_json, read_list, read_text
from referendum.crypto.joint import Item, by_item
from referendum.crypto.proofs import Proof, read_proof
from referendum.crypto.threshold import ThresholdGroup

MIN_BALLOTS = 20
ONE_MORE = timedelta(days=1)
"""For so long the count waits for one more part of a group, where a part came without a second proof."""
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


def sent_proofs(value: object, parts: int) -> list[Proof]:
    """The second proofs that a trustee handed in, one for each part of the record; none where none came. Raises
    Malformed."""
    if value is None:
        return []
    return [read_proof(each) for each in ([value] if parts == 1 else read_list(value, parts))]


def kept_proofs(proofs: Sequence[Proof]) -> str:
    """How second proofs are kept: as they were handed in, "" for none."""
    fields = [proof.as_json() for proof in proofs]
    return json.dumps(fields[0] if len(fields) == 1 else fields, separators=(",", ":")) if fields else ""


def read_kept(text: str, parts: int) -> list[Proof]:
    """Second proofs as they are kept. Raises Malformed where somebody altered them."""
    return sent_proofs(read_json(text.encode()), parts) if text else []


def helps(items: Sequence[Item], owner: int, given: AbstractSet[int], proved: AbstractSet[int]) -> bool:
    """Whether the part of this trustee (a number) is of use, where those of `given` are in, of `proved` with a second
    proof: each single trustee's is; of a group as many as its threshold, and one more for each that has no second
    proof, for all parts of a group must fit each other."""
    for item, own in by_item(items):
        if owner in own:
            least = item.threshold if isinstance(item, ThresholdGroup) else 1
            return owner not in given and len(proved & set(own)) < least
    return False


def opens_at(last: datetime, closed_at: datetime, annulled_after: timedelta) -> datetime:
    """When a count that waits for one more part is opened without it: a day after the last one, and in time before the
    vote would be annulled."""
    return min(last + ONE_MORE, closed_at + annulled_after - ONE_MORE)


def hash_over(hashes: Sequence[str]) -> str:
    """The hash of an archive: its file's; of several parts SHA-256 over their hashes in hexadecimal, in order."""
    return hashes[0] if len(hashes) == 1 else hashlib.sha256("".join(hashes).encode()).hexdigest()


def withheld(ballots: int, minimum: int) -> str:
    """Why totals stay closed; "" when they may be opened. Nothing is ever opened for no ballot at all."""
    return TOO_FEW if ballots < max(1, minimum) else ""
