"""The clock at work: each minute every step that is due, one transaction each; then the long work that it leads to."""

from datetime import datetime

import structlog
from flask import current_app

from forum.kernel import clock, jobs
from forum.kernel.database import transaction
from referendum.casting.jobs import check_waiting
from referendum.conduct import clock_operations
from referendum.count.jobs import compute_tallies
from referendum.process.facts import VoteState
from referendum.process.queries import votes_in

log = structlog.get_logger()


@jobs.job(every=1)
def tend_referendum() -> None:
    """Everything that is due now."""
    tend(clock.now())


def tend(now: datetime) -> None:
    """Every step once at `now`; a step that fails is logged and leaves the others alone."""
    for step in clock_operations.STEPS:
        try:
            if step is clock_operations.seal_boxes:
                _close_boxes(now)
            else:
                with transaction(write=True):
                    step(now)
        except Exception:
            log.exception("a step of the clock failed", step=step.__name__)
            if current_app.testing:
                raise


def _close_boxes(now: datetime) -> None:
    """Check what waits, seal, and multiply; the proofs and products are computed outside every write."""
    with transaction(write=False):
        counting = [vote.id for vote in votes_in(VoteState.COUNTING)]
    for vote_id in counting:
        check_waiting(vote_id)
    with transaction(write=True):
        sealed = clock_operations.seal_boxes(now)
    for vote_id in sealed:
        compute_tallies(vote_id)
