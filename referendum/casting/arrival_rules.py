"""Until when the box takes a pair, and what may be said of one that was set aside. Pure."""

from datetime import datetime, timedelta

from forum.kernel.errors import N_
from referendum.casting.rules import why_closed
from referendum.crypto.ballot import Fault
from referendum.process.rules import is_voting_open

LATEST = timedelta(seconds=20)
"""How long after its arrival a pair may still be written: the longest that one write waits for others."""

DROPPED, REPLACED = "dropped", "replaced"
HARMLESS = (DROPPED, REPLACED)
"""Why a ballot is not in the box though no proof of its own failed."""

FAULTS = {
    Fault.SIZE: N_("It is longer than a ballot of this vote can be."),
    Fault.FORM: N_("It is not written as ballots of this vote are."),
    Fault.ELEMENT: N_("One of its numbers is not an encrypted mark."),
    Fault.PROOF: N_("One of its proofs does not hold."),
    Fault.SIGNATURE: N_("It was not signed with the voting code that it names."),
}


def may_take(
    state: str, opens_at: datetime, closes_at: datetime, *, arrived: datetime, now: datetime, sealed: bool
) -> bool:
    """Whether a pair that arrived at `arrived` may be written at `now`. The arrival counts: what was here before the
    close is taken after it too, until the box is sealed. One that waited too long is told so, not stored late."""
    if now - arrived > LATEST:
        return False
    in_time = is_voting_open("open", opens_at, closes_at, arrived)
    return in_time and (state == "open" or (state == "counting" and not sealed))


def may_seal(closes_at: datetime, now: datetime) -> bool:
    """Not before everything that was here at the close has been written."""
    return now >= closes_at + LATEST


def why_not(state: str, opens_at: datetime, closes_at: datetime, *, arrived: datetime) -> str:
    """The words for a pair that may not be taken."""
    if is_voting_open(state, opens_at, closes_at, arrived):
        return N_("The box could not be written to in time. This ballot was not stored; please send it again.")
    return why_closed(state, opens_at, arrived)
