"""Receiving pairs of ballots, and what the check of their proofs leads to.

No operation here takes an actor: the voting code is the authority.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, inspect

from forum.kernel.database import db
from forum.kernel.errors import N_, Refused, refuse_unless
from referendum.casting.arrival_rules import DROPPED, may_take, why_not
from referendum.casting.envelope import NOT_A_BALLOT, NOT_SIGNED, Envelope, Pair, is_signed, open_pair, signature_on
from referendum.casting.forms import SentPair
from referendum.casting.known_queries import Known, known
from referendum.casting.models import Arrival, BoxState, SetAside
from referendum.casting.rules import FOUND_IN_WORDS, Found
from referendum.crypto.ballot import Fault
from referendum.crypto.election import known_election
from referendum.crypto.layout import longest_ballot
from referendum.process.box_rules import NOT_TAKEN_HERE, is_elsewhere
from referendum.process.models import Vote
from referendum.process.queries import locked


@dataclass(frozen=True, slots=True)
class Receipt:
    """The two trackers; `c` is None where the vote has no citations."""

    v: str
    c: str | None


@dataclass(frozen=True, slots=True)
class Came:
    """A pair, and the moment at which the server had it whole."""

    pair: Pair
    at: datetime


UNKNOWN_CODE = N_(
    "This voting code is not on the list of this vote. Nothing was stored. "
    "Compare it with your mail or letter, letter by letter."
)
ANOTHER_VOTE = N_(
    "This ballot was made for another vote. Nothing was stored; your voting code is unused by it. "
    "Load the booth again."
)
ALREADY = N_(
    "A ballot with this voting code is in the box already, and it is final. "
    "This one was not stored; the first one counts."
)
REPLACED_CODE = N_(
    "This voting code was replaced by another one and no longer counts. Nothing was stored. Use the newer code."
)


def cast_pair(vote: Vote, sent: SentPair, *, now: datetime) -> Receipt:
    """Store both ballots or neither, and answer with their trackers. The same bytes again get the same answer."""
    pair = open_pair(sent)
    refuse_unless(is_signed(pair.v.signature), NOT_SIGNED)
    (answer,) = cast_pairs(locked(vote), [Came(pair, now)], now=now)
    if isinstance(answer, Refused):
        raise answer
    return answer


def cast_pairs(vote: Vote, came: Sequence[Came], *, now: datetime) -> list[Receipt | Refused]:
    """Store or refuse each pair, as if they had come one after another; what is stored is written in one go.

    The signatures on their votes hold. The vote is `locked`, so that neither its close nor a second ballot of the same
    code comes in between.
    """
    sealed = db.session.scalar(_SEALED, {"vote": vote.id})
    desk = _Desk(vote, known(vote.id, [each.pair for each in came]), sealed=bool(sealed))
    answers = [desk.take(each, now) for each in came]
    if desk.taken:
        db.session.connection().execute(_TAKE, desk.taken)
    return answers


_SEALED = db.select(BoxState.sealed).where(BoxState.vote_id == bindparam("vote"))
_TAKE = inspect(Arrival).local_table.insert()  # type: ignore[attr-defined]


class _Desk:
    """One round of pairs for one vote: what is known of them, and what has been taken so far."""

    def __init__(self, vote: Vote, known: Known, *, sealed: bool) -> None:
        self.vote, self.known, self.sealed = vote, known, sealed
        self.elections = {"V": known_election(vote.election_v.encode())}
        if vote.election_c:
            self.elections["C"] = known_election(vote.election_c.encode())
        self.longest = {archive: longest_ballot(election) for archive, election in self.elections.items()}
        self.taken: list[dict[str, object]] = []

    def take(self, came: Came, now: datetime) -> Receipt | Refused:
        try:
            return self._take(came, now)
        except Refused as refused:
            return refused

    def _take(self, came: Came, now: datetime) -> Receipt:
        refuse_unless(not is_elsewhere(self.vote.params), NOT_TAKEN_HERE)
        v, c = came.pair.v, came.pair.c if "C" in self.elections else None
        receipt = Receipt(v.tracker, c.tracker if c else None)
        voted = v.tracker in self.known.votes
        cited = c is not None and c.tracker in self.known.citations
        if voted and (cited or "C" not in self.elections):
            return receipt
        times = self.vote.state, self.vote.opens_at, self.vote.closes_at
        if not may_take(*times, arrived=came.at, now=now, sealed=self.sealed):
            raise Refused(why_not(*times, arrived=came.at))
        refuse_unless(v.tracker not in self.known.faulty, FOUND_IN_WORDS[Found.SET_ASIDE])
        self._admit("V", v)
        self._admit("C", c)
        refuse_unless(not voted and not cited, ALREADY, standing=True)  # half of a pair that stands, with another half
        if not self.vote.params.get("revote"):
            again = v.digest in self.known.voted or (c is not None and self._has_cited(c.digest))
            refuse_unless(not again, ALREADY, standing=True)
        self._keep(v, c)
        return receipt

    def _admit(self, archive: str, envelope: Envelope | None) -> None:
        if archive not in self.elections:
            return
        election = self.elections[archive]
        if envelope is None or len(envelope.body) > self.longest[archive]:
            raise Refused(NOT_A_BALLOT)
        if (envelope.uuid, envelope.election_hash) != (election.uuid, election.fingerprint):
            raise Refused(ANOTHER_VOTE)
        state = self.known.states.get((archive, envelope.digest))
        refuse_unless(state != "revoked", REPLACED_CODE)
        refuse_unless(state == "issued", UNKNOWN_CODE)

    def _has_cited(self, digest: str) -> bool:
        """Citations that wait for their check count only if they are signed: others may have sent them with their own
        vote, to keep somebody from voting."""
        claimed = self.known.claimed.get(digest, ())
        return digest in self.known.cited or any(is_signed(signature_on(body)) for body in claimed)

    def _keep(self, v: Envelope, c: Envelope | None) -> None:
        self.known.votes.add(v.tracker)
        self.known.voted.add(v.digest)
        if c:
            self.known.citations.add(c.tracker)
            self.known.claimed.setdefault(c.digest, []).append(c.body)
        self.taken.append(
            {
                "vote_id": self.vote.id, "state": "recorded", "v_body": v.body, "v_tracker": v.tracker,
                "v_credential": v.digest, "c_body": c.body if c else "", "c_tracker": c.tracker if c else None,
                "c_credential": c.digest if c else "", "c_set_aside": False,
            }
        )  # fmt: skip


def settle_arrival(arrival: Arrival, *, v_fault: str = "", c_fault: str = "") -> None:
    """Note what the check of one pair found; what failed is set aside, and only its tracker and the fault stay."""
    if arrival.state != "recorded":
        return
    if v_fault:
        set_aside(arrival.vote_id, "V", arrival.v_tracker, v_fault)
        if arrival.c_tracker:
            set_aside(arrival.vote_id, "C", arrival.c_tracker, DROPPED)
        db.session.delete(arrival)
    else:
        if arrival.c_tracker and c_fault:
            set_aside(arrival.vote_id, "C", arrival.c_tracker, c_fault)
            arrival.c_set_aside = True
            if c_fault == Fault.SIGNATURE:
                arrival.c_credential, arrival.c_tracker = "", None  # somebody else's, under a code that has not cited
        arrival.state = "checked"
    db.session.flush()


def set_aside(vote_id: int, archive: str, tracker: str, reason: str) -> None:
    db.session.add(
        SetAside(id=secrets.token_urlsafe(16), vote_id=vote_id, archive=archive, tracker=tracker, reason=reason)
    )
