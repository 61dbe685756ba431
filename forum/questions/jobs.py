"""What the clock does to questions: debates begin at their published date."""

from forum.kernel import clock
from forum.kernel.database import transaction
from forum.kernel.jobs import job
from forum.questions import operations


@job(every=1)
def begin_debates() -> None:
    """Let every charged question whose date has come begin its debate."""
    with transaction(write=True):
        operations.begin_due(clock.now())
