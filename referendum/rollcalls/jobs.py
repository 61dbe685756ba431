"""The clock of open votes."""

from datetime import datetime

from forum.kernel import clock, jobs
from forum.kernel.database import transaction
from referendum.rollcalls import operations, queries


@jobs.job(every=1)
def close_roll_calls() -> None:
    """Close those that are due, each in a write of its own."""
    with transaction(write=False):
        running = [each.id for each in queries.open_roll_calls()]
    jobs.each_apart(running, _close, clock.now())


def _close(roll_call_id: int, now: datetime) -> None:
    with transaction(write=True):
        operations.close_if_due(roll_call_id, now)
