"""Rewriting checked arrivals into the public record, a part in each transaction, so that nobody who votes has to wait.

A batch is fixed when it begins: it takes the arrivals up to one of them, and none before which an unchecked one waits.
Then its votes go into the box in the order of their hashes, then its citations in theirs, so that nothing joins the
two; then the batch is published, and its arrivals are forgotten. Whoever is killed on the way is followed by another
who goes on from what is in the box. The audit log has one entry a batch, none a ballot.
"""

import secrets
from base64 import b64decode
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func

from forum.kernel import audit
from forum.kernel.database import db
from forum.kernel.errors import N_, Refused
from referendum.casting import queries, rules
from referendum.casting.arrival_rules import REPLACED
from referendum.casting.models import Arrival, BoxBatch, BoxedBallot, BoxState
from referendum.casting.operations import set_aside
from referendum.process.models import Vote
from referendum.process.queries import locked

PART = 100


class Act(audit.Act):
    """What the box does, in the audit log: without an actor, without a time of its own."""

    WRITE_BATCH = "write_batch"


@dataclass(frozen=True, slots=True)
class Slip:
    """One ballot of a batch, without its body: where it waits, and what the record will call it."""

    hash: str
    sequence: int
    tracker: str
    credential: str


@dataclass(frozen=True, slots=True)
class Plan:
    """A batch under way: what belongs into it, in the order of the hashes, and the trackers that were replaced."""

    number: int
    upto: int
    votes: list[Slip]
    citations: list[Slip]
    replaced: list[tuple[str, str]]


def write_batch(vote: Vote, *, now: datetime, closing: bool = False) -> int:
    """Write a whole batch inside one transaction, if one is due; how many votes it took."""
    plan = begin_batch(vote, now=now, closing=closing)
    while write_part(vote, plan, now=now):
        continue
    return len(plan.votes) if plan else 0


def begin_batch(vote: Vote, *, now: datetime, closing: bool = False) -> Plan | None:
    """Fix what the next batch holds if one is due; or find the one that is under way."""
    state = queries.box_state(locked(vote).id) or _new_box(vote.id)
    if is_due(vote, state, now=now, closing=closing):
        state.upto, state.hour = _last_ready(vote.id), rules.hour_of(now)
        db.session.flush()
    return _plan(vote.id, state) if state.upto else None


def is_due(vote: Vote, state: BoxState | None, *, now: datetime, closing: bool) -> bool:
    """Whether another batch may begin. Reads no ballot."""
    written = state is not None and state.hour == rules.hour_of(now)
    if state and (state.upto or state.clear_to or (written and not closing)):
        return False  # before anything is counted: this is asked after every round
    ready = Arrival.vote_id == vote.id, Arrival.state == "checked", Arrival.sequence <= _last_ready(vote.id)
    voters = db.session.scalar(db.select(func.count(Arrival.v_credential.distinct())).where(*ready)) or 0
    return rules.batch_is_due(voters, rules.hour_of(now), state.hour if state else "", closing=closing)


def _last_ready(vote_id: int) -> int:
    """The last arrival before which none waits for its check: a later ballot never comes into the box before an
    earlier one of the same code."""
    first = db.select(func.min(Arrival.sequence)).where(Arrival.vote_id == vote_id, Arrival.state == "recorded")
    unchecked: int | None = db.session.scalar(first)
    if unchecked is not None:
        return unchecked - 1
    last: int | None = db.session.scalar(db.select(func.max(Arrival.sequence)).where(Arrival.vote_id == vote_id))
    return last or 0


def _plan(vote_id: int, state: BoxState) -> Plan:
    columns = (
        Arrival.sequence, Arrival.v_tracker, Arrival.v_credential, Arrival.c_tracker, Arrival.c_credential,
        Arrival.c_set_aside,
    )  # fmt: skip
    query = db.select(*columns).where(Arrival.vote_id == vote_id, Arrival.sequence <= state.upto)
    arrivals = {row.sequence: row for row in db.session.execute(query)}
    batch = rules.latest_of_each(
        rules.Arrived(row.sequence, row.v_credential, "" if row.c_set_aside else row.c_credential)
        for row in arrivals.values()
    )
    votes = [arrivals[sequence] for sequence in batch.votes]
    cited = [arrivals[sequence] for sequence in batch.citations]
    replaced = [("V", arrivals[sequence].v_tracker) for sequence in batch.replaced_votes]
    replaced += [("C", arrivals[sequence].c_tracker) for sequence in batch.replaced_citations]
    return Plan(
        state.batch + 1,
        state.upto,
        sorted((_slip(row.sequence, row.v_tracker, row.v_credential) for row in votes), key=lambda slip: slip.hash),
        sorted((_slip(row.sequence, row.c_tracker, row.c_credential) for row in cited), key=lambda slip: slip.hash),
        replaced,
    )


