"""When the box takes a ballot, which ballots a batch holds, and what a tracker is told. Pure."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from string import ascii_letters, digits
from unicodedata import category

from forum.kernel.errors import N_, Problem

SMALLEST_BATCH = 30
LENGTH = 43
SIGNS = frozenset(f"{ascii_letters}{digits}+/")
"""Of a tracker: a SHA-256 in base64."""


class Found(StrEnum):
    """Where a ballot is, as its tracker is told."""

    BOXED = "boxed"
    RECORDED = "recorded"
    CHECKED = "checked"
    REPLACED = "replaced"
    SET_ASIDE = "set_aside"
    DROPPED = "dropped"
    UNKNOWN = "unknown"


FOUND_IN_WORDS = {
    Found.BOXED: N_("This ballot is in the box, in batch %(batch)s of the public record."),
    Found.RECORDED: N_("This ballot is recorded. Its proofs are being checked; it is in the next batch."),
    Found.CHECKED: N_("This ballot is recorded and checked. It is in the next batch."),
    Found.REPLACED: N_("This ballot was replaced by a later one of the same voting code before its batch was written."),
    Found.SET_ASIDE: N_(
        "This ballot was set aside: one of its proofs does not hold. The voting code can be used again."
    ),
    Found.DROPPED: N_("These citations came with a vote that was set aside, and were dropped with it."),
    Found.UNKNOWN: N_("No ballot has this tracker. Compare it with your receipt: capital and small letters differ."),
}
SET_ASIDE_FOR_GOOD = N_(
    "This ballot was set aside: one of its proofs does not hold. Voting is over; its code can no longer be used."
)
CITATIONS_SET_ASIDE = N_("These citations were set aside: one of their proofs does not hold. The vote stands.")


@dataclass(frozen=True, slots=True)
class Arrived:
    """A checked pair, by the order of its arrival and the hashes of its credentials. `c_credential` is empty where
    the C part was set aside or none belongs to the vote."""

    sequence: int
    v_credential: str
    c_credential: str


@dataclass(frozen=True, slots=True)
class Batch:
    """Which arrivals go into a batch, by sequence: as votes, as citations; and which were replaced before it."""

    votes: tuple[int, ...]
    citations: tuple[int, ...]
    replaced_votes: tuple[int, ...]
    replaced_citations: tuple[int, ...]


def latest_of_each(arrived: Iterable[Arrived]) -> Batch:
    """The latest vote of each credential, and the latest citations that stand: a set-aside one displaces none."""
    votes: dict[str, int] = {}
    citations: dict[str, int] = {}
    everything = sorted(arrived, key=lambda each: each.sequence)
    for each in everything:
        votes[each.v_credential] = each.sequence
        if each.c_credential:
            citations[each.c_credential] = each.sequence
    kept_votes, kept_citations = set(votes.values()), set(citations.values())
    return Batch(
        votes=tuple(sorted(kept_votes)),
        citations=tuple(sorted(kept_citations)),
        replaced_votes=tuple(each.sequence for each in everything if each.sequence not in kept_votes),
        replaced_citations=tuple(
            each.sequence for each in everything if each.c_credential and each.sequence not in kept_citations
        ),
    )


def batch_is_due(checked: int, hour: str, last_hour: str, *, closing: bool) -> bool:
    """Batches hold at least thirty ballots and come at most hourly; the one at the close takes what is left."""
    return checked > 0 if closing else checked >= SMALLEST_BATCH and hour != last_hour


def batch_hash(hashes: Iterable[str]) -> str:
    """The public hash of a batch: SHA-256 over the hashes of its ballots, each in hexadecimal, in their order."""
    return hashlib.sha256("".join(sorted(hashes)).encode()).hexdigest()


def hour_of(now: datetime) -> str:
    """The hour of a batch, all that is kept of its time."""
    return now.strftime("%Y-%m-%dT%H")


def normalised_tracker(typed: str) -> str:
    """A tracker as typed or pasted, without blanks, signs that nobody sees, and the padding some tools add."""
    return "".join(each for each in typed if not each.isspace() and category(each) != "Cf").rstrip("=")


def readings(tracker: str) -> tuple[str, ...]:
    """What a typed tracker may mean: as it stands, and with its first letter as it was before a phone wrote it large.
    All others stand for themselves: a small and a capital letter are two signs."""
    return (tracker, tracker[:1].lower() + tracker[1:]) if tracker[:1].isupper() else (tracker,)


def fault_of(tracker: str) -> Problem | None:
    """What is wrong with the shape of a tracker; None where it could be one."""
    if strange := sorted(set(tracker) - SIGNS):
        text = N_("A tracker has letters without accents, digits, + and /. These cannot be in it: %(signs)s")
        return Problem("tracker", text, {"signs": " ".join(strange[:10])})
    if len(tracker) == LENGTH:
        return None
    text = N_("A tracker has %(length)s characters; this has %(count)s. Missing: %(gap)s.")
    if len(tracker) > LENGTH:
        text = N_("A tracker has %(length)s characters; this has %(count)s. Too many: %(gap)s.")
    return Problem("tracker", text, {"length": LENGTH, "count": len(tracker), "gap": abs(LENGTH - len(tracker))})


def seal_number(body: str) -> str:
    """What the booth showed before this ballot was cast: the hash that its signature is over."""
    return str(json.loads(body)["signature"]["hash"])


def why_closed(state: str, opens_at: datetime, now: datetime) -> str:
    """The words for a booth that takes no ballot now."""
    if state == "set_up" or now < opens_at:
        return N_("Voting has not opened yet. Nothing was stored; your voting code is unused by this ballot.")
    return N_("Voting is closed. This ballot was not stored and is not counted.")
