"""Making the voting codes: spares first, then the roll chunk by chunk; every step commits before the next begins.

After a crash the next run goes on; what was under way becomes *unknown* and gets spare codes. If the SMTP server
does not answer, nothing is drawn and the entries wait.
"""

from collections.abc import Callable
from pathlib import Path

import structlog
from flask import current_app

from forum.kernel import clock, jobs
from forum.kernel.database import transaction
from forum.questions.queries import question_by_id
from referendum.electorate import code_operations, queries, sealed_file
from referendum.electorate.operations import set_up_sealed_list
from referendum.electorate.post import OpenPost, Paper, Post, smtp_post
from referendum.electorate.queries import Addressee
from referendum.electorate.sealing import NEEDED
from referendum.process.models import Vote
from referendum.process.queries import vote as vote_by_id
from referendum.process.queries import votes_in

log = structlog.get_logger()


@jobs.job
def make_codes(vote_id: int) -> None:
    """Mail every voting code that waits. Idempotent; goes on where an earlier run stopped."""
    with transaction(write=False):
        paper = paper_of(vote_by_id(vote_id))
    make_codes_with(vote_id, smtp_post(paper))


@jobs.job(every=2)
def tend_codes() -> None:
    """Every other minute: go on with codes that a crash or a silent mail server has left waiting."""
    with transaction(write=False):
        due = [
            vote.id
            for vote in votes_in("set_up", "open")
            if vote.called_at
            and (roll := queries.electorate(vote.id))
            and roll.codes in ("none", "making")
            and len(queries.teller_keys(vote.id)) >= NEEDED
        ]
    for number in due:
        make_codes(number)


def make_codes_with(vote_id: int, open_post: OpenPost) -> None:
    """The whole of the work, over any post: the SMTP server's, or a rehearsal's own."""
    folder = instance_folder()
    with transaction(write=False):
        path = sealed_file.path_of(folder, vote_by_id(vote_id).uuid_v)
    with sealed_file.one_at_a_time(path) as mine:
        if not mine:
            return
        prepare(vote_id, folder)
        while _mail_a_chunk(vote_id, folder, open_post):
            pass
        with transaction(write=True):
            code_operations.finish_codes(vote_by_id(vote_id), now=clock.now())


def prepare(vote_id: int, folder: Path) -> None:
    """The list's key, what a crash left behind, and the spares: one commit each."""
    steps: list[Callable[[Vote], object]] = [
        code_operations.settle_leftovers,
        lambda vote: set_up_sealed_list(vote, clock.now()),
        lambda vote: code_operations.store_spares(vote, folder),
    ]
    for step in steps:
        with transaction(write=True):
            step(vote_by_id(vote_id))


def _mail_a_chunk(vote_id: int, folder: Path, open_post: OpenPost) -> bool:
    """One chunk; whether to go on with the next."""
    with transaction(write=True):
        chunk = code_operations.take_chunk(vote_by_id(vote_id), with_email=True)
    if not chunk:
        return False
    try:
        with open_post() as post:
            return _hand_out(vote_id, chunk, folder, post)
    except OSError as silent:
        log.warning("voting codes wait for the mail server", vote=vote_id, error=type(silent).__name__)
        with transaction(write=True):
            vote = vote_by_id(vote_id)
            left = queries.entries(vote.id, [each.entry for each in chunk])
            code_operations.mark(vote, {name: "waiting" for name, e in left.items() if e.delivery == "sending"})
        return False


def _hand_out(vote_id: int, chunk: list[Addressee], folder: Path, post: Post) -> bool:
    with transaction(write=True):
        handed = code_operations.store_codes(vote_by_id(vote_id), chunk, folder)
    deliveries = {person.entry: "unknown" for person, _ in handed}
    answering = True
    for person, code in handed:
        try:
            if post(person, code):
                deliveries[person.entry] = "sent"
        except OSError as gone:
            log.warning("the mail server went away in a chunk", vote=vote_id, error=type(gone).__name__)
            answering = False
            break
    handed.clear()
    with transaction(write=True):
        code_operations.mark(vote_by_id(vote_id), deliveries)
    return answering


def paper_of(vote: Vote, *, replaces: bool = False) -> Paper:
    """What a mail or letter says of the vote."""
    question = question_by_id(vote.question_id)
    return Paper(vote.public_id, question.number, question.title, vote.opens_at, vote.closes_at, replaces)


def instance_folder() -> Path:
    """Where this installation keeps what must not be in the database."""
    folder: Path = current_app.config["HUSTINGS"].instance
    return folder
