"""What a vote's call, extension and count make of the published dates, for calendars and digests."""

from datetime import datetime

from forum.kernel import slots
from forum.kernel.settings import Settings
from forum.questions.models import Question
from referendum.process.facts import VoteKind
from referendum.process.operations import window_end
from referendum.process.queries import votes_of


def dates_of_the_vote(question: Question) -> dict[str, datetime | None]:
    """The dates of the vote now, once it is called; beside them those of a run-off, from its set-up on."""
    dates: dict[str, datetime | None] = {}
    newest = {each.kind: each for each in votes_of(question.id)}
    for kind, vote in newest.items():
        before = "run_off" if kind == VoteKind.RUN_OFF else "voting"
        window = "run_off_challenge_closes_at" if kind == VoteKind.RUN_OFF else "challenge_closes_at"
        if vote.called_at is not None or kind == VoteKind.RUN_OFF:
            dates |= {
                f"{before}_opens_at": vote.opens_at, f"{before}_closes_at": vote.closes_at,
                window: vote.challenges_end_at or window_end(vote, vote.closes_at),
            }  # fmt: skip
    return dates


def fill_slots(settings: Settings) -> None:  # noqa: ARG001 - every edge is called alike
    """Overtake the timetable where it is shown outside."""
    slots.fill("question.dates", dates_of_the_vote)
