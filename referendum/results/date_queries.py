"""What a vote's call, extension and count make of the published dates, for ribbon, timetable, calendar and digest."""

from datetime import datetime

from forum.questions.models import Question
from referendum.electorate.queries import electorate, record_instant
from referendum.process.facts import VoteKind
from referendum.process.models import Vote
from referendum.process.operations import window_end
from referendum.process.queries import votes_of


def dates_of_vote(vote: Vote) -> dict[str, datetime | None]:
    """One vote's own dates, under the names of the timetable."""
    roll = electorate(vote.id)
    return {
        "record_at": (roll.record_at or roll.frozen_at) if roll else record_instant(vote),
        "voting_opens_at": vote.opens_at, "voting_closes_at": vote.closes_at,
        "challenge_closes_at": vote.challenges_end_at or window_end(vote, vote.closes_at),
    }  # fmt: skip


def dates_of_votes(question: Question) -> dict[str, datetime | None]:
    """The dates of the members' vote as they are now; beside them those of a run-off."""
    newest = {vote.kind: dates_of_vote(vote) for vote in votes_of(question.id)}
    run_off = newest.pop(VoteKind.RUN_OFF, {})
    dates = {name: at for each in newest.values() for name, at in each.items()}
    return dates | {RUN_OFF[name]: at for name, at in run_off.items() if name in RUN_OFF}


RUN_OFF = {
    "voting_opens_at": "run_off_opens_at",
    "voting_closes_at": "run_off_closes_at",
    "challenge_closes_at": "run_off_challenge_closes_at",
}
"""What a run-off's dates are called beside those of the vote before it."""
