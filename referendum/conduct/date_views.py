"""What a vote's call, extension and count make of the published dates, for calendars and digests."""

from datetime import datetime

from forum.kernel import slots
from forum.kernel.settings import Settings
from forum.questions.models import Question
from referendum.process.operations import window_end
from referendum.process.queries import current_vote


def dates_of_the_vote(question: Question) -> dict[str, datetime | None]:
    """The dates of the vote now, once it is called."""
    vote = current_vote(question.id)
    if vote is None or vote.called_at is None:
        return {}
    return {
        "voting_opens_at": vote.opens_at, "voting_closes_at": vote.closes_at,
        "challenge_closes_at": vote.challenges_end_at or window_end(vote, vote.closes_at),
    }  # fmt: skip


def fill_slots(settings: Settings) -> None:  # noqa: ARG001 - every edge is called alike
    """Overtake the timetable where it is shown outside."""
    slots.fill("question.dates", dates_of_the_vote)
