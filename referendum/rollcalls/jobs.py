"""The clock of open votes."""

from forum.kernel import clock, jobs
from forum.kernel.database import transaction
from referendum.rollcalls import operations


@jobs.job(every=1)
def close_roll_calls() -> None:
    """Close those that are due."""
    with transaction(write=True):
        operations.close_due(clock.now())
