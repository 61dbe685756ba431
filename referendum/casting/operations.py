"""Receiving a pair of ballots, checking every proof, and rewriting arrivals into the public record.

No operation here takes an actor: the voting code is the authority. The audit log has one entry a batch, none a ballot.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime

from forum.kernel import audit
from forum.kernel.database import db
from forum.kernel.errors import N_, Refused, refuse_unless
from referendum.casting import queries, rules
from referendum.casting.forms import SentPair
from referendum.casting.models import Arrival, BoxBatch, BoxedBallot, BoxState, SetAside
from referendum.crypto.ballot import BallotRefused, Fault, admit_ballot, check_ballot
from referendum.crypto.election import known_election
from referendum.crypto.hashing import b64_hash, hex_hash
from referendum.crypto.layout import Ballot
from referendum.electorate.queries import credential_state, digest_of
from referendum.process.models import Vote
from referendum.process.queries import locked
from referendum.process.rules import is_voting_open


class Act(audit.Act):
    """What the box does, in the audit log: without an actor, without a time of its own."""

    WRITE_BATCH = "write_batch"


@dataclass(frozen=True, slots=True)
class Receipt:
    """The two trackers; `c` is None where the vote has no citations."""

    v: str
    c: str | None


REFUSED = {
    Fault.CREDENTIAL: N_(
        "This voting code is not on the list of this vote. Nothing was stored. "
        "Compare it with your mail or letter, sign by sign."
    ),
    Fault.ELECTION: N_(
        "This ballot was made for another vote. Nothing was stored; your voting code is unused by it. "
        "Load the booth again."
    ),
    Fault.SIGNATURE: N_(
        "This ballot was not signed with its own voting code. Nothing was stored; the code is unused by it."
    ),
}
NOT_A_BALLOT = N_("This ballot is damaged. Nothing was stored; your voting code is unused by it. Load the booth again.")
ALREADY = N_(
    "A ballot with this voting code is in the box already, and it is final. "
    "This one was not stored; the first one counts."
)
REPLACED_CODE = N_(
    "This voting code was replaced by another one and no longer counts. Nothing was stored. Use the newer code."
)


def cast_pair(vote: Vote, sent: SentPair, *, now: datetime) -> Receipt:
    """Store both ballots or neither, and answer with their trackers. The same bytes again get the same answer."""
    vote = locked(vote)  # neither the close nor a second ballot of the same code comes in between
    receipt = Receipt(b64_hash(sent.v), b64_hash(sent.c) if vote.election_c else None)
    voted = queries.is_known_vote(vote.id, receipt.v)
    cited = receipt.c is not None and queries.are_known_citations(vote.id, receipt.c)
    if voted and (cited or receipt.c is None):
        return receipt
    if not is_voting_open(vote.state, vote.opens_at, vote.closes_at, now):
        raise Refused(rules.why_closed(vote.state, vote.opens_at, now))
    v = _admit(vote, vote.election_v, sent.v, "V")
    c = _admit(vote, vote.election_c, sent.c, "C") if vote.election_c else None
    refuse_unless(not voted and not cited, ALREADY, standing=True)  # half of a pair that stands, with another half
    _refuse_a_second(vote, v, c)
    db.session.add(
        Arrival(
            vote_id=vote.id,
            v_body=sent.v.decode(),
            v_tracker=receipt.v,
            v_credential=digest_of(v.credential),
            c_body=sent.c.decode() if c else "",
            c_tracker=receipt.c,
            c_credential=digest_of(c.credential) if c else "",
        )
    )
    db.session.flush()
    return receipt


def _admit(vote: Vote, election: str, raw: bytes, archive: str) -> Ballot:
    try:
        ballot = admit_ballot(known_election(election.encode()), raw)
    except BallotRefused as refused:
        raise Refused(REFUSED.get(refused.fault, NOT_A_BALLOT)) from None
    state = credential_state(vote.id, archive, ballot.credential)
    if state == "revoked":
        raise Refused(REPLACED_CODE)
    if state != "issued":
        raise Refused(REFUSED[Fault.CREDENTIAL])
    return ballot


def _refuse_a_second(vote: Vote, v: Ballot, c: Ballot | None) -> None:
    if vote.params.get("revote"):
        return
    refuse_unless(not queries.has_voted(vote.id, digest_of(v.credential)), ALREADY, standing=True)
    refuse_unless(not c or not queries.has_cited(vote.id, digest_of(c.credential)), ALREADY, standing=True)


def holds(election: str, body: str) -> bool:
    """Whether every proof of a ballot holds. Slow on purpose: call it outside a write."""
    try:
        check_ballot(known_election(election.encode()), body.encode())
    except BallotRefused:
        return False
    return True


def settle_arrival(arrival: Arrival, *, v_holds: bool, c_holds: bool) -> None:
    """Note what the check of one pair found; what failed is set aside, and only its tracker stays to say so."""
    if arrival.state != "recorded":
        return
    if not v_holds:
        _set_aside(arrival.vote_id, "V", arrival.v_tracker, "proof")
        if arrival.c_tracker:
            _set_aside(arrival.vote_id, "C", arrival.c_tracker, "dropped")
        db.session.delete(arrival)
    else:
        if arrival.c_tracker and not c_holds:
            _set_aside(arrival.vote_id, "C", arrival.c_tracker, "proof")
            arrival.c_set_aside = True
        arrival.state = "checked"
    db.session.flush()


def _set_aside(vote_id: int, archive: str, tracker: str, reason: str) -> None:
    db.session.add(
        SetAside(id=secrets.token_urlsafe(16), vote_id=vote_id, archive=archive, tracker=tracker, reason=reason)
    )


def write_batch(vote: Vote, *, now: datetime, closing: bool = False) -> int:
    """Rewrite checked arrivals into the public record if a batch is due; how many votes it took."""
    state = queries.box_state(vote.id) or _new_box(vote.id)
    checked = db.select(Arrival).where(Arrival.vote_id == vote.id, Arrival.state == "checked")
    arrivals = {each.sequence: each for each in db.session.scalars(checked)}
    batch = rules.latest_of_each(
        rules.Arrived(each.sequence, each.v_credential, "" if each.c_set_aside else each.c_credential)
        for each in arrivals.values()
    )
    if not rules.batch_is_due(len(batch.votes), rules.hour_of(now), state.hour, closing=closing):
        return 0
    state.batch, state.hour = state.batch + 1, rules.hour_of(now)
    for sequence in batch.replaced_votes:
        _set_aside(vote.id, "V", arrivals[sequence].v_tracker, "replaced")
    for sequence in batch.replaced_citations:
        _set_aside(vote.id, "C", arrivals[sequence].c_tracker or "", "replaced")
    votes = (arrivals[sequence] for sequence in batch.votes)
    _box(vote.id, "V", state.batch, [(each.v_body, each.v_tracker, each.v_credential) for each in votes])
    cited = (arrivals[sequence] for sequence in batch.citations)
    _box(vote.id, "C", state.batch, [(each.c_body, each.c_tracker or "", each.c_credential) for each in cited])
    for arrival in arrivals.values():
        db.session.delete(arrival)
    audit.record(
        None, Act.WRITE_BATCH, f"vote:{vote.public_id}", now=now, office="box", batch=state.batch,
        votes=len(batch.votes),
    )  # fmt: skip
    return len(batch.votes)


def _new_box(vote_id: int) -> BoxState:
    state = BoxState(vote_id=vote_id, batch=0, hour="", sealed=False)
    db.session.add(state)
    return state


def _box(vote_id: int, archive: str, batch: int, ballots: list[tuple[str, str, str]]) -> None:
    hashed = sorted((hex_hash(body.encode()), body, tracker, credential) for body, tracker, credential in ballots)
    for hash_, body, tracker, credential in hashed:
        db.session.add(
            BoxedBallot(
                id=secrets.token_urlsafe(16), vote_id=vote_id, archive=archive, batch=batch, hash=hash_, body=body,
                tracker=tracker, credential=credential,
            )
        )  # fmt: skip
        db.session.flush()  # one by one, so that the rows lie in the order of their hashes
    if hashed:
        digest = rules.batch_hash(hash_ for hash_, *_ in hashed)
        db.session.add(BoxBatch(vote_id=vote_id, number=batch, archive=archive, ballots=len(hashed), hash=digest))


def seal_box(vote: Vote, *, now: datetime) -> None:
    """After the close: the last batch, and no more. Every arrival must have been checked."""
    unchecked = db.session.scalars(
        db.select(Arrival.sequence).where(Arrival.vote_id == vote.id, Arrival.state == "recorded").limit(1)
    ).first()
    if unchecked is not None:
        raise Refused(N_("Ballots are still being checked."))
    write_batch(vote, now=now, closing=True)
    state = queries.box_state(vote.id) or _new_box(vote.id)
    state.sealed = True
    db.session.flush()
