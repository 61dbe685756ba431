"""The box's work after a request: checking every proof, and writing batches."""

from forum.kernel import clock, jobs
from forum.kernel.database import db, transaction
from referendum.casting.models import Arrival
from referendum.casting.operations import holds, settle_arrival, write_batch
from referendum.process.models import Vote
from referendum.process.queries import votes_in


@jobs.job
def check_waiting(vote_id: int) -> None:
    """Check every pair that waits. The proofs are computed between two short transactions, never inside a write."""
    after = 0
    while (found := _next_recorded(vote_id, after)) is not None:
        after, election_v, election_c, v_body, c_body = found
        v_holds = holds(election_v, v_body)
        c_holds = bool(c_body) and v_holds and holds(election_c, c_body)
        with transaction(write=True) as session:
            arrival = session.get(Arrival, after)
            if arrival is not None:
                settle_arrival(arrival, v_holds=v_holds, c_holds=c_holds)
    write_due_batch(vote_id)


def _next_recorded(vote_id: int, after: int) -> tuple[int, str, str, str, str] | None:
    with transaction(write=False) as session:
        waiting = (
            db.select(Arrival)
            .where(Arrival.vote_id == vote_id, Arrival.state == "recorded", Arrival.sequence > after)
            .order_by(Arrival.sequence)
        )
        arrival = session.scalars(waiting.limit(1)).first()
        if arrival is None:
            return None
        vote = session.get_one(Vote, vote_id)
        return arrival.sequence, vote.election_v, vote.election_c, arrival.v_body, arrival.c_body


def write_due_batch(vote_id: int) -> None:
    """Write the next batch of an open vote if it is due."""
    with transaction(write=True) as session:
        vote = session.get_one(Vote, vote_id)
        if vote.state == "open":
            write_batch(vote, now=clock.now())


@jobs.job(every=1)
def tend_boxes() -> None:
    """Each minute, for every open vote: what a crash left unchecked is checked, and a due batch is written."""
    with transaction(write=False):
        numbers = [vote.id for vote in votes_in("open", "counting")]
    for number in numbers:
        check_waiting(number)
