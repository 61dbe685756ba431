"""Writing the files of large ballot boxes as they fill, so that no request has to."""

import fcntl

from flask import current_app

from forum.kernel import jobs
from forum.kernel.database import transaction
from referendum.count.queries import archives_of
from referendum.process.box_rules import is_elsewhere
from referendum.process.queries import votes_in
from referendum.results import box_file


@jobs.job(every=2)
def tend_box_files() -> None:
    """Bring the file of every box up to its newest batch. One at a time: the next round finds another still at it."""
    folder = current_app.config["HUSTINGS"].instance
    (folder / "boxes").mkdir(parents=True, exist_ok=True)
    with (folder / "boxes" / "writing.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return
        with transaction(write=False):
            for vote in votes_in("open", "counting"):
                for archive in () if is_elsewhere(vote.params) else archives_of(vote):
                    box_file.box_file(vote, archive, folder)
