"""The mail of the day to those who follow a thread."""

from forum.halls import own_notices
from forum.kernel import clock, jobs
from forum.kernel.database import transaction

PORTION = 50


@jobs.job(every=10)
def tell_followers() -> None:
    """Everybody who is due, in portions of one commit each, so that pages are served between them."""
    due = PORTION
    while due == PORTION:
        with transaction(write=True):
            due = own_notices.tell_followers(clock.now(), PORTION)
