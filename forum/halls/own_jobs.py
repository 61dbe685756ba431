"""The mail of the day to those who follow a thread."""

from forum.halls import own_notices, own_queries
from forum.kernel import clock, jobs
from forum.kernel.database import transaction

PORTION = 50


@jobs.job(every=10)
def tell_followers() -> None:
    """Everybody who is due, in portions of one commit each, so that pages are served between them. Who is due is looked
    for before each write begins: it goes through all that anybody follows, and nobody should wait for that."""
    now, last, found = clock.now(), 0, PORTION
    while found == PORTION:
        with transaction(write=False):
            due = own_queries.to_tell(now, PORTION, after=last)
        found, last = len(due), due[-1] if due else last
        if due:
            with transaction(write=True):
                own_notices.tell_followers(now, due)
