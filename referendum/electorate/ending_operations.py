"""The end of a sealed list: a year after its vote is over nobody can say any more which voting code was whose."""

from datetime import datetime
from functools import partial
from pathlib import Path

from forum.kernel import audit
from forum.kernel.database import db, on_commit
from referendum.electorate import sealed_file
from referendum.electorate.opening_queries import OVER, is_list_due
from referendum.electorate.operations import Act
from referendum.electorate.queries import frozen_electorate
from referendum.process.models import Vote
from referendum.process.queries import subject_of


def destroy_lists(folder: Path, now: datetime) -> int:
    """Delete the sealed lists of votes that were over a year ago; how many. The log keeps each one's hash."""
    gone = 0
    for vote in db.session.scalars(db.select(Vote).where(Vote.state.in_(OVER)).order_by(Vote.id)):
        path = sealed_file.path_of(folder, vote.uuid_v)
        if path.exists() and is_list_due(vote, now):
            digest = frozen_electorate(vote.id).sealed_hash
            audit.record(None, Act.DESTROY_SEALED_LIST, subject_of(vote), now=now, sealed_list_hash=digest)
            on_commit(partial(path.unlink, missing_ok=True))
            gone += 1
    return gone
