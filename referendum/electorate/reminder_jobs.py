"""Reminders to those who have not voted, after two tellers opened the sealed list for them.

The job goes through the list in the order in which it was written and hands each mail to the server itself: no outbox,
no row and no log line says who was reminded, nor how many were, which would tell the turnout before the close. What is
kept is how many lines of the list were gone through, voters' lines like the others'. It is kept before a lot is mailed,
so that a run that goes on reminds nobody twice: after a crash the rest of that lot is not reminded at all.
"""

import smtplib
from collections.abc import Iterator, Sequence

import structlog
from flask import current_app

from forum.kernel import audit, mail, slots
from forum.kernel.database import transaction
from forum.kernel.settings import Settings
from referendum.electorate import credential_queries, entry_queries, opening_operations, opening_queries
from referendum.electorate.entry_queries import Addressee
from referendum.electorate.jobs import paper_of
from referendum.electorate.operations import Act
from referendum.electorate.post import NotTaken, Paper, remind
from referendum.electorate.reading import Reading
from referendum.electorate.sealed_file import Assigned
from referendum.process.queries import subject_of
from referendum.process.queries import vote as vote_by_id

LOT = 25
log = structlog.get_logger()


def send_reminders(reading: Reading) -> bool:
    """Mail who has not voted, from where an earlier run stopped. Says whether nothing is left to do; where the mail
    server went away, another run goes on."""
    settings: Settings = current_app.config["HUSTINGS"]
    with transaction(write=False):
        paper = paper_of(vote_by_id(reading.vote_id))
        taken = opening_queries.opening(reading.opening_id).facts.get("taken", 0)
    try:
        with mail.connect(settings) as server:
            finished = _send(reading, server, paper, taken)
    except OSError as gone:
        log.warning("reminders wait for the mail server", vote=reading.vote_id, error=type(gone).__name__)
        return False
    with transaction(write=True):  # what went out stands in the log also where the opening was taken back meanwhile
        audit.record(
            None, Act.SEND_REMINDERS, subject_of(vote_by_id(reading.vote_id)), now=reading.clock(), office="clock",
            opening=reading.opening_id, finished=finished,
        )  # fmt: skip
    with transaction(write=True):
        opening_operations.finish(reading.opening_id)
    return True


def _send(reading: Reading, server: smtplib.SMTP, paper: Paper, taken: int) -> bool:
    """Whether the whole list was gone through; not where voting is over, or the tellers took the opening back."""
    settings: Settings = current_app.config["HUSTINGS"]
    for first, lot in _lots(reading, taken):
        with transaction(write=True):
            is_open = vote_by_id(reading.vote_id).state == "open"
            going = opening_operations.note_place(reading.opening_id, first + len(lot), reading.clock())
        if not (is_open and going):
            return False
        for place, person in _without_a_ballot(reading.vote_id, lot):
            try:
                remind(server, person, paper, settings)
            except OSError as gone:
                reached = first + place + (not isinstance(gone, NotTaken))  # of which nobody knows is not sent again
                with transaction(write=True):
                    opening_operations.note_place(reading.opening_id, reached, reading.clock())
                raise
    return True


def _lots(reading: Reading, taken: int) -> Iterator[tuple[int, Sequence[Assigned]]]:
    """Some lines of the list at a time, each lot with the place of its first, without those that were taken already."""
    first = 0
    for chunk in reading.chunks():
        for place in range(0, len(chunk.assigned), LOT):
            lot = chunk.assigned[place : place + LOT]
            left = lot[max(0, taken - first) :]
            if left:
                yield first + len(lot) - len(left), left
            first += len(lot)


def _without_a_ballot(vote_id: int, lot: Sequence[Assigned]) -> list[tuple[int, Addressee]]:
    """Who has an address and a code that counts, under which no ballot came; with the place in the lot. Of all lines of
    one member at most one has a code that counts."""
    with transaction(write=False):
        issued = credential_queries.digests_in(vote_id, {each.v for each in lot}, "issued")
        (voted,) = slots.gather("box.voted_among", vote_id, issued)
        places = {each.entry: place for place, each in enumerate(lot) if each.v in issued - voted}
        people = entry_queries.addressees(vote_id, list(places))
    return sorted(((places[entry], each) for entry, each in people.items() if each.email), key=lambda each: each[0])
