"""What the demo's bar shows: its cast, where its clock stands, and the next moment something happens by itself."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache

from forum.kernel.database import db
from forum.kernel.errors import Missing
from forum.questions.models import Question
from forum.roll.models import Member
from referendum.mandate.models import Duty
from referendum.process.models import Vote
from referendum.process.queries import votes_in
from referendum.rehearsal.reading_union import number_of, texts

MOMENTS = (
    Question.debate_opens_at, Question.debate_closes_at, Question.record_at, Question.vote_opens_at,
    Question.vote_closes_at, Vote.opens_at, Vote.closes_at, Vote.challenges_end_at, Duty.due_at,
)  # fmt: skip
STEPS = {"hour": timedelta(hours=1), "day": timedelta(days=1), "week": timedelta(days=7)}


@dataclass(frozen=True, slots=True)
class Role:
    """One of the cast: `key` is what the form sends, `number` the member's."""

    key: str
    number: str


@cache
def cast() -> tuple[Role, ...]:
    """Who the visitor may become, in the order of the bar."""
    return tuple(Role(each["role"], number_of(each["who"])) for each in texts("people")["cast"])


def member_playing(key: str) -> Member | None:
    """The member who plays this part."""
    number = next((each.number for each in cast() if each.key == key), None)
    return db.session.scalar(db.select(Member).where(Member.number == number)) if number else None


@dataclass(frozen=True, slots=True)
class Bar:
    """The bar's facts: every part with the member who plays it, the visitor's own address, what comes next, whether a
    vote is open, and whether one waits for its trustees."""

    cast: list[tuple[str, Member]]
    address: str
    following: datetime | None
    voting: bool
    trusting: bool


def bar(member_id: int, now: datetime) -> Bar:
    """What the bar shows to this member (0: a visitor)."""
    numbers = [each.number for each in cast()]
    members = {each.number: each for each in db.session.scalars(db.select(Member).where(Member.number.in_(numbers)))}
    playing = [(each.key, members[each.number]) for each in cast() if each.number in members]
    member = db.session.get(Member, member_id) if member_id else None
    return Bar(playing, member.email if member else "", next_moment(now), bool(votes_in("open")), _waits())


def _waits() -> bool:
    """Whether trustees could make keys or open a count."""
    return any(vote.state != "set_up" or not vote.election_v for vote in votes_in("set_up", "counting"))


def moment_after(step: str, now: datetime) -> datetime:
    """Where a step of the clock leads: an hour, a day, a week on, or just past what happens next."""
    following = next_moment(now) if step == "next" else None
    if following is None and step not in STEPS:
        raise Missing
    return following + timedelta(seconds=1) if following else now + STEPS[step]


def next_moment(now: datetime) -> datetime | None:
    """The next instant at which any question, vote or mandate has something to do; None if nothing is to come."""
    found = [db.session.scalar(db.select(db.func.min(moment)).where(moment > now)) for moment in MOMENTS]
    return min((at for at in found if at is not None), default=None)
