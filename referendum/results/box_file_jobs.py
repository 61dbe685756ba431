"""Writing the files of large ballot boxes as they fill, and again where they are missing, so that no request has to."""

import fcntl

from flask import current_app
from sqlalchemy import ColumnElement

from forum.kernel import jobs
from forum.kernel.database import db, transaction
from referendum.count.queries import archives_of
from referendum.process.box_rules import is_elsewhere
from referendum.process.facts import VoteState
from referendum.process.models import Vote
from referendum.results import box_file

FILLING = (VoteState.OPEN, VoteState.COUNTING)


@jobs.job(every=2)
def tend_box_files() -> None:
    """Bring the file of every large box that fills up to its newest batch."""
    _tend(Vote.state.in_(FILLING))


@jobs.job(every=30)
def tend_full_box_files() -> None:
    """Write those that are not there: what filled a box before its file was written, or a backup that left it out."""
    _tend(Vote.state.not_in((VoteState.SET_UP, *FILLING)))


def _tend(which: ColumnElement[bool]) -> None:
    """One at a time: the next round finds another still at it. A withdrawn question's box stays open to everybody."""
    folder = current_app.config["HUSTINGS"].instance
    (folder / "boxes").mkdir(parents=True, exist_ok=True)
    with (folder / "boxes" / "writing.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return
        with transaction(write=False):
            opened = db.select(Vote).where(which, Vote.opened_at.is_not(None)).order_by(Vote.id)
            for vote in db.session.scalars(opened).all():
                for archive in () if is_elsewhere(vote.params) else archives_of(vote):
                    if not box_file.is_small(vote.id, archive):
                        box_file.box_file(vote, archive, folder)