def _slip(sequence: int, tracker: str, credential: str) -> Slip:
    return Slip(b64decode(f"{tracker}=").hex(), sequence, tracker, credential)


def write_part(vote: Vote, plan: Plan | None, *, now: datetime) -> bool:
    """Take the next step of the batch that `plan` describes; whether there is another. Each may be a transaction."""
    state = queries.box_state(locked(vote).id)
    if state is None:
        return False
    db.session.refresh(state)
    if state.clear_to:
        return _clear_part(vote.id, state)
    if plan is None or (state.upto, state.batch + 1) != (plan.upto, plan.number):
        return False  # another has finished it
    if _box_part(vote.id, plan.number, "V", plan.votes) or _box_part(vote.id, plan.number, "C", plan.citations):
        return True
    _publish(vote, state, plan, now)
    return True


def _box_part(vote_id: int, number: int, archive: str, slips: list[Slip]) -> bool:
    """Box the next ballots of one archive, in the order of their hashes; False where all are there."""
    last = db.session.scalar(
        db.select(func.max(BoxedBallot.hash)).where(
            BoxedBallot.vote_id == vote_id, BoxedBallot.archive == archive, BoxedBallot.batch == number
        )
    )
    part = [slip for slip in slips if last is None or slip.hash > last][:PART]
    if not part:
        return False
    body = Arrival.v_body if archive == "V" else Arrival.c_body
    query = db.select(Arrival.sequence, body).where(Arrival.sequence.in_([slip.sequence for slip in part]))
    bodies = {row[0]: row[1] for row in db.session.execute(query)}
    db.session.execute(
        db.insert(BoxedBallot),
        [
            {"id": secrets.token_urlsafe(16), "vote_id": vote_id, "archive": archive, "batch": number,
             "hash": slip.hash, "tracker": slip.tracker, "credential": slip.credential, "body": bodies[slip.sequence]}
            for slip in part
        ],
    )  # fmt: skip
    return True


def _publish(vote: Vote, state: BoxState, plan: Plan, now: datetime) -> None:
    for archive, tracker in plan.replaced:
        set_aside(vote.id, archive, tracker, REPLACED)
    for archive, slips in (("V", plan.votes), ("C", plan.citations)):
        if slips:
            digest = rules.batch_hash(slip.hash for slip in slips)
            db.session.add(
                BoxBatch(vote_id=vote.id, number=plan.number, archive=archive, ballots=len(slips), hash=digest)
            )
    state.batch, state.upto, state.clear_to = plan.number, 0, plan.upto
    audit.record(
        None, Act.WRITE_BATCH, f"vote:{vote.public_id}", now=now, office="box", batch=plan.number,
        votes=len(plan.votes),
    )  # fmt: skip


def _clear_part(vote_id: int, state: BoxState) -> bool:
    """Forget arrivals that are in the box, the earliest first: the number of the last is not given out again before."""
    boxed = Arrival.vote_id == vote_id, Arrival.sequence <= state.clear_to
    part = db.session.scalars(db.select(Arrival.sequence).where(*boxed).order_by(Arrival.sequence).limit(PART)).all()
    if part:
        db.session.execute(db.delete(Arrival).where(Arrival.sequence.in_(part)))
    if len(part) < PART:
        state.clear_to = 0
        db.session.flush()
    return len(part) == PART


def _new_box(vote_id: int) -> BoxState:
    state = BoxState(vote_id=vote_id, batch=0, hour="", sealed=False, upto=0, clear_to=0)
    db.session.add(state)
    db.session.flush()
    return state


def seal_box(vote: Vote, *, now: datetime) -> None:
    """After the close: the last batch, and no more. Every arrival must have been checked."""
    unchecked = db.session.scalars(
        db.select(Arrival.sequence).where(Arrival.vote_id == vote.id, Arrival.state == "recorded").limit(1)
    ).first()
    if unchecked is not None:
        raise Refused(N_("Ballots are still being checked."))
    write_batch(vote, now=now)  # one that is under way
    write_batch(vote, now=now, closing=True)
    state = queries.box_state(vote.id) or _new_box(vote.id)
    state.sealed = True
    db.session.flush()
