"""What the clock does, step by step. Each step may be repeated at any time and does only what is due.

A step looks at one thing at a time inside a savepoint: where a guard or a rule says no, that thing waits for the next
minute and the others go on.
"""

from collections.abc import Callable, Iterable
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

from flask import current_app

from forum.kernel.database import attempt, db
from forum.kernel.errors import N_, Refusal
from forum.questions import operations as questions
from forum.questions.models import Question
from forum.questions.queries import process_of, question_by_id
from forum.questions.states import QuestionMove, QuestionState
from referendum.casting.arrival_rules import may_seal
from referendum.casting.box_operations import seal_box
from referendum.casting.queries import box_state
from referendum.conduct.facts_queries import gather_facts
from referendum.conduct.text_operations import freeze_ballot
from referendum.count.queries import archive_verified
from referendum.digest.models import Digest
from referendum.digest.operations import freeze_digest
from referendum.digest.queries import APPEALS_HAVE, appeals_to_come, pending_appeals
from referendum.electorate.code_operations import seal_credentials
from referendum.electorate.operations import freeze_due
from referendum.electorate.queries import check_sealed_list
from referendum.mandate.operations import tend_mandates
from referendum.process.box_rules import is_elsewhere, is_guest
from referendum.process.facts import VoteMove, VoteState
from referendum.process.models import Vote
from referendum.process.operations import move_vote, set_up_vote
from referendum.process.queries import votes_in
from referendum.process.rules import obstacles_to
from referendum.results.models import CitedArgument, PublishedResult
from referendum.results.operations import publish_citations, publish_result
from referendum.trustees.ceremony_operations import keep_up

LAPSED = N_("The trustees did not open the count within seven days.")
Thing = TypeVar("Thing")
CLOSING = (QuestionMove.CLOSE, QuestionMove.CLOSE_ANYWAY, QuestionMove.PUBLISH)


def _each(things: Iterable[Thing], act: Callable[[Thing], object]) -> int:
    """Do it to every thing that lets it be done; says to how many."""
    done = 0
    for thing in things:
        try:
            with attempt():
                done += bool(act(thing))
        except Refusal:
            continue
    return done


def question_moved(question: Question, move: Any, now: datetime) -> None:
    """When a question closes, or is published without a debate, its vote is set up."""
    if move in CLOSING:
        set_up_vote(question, now)


def begin_and_close_debates(now: datetime) -> int:
    """Debates whose dates have come."""
    began = questions.begin_due(now)
    closed, _kept = questions.close_due(now)
    return len(began) + len(closed)


def freeze_digests(now: datetime) -> int:
    """Digests of closed debates: once their readings are added up, and authors and tellers have had their time for
    appeals."""
    query = (
        db.select(Question)
        .outerjoin(Digest, Digest.question_id == Question.id)
        .where(Question.state == QuestionState.CLOSED, Digest.question_id.is_(None))
    )
    return _each(db.session.scalars(query).all(), lambda question: _freeze_digest(question, now))


def _freeze_digest(question: Question, now: datetime) -> bool:
    if process_of(question).debate is None or question.closed_at is None:
        return False
    awaited = pending_appeals(question) or appeals_to_come(question, now)
    if awaited and now < question.closed_at + APPEALS_HAVE:
        return False
    freeze_digest(question, now)
    return True


def debate_recorded(question: Question, now: datetime) -> None:
    """The readings of a closed debate are added up: where nothing else is waited for, the digest is frozen at once."""
    _each([question], lambda each: _freeze_digest(each, now))


def freeze_rolls(now: datetime) -> int:
    """Rolls of votes whose record date has come."""
    return freeze_due(now)


def tend_ceremonies(now: datetime) -> None:
    """Ceremonies whose trustees have changed begin anew; rehearsals that everybody's key is there for are made."""
    for vote in votes_in(VoteState.SET_UP):
        keep_up(vote, now)


def freeze_ballots(now: datetime) -> int:
    """Election texts of called votes whose keys and codes are there."""
    waiting = [vote for vote in votes_in(VoteState.SET_UP) if vote.called_at and not vote.election_v]
    return _each(waiting, lambda vote: freeze_ballot(vote, now))


