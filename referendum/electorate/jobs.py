"""Making the voting codes: spares first, then the roll chunk by chunk; every step commits before the next begins.

After a crash the next run goes on; what was under way becomes *unknown* and gets spare codes. If the SMTP server
does not answer, nothing is drawn and the entries wait. If it goes away in a chunk, only the mail of which nobody knows
is *unknown*: the others' codes are made void, their entries wait, and no run goes on until a teller says so.
"""

from collections.abc import Callable
from pathlib import Path

import structlog
from flask import current_app

from forum.kernel import clock, jobs, mail
from forum.kernel.database import transaction
from forum.questions.queries import question_by_id
from referendum.electorate import code_operations, entry_queries, queries, sealed_file
from referendum.electorate.entry_queries import Addressee
from referendum.electorate.operations import set_up_sealed_list
from referendum.electorate.post import NotTaken, OpenPost, Paper, Post, smtp_post
from referendum.electorate.sealing import NEEDED
from referendum.electorate.way_rules import is_own_way
from referendum.process.models import Vote
from referendum.process.queries import title_of, votes_in
from referendum.process.queries import vote as vote_by_id

log = structlog.get_logger()


@jobs.job
def make_codes(vote_id: int) -> None:
    """Mail every voting code that waits. Idempotent; goes on where an earlier run stopped. A replay without a mail
    server hands them out by itself."""
    if mail.nobody_reads():
        return
    with transaction(write=False):
        vote = vote_by_id(vote_id)
        if is_own_way(vote.params):
            return
        paper = paper_of(vote)
    make_codes_with(vote_id, smtp_post(paper))


@jobs.job(every=2)
def tend_codes() -> None:
    """Every other minute: go on with codes that a crash or a silent mail server has left waiting."""
    with transaction(write=False):
        due = [
            vote.id
            for vote in votes_in("set_up", "open")
            if vote.called_at
            and not is_own_way(vote.params)
            and (roll := queries.electorate(vote.id))
            and roll.codes in ("none", "making")
            and not roll.halted
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
        with transaction(write=False):
            going = not queries.frozen_electorate(vote_id).halted
        while going:
            going = _mail_a_chunk(vote_id, folder, open_post)
        with transaction(write=True):
            code_operations.store_spares(vote_by_id(vote_id), folder, clock.now())
        with transaction(write=True):
            code_operations.finish_codes(vote_by_id(vote_id), now=clock.now())


def prepare(vote_id: int, folder: Path) -> None:
    """The list's key, what a crash left behind, and the spares: one commit each."""
    steps: list[Callable[[Vote], object]] = [
        code_operations.settle_leftovers,
        lambda vote: set_up_sealed_list(vote, clock.now()),
        lambda vote: code_operations.store_spares(vote, folder, clock.now()),
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
            left = entry_queries.entries(vote.id, [each.entry for each in chunk])
            code_operations.mark(vote, {name: "waiting" for name, e in left.items() if e.delivery == "sending"})
        return False


def _hand_out(vote_id: int, chunk: list[Addressee], folder: Path, post: Post) -> bool:
    """Post a chunk's codes. What nobody received is made void in one commit and waits again by another."""
    with transaction(write=True):
        handed = code_operations.store_codes(vote_by_id(vote_id), chunk, folder)
    deliveries, answering = _post_all(vote_id, handed, post)
    void = [code for person, code in handed if deliveries[person.entry] in ("waiting", "refused")]
    handed.clear()
    with transaction(write=True):
        code_operations.revoke_codes(vote_by_id(vote_id), void)
    refused = sum(each == "refused" for each in deliveries.values())
    going = answering and refused * 2 <= len(deliveries)
    with transaction(write=True):
        code_operations.mark(vote_by_id(vote_id), deliveries)
        queries.frozen_electorate(vote_id).halted = not going
    return going


def _post_all(vote_id: int, handed: list[tuple[Addressee, str]], post: Post) -> tuple[dict[str, str], bool]:
    """How far each entry's code came, and whether the server still takes mail."""
    deliveries = {person.entry: "waiting" for person, _ in handed}
    for person, code in handed:
        try:
            deliveries[person.entry] = "sent" if post(person, code) else "refused"
        except OSError as gone:
            log.warning("the mail server went away in a chunk", vote=vote_id, error=type(gone).__name__)
            if not isinstance(gone, NotTaken):
                deliveries[person.entry] = "unknown"
            return deliveries, False
    return deliveries, True


def paper_of(vote: Vote, *, replaces: bool = False) -> Paper:
    """What a mail or letter says of the vote."""
    question = question_by_id(vote.question_id)
    return Paper(vote.public_id, question.number, title_of(vote), vote.opens_at, vote.closes_at, replaces)


def instance_folder() -> Path:
    """Where this installation keeps what must not be in the database."""
    folder: Path = current_app.config["HUSTINGS"].instance
    return folder
