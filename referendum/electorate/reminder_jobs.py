"""Reminders to those who have not voted, after two tellers opened the sealed list for them.

The job alone reads the list, and hands each mail to the server itself: no outbox, no row and no log line says who was
reminded, nor how many were, which would tell the turnout before the close.
"""

from collections.abc import Iterator
from pathlib import Path

import structlog
from flask import current_app

from forum.kernel import audit, clock, jobs, mail, slots
from forum.kernel.database import transaction
from forum.kernel.settings import Settings
from referendum.electorate import queries, sealed_file, share_file
from referendum.electorate.jobs import instance_folder, paper_of
from referendum.electorate.operations import Act, subject_of
from referendum.electorate.post import Paper, remind
from referendum.electorate.queries import Addressee
from referendum.electorate.sealing import NEEDED, join
from referendum.process.queries import vote as vote_by_id

AT_ONCE = 500
log = structlog.get_logger()


@jobs.job
def send_reminders(opening_id: int) -> None:
    """Take the shares that were handed in, forget them, and mail who has not voted. A stop ends it: the tellers may
    ask anew, and some are then reminded twice."""
    folder = instance_folder()
    with transaction(write=False):
        opening = queries.opening(opening_id)
        vote = vote_by_id(opening.vote_id)
        taken = share_file.path_of(folder, opening_id)
        shares = share_file.waiting(taken, clock.now())
        if opening.purpose != "reminder" or opening.state != "opened" or len(shares) < NEEDED:
            return
        vote_id, paper, digest = vote.id, paper_of(vote), queries.frozen_electorate(vote.id).sealed_hash
    share_file.forget(taken)
    private = join({int(place): int(share) for place, share in shares.items()})
    finished = _send(vote_id, paper, _voted(vote_id, folder, digest, private))
    with transaction(write=True):
        audit.record(
            None, Act.SEND_REMINDERS, subject_of(vote_by_id(vote_id)), now=clock.now(), office="clock",
            opening=opening_id, finished=finished,
        )  # fmt: skip


def _voted(vote_id: int, folder: Path, digest: str, private: int) -> set[str]:
    """Entries of the roll under one of whose codes a ballot is in the box."""
    found: set[str] = set()
    with transaction(write=False):
        path = sealed_file.path_of(folder, vote_by_id(vote_id).uuid_v)
    for chunk in sealed_file.open_chunks(path, digest, private):
        for place in range(0, len(chunk.assigned), AT_ONCE):
            some = chunk.assigned[place : place + AT_ONCE]
            with transaction(write=False):
                (voted,) = slots.gather("box.voted_among", vote_id, {each.v for each in some})
            found.update(each.entry for each in some if each.v in voted)
    return found


def _send(vote_id: int, paper: Paper, voted: set[str]) -> bool:
    """Whether every mail was handed over, or refused for good."""
    settings: Settings = current_app.config["HUSTINGS"]
    try:
        with mail.connect(settings) as server:
            for person in _readers(vote_id):
                if person.entry not in voted:
                    remind(server, person, paper, settings)
    except OSError as gone:
        log.warning("reminders stopped: the mail server went away", vote=vote_id, error=type(gone).__name__)
        return False
    return True


def _readers(vote_id: int) -> Iterator[Addressee]:
    """Everybody on the roll who has an e-mail address, as long as voting is open."""
    after = ""
    while True:
        with transaction(write=False):
            people = queries.everybody(vote_id, after, AT_ONCE) if vote_by_id(vote_id).state == "open" else []
        if not people:
            return
        yield from (each for each in people if each.email)
        after = people[-1].entry