def open_votes(now: datetime) -> int:
    """Votes whose opening is signed and whose moment has come."""
    due = [vote for vote in votes_in(VoteState.SET_UP) if vote.called_at and vote.opens_at <= now]
    return _each(due, lambda vote: _open(vote, now))


def _open(vote: Vote, now: datetime) -> bool:
    if question_by_id(vote.question_id).state != QuestionState.CLOSED:
        return False
    folder: Path = current_app.config["HUSTINGS"].instance
    facts = gather_facts(vote, sealed_list_stored=True)  # read where nothing else is missing
    if obstacles_to(VoteMove.OPEN, facts, now) or not check_sealed_list(vote, folder):
        return False
    seal_credentials(vote, now)
    move_vote(vote, VoteMove.OPEN, gather_facts(vote), now)
    return True


def close_votes(now: datetime) -> int:
    """Votes whose published close has come."""
    due = [vote for vote in votes_in(VoteState.OPEN) if vote.closes_at <= now]
    return _each(due, lambda vote: move_vote(vote, VoteMove.CLOSE, gather_facts(vote), now))


def seal_boxes(now: datetime) -> list[int]:
    """Closed boxes whose ballots are all checked get their last batch; gives the votes whose box is newly sealed."""
    return [vote.id for vote in votes_in(VoteState.COUNTING) if _each([vote], lambda each: _seal(each, now))]


def _seal(vote: Vote, now: datetime) -> bool:
    state = box_state(vote.id)
    if is_elsewhere(vote.params) or (state is not None and state.sealed) or not may_seal(vote.closes_at, now):
        return False
    seal_box(vote, now=now)
    return True


def finish_counts(now: datetime) -> int:
    """Votes whose own archive is written and verified become public, and can be challenged."""
    ready = [vote for vote in votes_in(VoteState.COUNTING) if archive_verified(vote)]
    return _each(ready, lambda vote: finish_count(vote, now))


def finish_count(vote: Vote, now: datetime) -> Vote:
    """Publish the table and the citations of a verified count, and open the challenge window. Of a box that is kept for
    another forum the result is that forum's to publish."""
    if vote.state != VoteState.COUNTING or is_guest(vote.params):
        return vote
    publish_result(vote, now)
    publish_citations(vote, now)
    return move_vote(vote, VoteMove.COUNT, gather_facts(vote), now)


def count_finished(vote: Vote, now: datetime) -> None:
    """The count has written and verified an archive: what is ready becomes public at once. V does not wait for C."""
    _each([vote], lambda each: finish_count(each, now))
    _each([vote], lambda each: publish_citations(each, now))


def lapse_votes(now: datetime) -> int:
    """Counts that nobody could open within seven days are annulled; the vote is held again."""
    own = [vote for vote in votes_in(VoteState.COUNTING) if not is_guest(vote.params)]
    return _each(own, lambda vote: _lapse(vote, now))


def _lapse(vote: Vote, now: datetime) -> bool:
    move_vote(vote, VoteMove.LAPSE, gather_facts(vote), now, LAPSED)
    set_up_vote(question_by_id(vote.question_id), now)
    return True


def publish_late_citations(now: datetime) -> int:
    """Citations that were opened after the vote itself was published."""
    told = db.select(CitedArgument.id).where(CitedArgument.vote_id == Vote.id).exists()
    query = (
        db.select(Vote)
        .join(PublishedResult, PublishedResult.vote_id == Vote.id)
        .where(~told, Vote.election_c != "", Vote.state != VoteState.ANNULLED)
    )
    return _each(db.session.scalars(query).all(), lambda vote: publish_citations(vote, now))


def end_mandates(now: datetime) -> int:
    """Mandates that are breached or discharged."""
    return len(tend_mandates(now))


STEPS: tuple[Callable[[datetime], object], ...] = (
    begin_and_close_debates,
    freeze_digests,
    freeze_rolls,
    tend_ceremonies,
    freeze_ballots,
    open_votes,
    close_votes,
    seal_boxes,
    finish_counts,
    lapse_votes,
    publish_late_citations,
    end_mandates,
)


def due(now: datetime) -> None:
    """Every step once, inside one open write."""
    for step in STEPS:
        step(now)
