"""Writing what is published about each vote, when it opens and when an archive was written."""

from datetime import datetime

from flask import current_app

from forum.kernel import jobs, slots
from forum.kernel.database import transaction
from forum.kernel.settings import Settings
from referendum.electorate.queries import electorate
from referendum.process.models import Vote
from referendum.process.queries import vote as vote_by_id
from referendum.process.queries import votes_in
from referendum.results import vote_file


@jobs.job
def write_vote_file(vote_id: int) -> None:
    """Write the file that is due, if nobody has. Repeating it changes nothing."""
    folder = current_app.config["HUSTINGS"].instance
    with transaction(write=False):
        vote = vote_by_id(vote_id)
        written = vote_file.path_of(folder, vote, vote_file.stage_of(vote)).is_file()
        if vote.opened_at is not None and electorate(vote.id) is not None and not written:
            vote_file.write_vote_file(vote, folder)


@jobs.job(every=2)
def tend_vote_files() -> None:
    """What a crash left unwritten is written."""
    folder = current_app.config["HUSTINGS"].instance
    with transaction(write=False):
        under_way = votes_in("open", "counting", "challengeable", "certified")
        due = [each.id for each in under_way if not vote_file.path_of(folder, each, vote_file.stage_of(each)).is_file()]
    for number in due:
        write_vote_file(number)


def vote_moved(vote: Vote, _move: str, _now: datetime) -> None:
    """A vote opened: its sizes are published."""
    if vote.opened_at is not None:
        jobs.enqueue(write_vote_file, vote_id=vote.id)


def count_finished(vote: Vote, _now: datetime) -> None:
    """An archive was written."""
    jobs.enqueue(write_vote_file, vote_id=vote.id)


def fill_slots(settings: Settings) -> None:  # noqa: ARG001 - every edge is called alike
    """What the vote and its count tell."""
    slots.fill("vote.moved", vote_moved)
    slots.fill("count.finished", count_finished)
