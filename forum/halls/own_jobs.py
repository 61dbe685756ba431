"""The mail of the day to those who follow a thread, and the end of drafts that nobody can post any more."""

from forum.halls import own_notices, own_operations, own_queries
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


@jobs.job(every=30)
def forget_drafts() -> None:
    """Drafts whose debate closed long ago, in portions of one commit each."""
    now, gone = clock.now(), PORTION
    while gone == PORTION:
        with transaction(write=True):
            gone = own_operations.forget_drafts(now, PORTION)
