"""The long check of a pair, apart from database and web: what a process of the pool has to import is little."""

from dataclasses import dataclass

from referendum.casting.envelope import is_signed, signature_on
from referendum.crypto.ballot import BallotRefused, Fault, check_ballot
from referendum.crypto.election import known_election


@dataclass(frozen=True, slots=True)
class Waiting:
    """A received pair as the check needs it. The tracker says which one it was, should its number be given out anew."""

    sequence: int
    v_tracker: str
    election_v: str
    election_c: str
    v_body: str
    c_body: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the check found: of each ballot its fault, or "" where every proof holds."""

    sequence: int
    v_tracker: str
    v_fault: str
    c_fault: str


def fault_of(election: str, body: str) -> str:
    """What is wrong with a ballot, as `Fault` names it; "" where every proof of it holds. Takes tens of
    milliseconds: call it outside of every write."""
    try:
        check_ballot(known_election(election.encode()), body.encode())
    except BallotRefused as refused:
        return refused.fault
    return ""


def check_pair(pair: Waiting) -> Verdict:
    """Both ballots of a pair; where the vote falls, its citations fall with it unread."""
    v_fault = fault_of(pair.election_v, pair.v_body)
    c_fault = fault_of(pair.election_c, pair.c_body) if pair.c_body and not v_fault else ""
    if c_fault and not is_signed(signature_on(pair.c_body)):
        c_fault = Fault.SIGNATURE  # whatever else is wrong with them: they are not of the code that they name
    return Verdict(pair.sequence, pair.v_tracker, v_fault, c_fault)
