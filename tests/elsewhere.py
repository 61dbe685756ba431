"""Another process at work: it has written something and commits it while a test's own write is under way."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Timer
from typing import Any

from forum.kernel.database import db
from referendum.process.models import Vote

SOON = 0.3


@contextmanager
def wrote_elsewhere(vote_id: int, *statements: Any) -> Iterator[None]:
    """These statements, by one who holds the vote as every writer does, and commits a moment after the block began."""
    with db.engine.connect() as elsewhere:
        elsewhere.execute(db.select(Vote.id).where(Vote.id == vote_id).with_for_update())
        for each in statements:
            elsewhere.execute(each)
        commit = Timer(SOON, elsewhere.commit)
        commit.start()
        yield
        commit.join()
