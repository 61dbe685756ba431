"""The clock in the hall: a session that its host has left open is closed."""

from forum.kernel import clock, jobs
from forum.kernel.database import transaction
from forum.sittings import closing_operations, queries


@jobs.job(every=1)
def close_left_open() -> None:
    """Close every session that was opened twelve hours ago, one commit each."""
    with transaction(write=False):
        numbers = queries.left_open(clock.now())
    for number in numbers:
        with transaction(write=True):
            closing_operations.close_left_open(number, now=clock.now())
