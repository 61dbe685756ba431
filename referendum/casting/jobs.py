"""The box's work after a request: checking every proof, and writing batches."""

import multiprocessing
import os
from concurrent.futures import Executor, ProcessPoolExecutor
from dataclasses import dataclass

from forum.kernel import clock, jobs
from forum.kernel.database import db, transaction
from referendum.casting.models import Arrival
from referendum.casting.operations import holds, settle_arrival, write_batch
from referendum.process.models import Vote
from referendum.process.queries import votes_in

AT_ONCE = 100
WORTH_A_POOL = 40


@dataclass(frozen=True, slots=True)
class Waiting:
    """A received pair as the check needs it, apart from the database."""

    sequence: int
    election_v: str
    election_c: str
    v_body: str
    c_body: str


def check_pair(pair: Waiting) -> tuple[int, bool, bool]:
    """(sequence, whether V holds, whether C holds). Runs in another process where there are many."""
    v_holds = holds(pair.election_v, pair.v_body)
    return pair.sequence, v_holds, bool(pair.c_body) and v_holds and holds(pair.election_c, pair.c_body)


@jobs.job
def check_waiting(vote_id: int) -> None:
    """Check every pair that waits. The proofs are computed between two short transactions, never inside a write."""
    pairs = _recorded(vote_id, after=0)
    if len(pairs) < WORTH_A_POOL:
        _check_all(vote_id, pairs, None)
    else:
        with ProcessPoolExecutor(os.cpu_count(), multiprocessing.get_context("spawn")) as pool:
            _check_all(vote_id, pairs, pool)
    with transaction(write=True) as session:
        vote = session.get_one(Vote, vote_id)
        if vote.state == "open":
            write_batch(vote, now=clock.now())


def _check_all(vote_id: int, pairs: list[Waiting], pool: Executor | None) -> None:
    while pairs:
        verdicts = list(pool.map(check_pair, pairs, chunksize=5) if pool else map(check_pair, pairs))
        with transaction(write=True) as session:
            for sequence, v_holds, c_holds in verdicts:
                arrival = session.get(Arrival, sequence)
                if arrival is not None:
                    settle_arrival(arrival, v_holds=v_holds, c_holds=c_holds)
        pairs = _recorded(vote_id, after=pairs[-1].sequence)


def _recorded(vote_id: int, *, after: int) -> list[Waiting]:
    with transaction(write=False) as session:
        vote = session.get_one(Vote, vote_id)
        arrivals = session.scalars(
            db.select(Arrival)
            .where(Arrival.vote_id == vote_id, Arrival.state == "recorded", Arrival.sequence > after)
            .order_by(Arrival.sequence)
            .limit(AT_ONCE)
        )
        return [Waiting(a.sequence, vote.election_v, vote.election_c, a.v_body, a.c_body) for a in arrivals]


@jobs.job(every=1)
def tend_boxes() -> None:
    """Each minute: what waits in an open or closed box is checked, and a batch that is due is written."""
    with transaction(write=False):
        numbers = [vote.id for vote in votes_in("open", "counting")]
    for number in numbers:
        check_waiting(number)
