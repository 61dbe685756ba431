"""A vote is set up when its question closes, a run-off when the vote before it is certified; it moves only through
`move_vote`.

Each move checks its guards, writes the history and the audit log, and tells the later slices ("vote.moved").
"""

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from forum.kernel import audit, slots
from forum.kernel.database import db
from forum.kernel.errors import N_, Obstructed, Stale, refuse_unless
from forum.questions.models import Question
from forum.questions.process import RunOffStage
from forum.questions.queries import process_of, question_by_id
from forum.questions.states import QuestionState
from referendum.crypto.election import new_uuid
from referendum.process import models, queries, rules
from referendum.process.facts import MOVES, VoteFacts, VoteKind, VoteMove, VoteState
from referendum.process.models import Vote
from referendum.process.params import params_of, read_params, run_off_params

PREPARATION = timedelta(days=3)


class Act(audit.Act):
    """Acts of power on a vote."""

    SET_UP_VOTE = "set_up_vote"
    OPEN_VOTE = "open_vote"
    EXTEND_VOTE = "extend_vote"
    CLOSE_VOTE = "close_vote"
    PUBLISH_COUNT = "publish_count"
    CERTIFY_VOTE = "certify_vote"
    ANNUL_VOTE = "annul_vote"
    LAPSE_VOTE = "lapse_vote"


VERBS = {
    VoteMove.OPEN: (Act.OPEN_VOTE, "teller"),
    VoteMove.EXTEND: (Act.EXTEND_VOTE, "teller"),
    VoteMove.CLOSE: (Act.CLOSE_VOTE, "clock"),
    VoteMove.COUNT: (Act.PUBLISH_COUNT, "clock"),
    VoteMove.CERTIFY: (Act.CERTIFY_VOTE, "teller"),
    VoteMove.ANNUL: (Act.ANNUL_VOTE, "teller"),
    VoteMove.LAPSE: (Act.LAPSE_VOTE, "clock"),
}


def set_up_vote(question: Question, now: datetime) -> Vote | None:
    """The first vote on a closed question, under its process, or an annulled one once more in its own place; None where
    the process has no members' vote.

    The first keeps the published dates unless they have passed; one held again begins after a preparation.
    """
    process = process_of(question)
    stage = process.members_vote
    if stage is None:
        return None
    earlier = queries.current_vote(question.id)
    refuse_unless(
        earlier is None or earlier.state == VoteState.ANNULLED, N_("There is a vote on this question already.")
    )
    if earlier is not None and earlier.kind == VoteKind.RUN_OFF:
        return set_up_run_off(question, earlier.params["options"], now)
    dates = _dates(question, timedelta(days=stage.days), earlier is not None, now)
    return _set_up(question, VoteKind.MEMBERS, params_of(process, stage), dates, now)


def set_up_run_off(question: Question, letters: Sequence[str], now: datetime) -> Vote | None:
    """The second vote, between the options that the first sent on; None where the process has no such stage. It has the
    first vote's frozen roll, and codes, keys and a call of its own."""
    process = process_of(question)
    stage, first = next((each for each in process.stages if isinstance(each, RunOffStage)), None), process.members_vote
    if stage is None or first is None:
        return None
    opens_at = now + PREPARATION
    params = run_off_params(process, first, stage, letters)
    return _set_up(question, VoteKind.RUN_OFF, params, (opens_at, opens_at + timedelta(days=stage.days)), now)


def _set_up(
    question: Question, kind: VoteKind, params: dict[str, Any], dates: tuple[datetime, datetime], now: datetime
) -> Vote:
    refuse_unless(question.state == QuestionState.CLOSED, N_("The question is not closed."))
    earlier = queries.current_vote(question.id)
    opens_at, closes_at = dates
    vote = Vote(
        public_id=secrets.token_urlsafe(16)[:22],
        question_id=question.id,
        number=earlier.number + 1 if earlier else 1,
        kind=kind,
        params=params,
        opens_at=opens_at,
        closes_at=closes_at,
        uuid_v=new_uuid(),
        uuid_c=new_uuid(),
    )
    db.session.add(vote)
    db.session.flush()
    told = {"options": letters} if (letters := params.get("options")) else {}
    audit.record(
        None, Act.SET_UP_VOTE, queries.subject_of(vote), now=now, question=question.number, number=vote.number,
        kind=str(kind), **told,
    )  # fmt: skip
    slots.gather("vote.moved", vote, "set_up", now)
    return vote


def _dates(question: Question, least: timedelta, again: bool, now: datetime) -> tuple[datetime, datetime]:
    published = question.vote_opens_at, question.vote_closes_at
    span = least
    if published[0] and published[1]:
        span = max(least, published[1] - published[0])
        if published[0] > now and not again:
            return published[0], published[1]
    return now + PREPARATION, now + PREPARATION + span


def move_vote(vote: Vote, move: VoteMove, facts: VoteFacts, now: datetime, reason: str = "") -> Vote:
    """Make a move whose guards all hold; raises `Obstructed` with everything missing otherwise, and `Stale` where
    somebody else has moved the vote since it was looked at.

    Before CERTIFY the caller has written the outcome on the vote.
    """
    seen = vote.version
    if queries.locked(vote).version != seen or vote.state != facts.state:
        raise Stale
    obstacles = rules.obstacles_to(move, facts, now)
    if obstacles:
        raise Obstructed(obstacles)
    before, after = facts.state, MOVES[facts.state, move]
    vote.state = str(after)
    vote.version += 1
    _stamp(vote, move, facts, now, reason)
    db.session.add(models.VoteMove(vote_id=vote.id, move=str(move), state=str(after), at=now, reason=reason))
    db.session.flush()
    verb, office = VERBS[move]
    audit.record(
        None, verb, queries.subject_of(vote), now=now, office=office, before=str(before), after=str(after),
        reason=reason,
    )  # fmt: skip
    slots.gather("vote.moved", vote, move, now)
    return vote


def _stamp(vote: Vote, move: VoteMove, facts: VoteFacts, now: datetime, reason: str) -> None:
    """Write the times and texts that a move leaves on the vote."""
    if move is VoteMove.OPEN:
        vote.opened_at = now
    elif move is VoteMove.EXTEND and facts.extended_to is not None:
        vote.closes_at = facts.extended_to
    elif move is VoteMove.CLOSE:
        vote.closed_at = now
    elif move is VoteMove.COUNT:
        vote.counted_at = now
        vote.challenges_end_at = window_end(vote, now)
    elif move is VoteMove.CERTIFY:
        vote.certified_at = now
    elif move in (VoteMove.ANNUL, VoteMove.LAPSE):
        vote.annulled_reason = reason


def window_end(vote: Vote, counted_at: datetime) -> datetime:
    """The challenge window has its full days from the count, and never ends before the published day."""
    full = counted_at + timedelta(days=read_params(vote.params).challenge_days)
    published = question_by_id(vote.question_id).challenge_closes_at
    return max(full, published) if published and vote.number == 1 else full
