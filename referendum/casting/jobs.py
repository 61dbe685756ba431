"""The box's work after a request: checking every proof, and writing batches.

Several job runners may be at it at once, on one machine or on many: each begins anywhere among what waits, and a pair
that two have checked is settled once. None holds anything that one who is killed could leave locked.
"""

import os
import secrets
import time
from concurrent.futures import Executor
from datetime import datetime

from sqlalchemy import func

from forum.kernel import clock, jobs
from forum.kernel.database import db, transaction
from referendum.archive.processes import processes
from referendum.casting.arrival_rules import may_seal
from referendum.casting.box_operations import Plan, begin_batch, is_due, write_part
from referendum.casting.checking import Waiting, check_pair
from referendum.casting.models import Arrival
from referendum.casting.operations import settle_arrival
from referendum.casting.queries import box_state
from referendum.process.box_rules import is_elsewhere
from referendum.process.models import Vote
from referendum.process.queries import votes_in

AT_ONCE = 100
WORTH_A_POOL = 40
BREATH = 0.02
"""Seconds between the parts of a batch. SQLite keeps no queue: whoever waits for it looks again now and then, and would
find that the next part has begun. Without this a vote cast meanwhile waits for the whole batch."""


@jobs.job
def check_waiting(vote_id: int) -> None:
    """Check every pair that waits, and write the batch that is due."""
    pairs = _some_waiting(vote_id)
    if len(pairs) < WORTH_A_POOL:
        _check_all(vote_id, pairs, None)
    else:
        with processes(os.cpu_count() or 1) as pool:
            _check_all(vote_id, pairs, pool)
    _write_due(vote_id, clock.now())


def _check_all(vote_id: int, pairs: list[Waiting], pool: Executor | None) -> None:
    """The proofs are computed between two short transactions, never inside a write."""
    while pairs:
        verdicts = list(pool.map(check_pair, pairs, chunksize=5) if pool else map(check_pair, pairs))
        with transaction(write=True) as session:
            for verdict in verdicts:
                arrival = session.get(Arrival, verdict.sequence)
                if arrival is not None and arrival.v_tracker == verdict.v_tracker:
                    settle_arrival(arrival, v_fault=verdict.v_fault, c_fault=verdict.c_fault)
        pairs = _some_waiting(vote_id)


def _some_waiting(vote_id: int) -> list[Waiting]:
    """Some of what waits; all of it, where it is not much."""
    with transaction(write=False) as session:
        waits = Arrival.vote_id == vote_id, Arrival.state == "recorded"
        first, last = session.execute(
            db.select(func.min(Arrival.sequence), func.max(Arrival.sequence)).where(*waits)
        ).one()
        if first is None:
            return []
        vote = session.get_one(Vote, vote_id)
        start = first + secrets.randbelow(max(last - first + 1 - AT_ONCE, 0) + 1)
        query = db.select(Arrival).where(*waits, Arrival.sequence >= start).order_by(Arrival.sequence).limit(AT_ONCE)
        return [
            Waiting(each.sequence, each.v_tracker, vote.election_v, vote.election_c, each.v_body, each.c_body)
            for each in session.scalars(query)
        ]


def _write_due(vote_id: int, now: datetime) -> None:
    with transaction(write=False) as session:
        vote, state = session.get_one(Vote, vote_id), box_state(vote_id)
        closing = vote.state == "counting" and may_seal(vote.closes_at, now)
        under_way = state is not None and (state.upto or state.clear_to)
        if is_elsewhere(vote.params) or (state and state.sealed) or (vote.state != "open" and not closing):
            return
        if not under_way and not is_due(vote, state, now=now, closing=closing):
            return
    with transaction(write=True) as session:
        plan = begin_batch(session.get_one(Vote, vote_id), now=now, closing=closing)
    while _write_part(vote_id, plan, now):
        time.sleep(BREATH)


def _write_part(vote_id: int, plan: Plan | None, now: datetime) -> bool:
    with transaction(write=True) as session:
        return write_part(session.get_one(Vote, vote_id), plan, now=now)


@jobs.job(every=1)
def tend_boxes() -> None:
    """Each minute: what waits in an open or closed box is checked, and a batch that is due is written."""
    with transaction(write=False):
        numbers = [vote.id for vote in votes_in("open", "counting")]
    for number in numbers:
        check_waiting(number)
