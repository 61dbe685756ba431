"""What a digest tells, as plain values: of each question for everybody, of a local's halls, of threads by their posts.

Everything is of one span of time, the edition's, so that it is read once for a question or a local and serves every
member. Nothing here names a person.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, or_
from sqlalchemy.orm import aliased

from forum.arguments.list_queries import in_view
from forum.arguments.models import Argument, Statement
from forum.arguments.rules import label_of
from forum.halls.models import Hall, Post
from forum.halls.own_models import Following
from forum.kernel.database import db
from forum.outlets.models import DigestEdition
from forum.outlets.rules import AHEAD
from forum.questions import derived_queries
from forum.questions.models import Option, Question
from forum.questions.ribbon import StageState
from forum.questions.upcoming import NEXT
from forum.roll.models import Local
from forum.sittings.models import Sitting
from forum.sittings.queries import IN_TIME

MOST_QUESTIONS = 5
MOST_ARGUMENTS = 10
MOST_SESSIONS = 10


@dataclass(frozen=True, slots=True)
class Line:
    """One argument that was seconded: its label, the option's letter, side, claim, and the label of what it answers."""

    id: int
    label: str
    letter: str
    side: str
    claim: str
    answers: str


@dataclass(frozen=True, slots=True)
class QuestionNews:
    """What happened on a question, where it stands and what is next. Words are marked strings, not yet translated."""

    number: int
    title: str
    stage: str
    day: int | None
    days: int | None
    began: list[tuple[str, datetime]]
    arguments: list[Line]
    argument_count: int
    waiting_count: int
    statements: list[tuple[int, str]]
    deadlines: list[tuple[str, datetime]]
    upcoming: tuple[str, datetime] | None

    @property
    def has_news(self) -> bool:
        return bool(self.began or self.arguments or self.waiting_count or self.statements or self.deadlines)


@dataclass(frozen=True, slots=True)
class Session:
    """A live session to come; `local` is empty for the national hall."""

    id: int
    local: str
    title: str
    place: str
    starts_at: datetime


@dataclass(frozen=True, slots=True)
class Thread:
    """A hall's thread and how many posts came to it; `local` is empty for the national hall."""

    hall_id: int
    local: str
    number: int
    count: int


def news(edition: DigestEdition, now: datetime) -> list[QuestionNews]:
    """Every question that runs, or on which something happened, newest first; how it stands is told as of now."""
    query = db.select(Question).where(Question.state.not_in(("drafted", "withdrawn")))
    found = db.session.scalars(query.order_by(Question.number.desc()).limit(4 * MOST_QUESTIONS))
    told = [(each, _news_of(each, edition, now)) for each in found]
    kept = [news for each, news in told if news.has_news or derived_queries.runs(each, now)]
    return kept[:MOST_QUESTIONS]


def _news_of(found: Question, edition: DigestEdition, now: datetime) -> QuestionNews:
    stages = derived_queries.stages_of(found, now)
    here = next((each for each in stages if each.state is StageState.NOW), None)
    past = [each for each in stages if each.state in (StageState.NOW, StageState.DONE) and each.code != "drafted"]
    dates = [(NEXT[name], at) for name, at in derived_queries.dates_of(found) if at > now]
    arguments, count = _seconded(found.id, edition)
    return QuestionNews(
        found.number, found.title, here.name if here else past[-1].name if past else "", here.day if here else None,
        here.days if here else None,
        began=[(each.name, each.starts_at) for each in past if each.starts_at and _within(each.starts_at, edition)],
        arguments=arguments, argument_count=count, waiting_count=_waiting(found.id, edition),
        statements=_statements(found.id, edition),
        deadlines=[(words, at) for words, at in dates if at <= now + AHEAD[edition.kind]],
        upcoming=dates[0] if dates else None,
    )  # fmt: skip


def _within(at: datetime, edition: DigestEdition) -> bool:
    return edition.since <= at < edition.until


def _seconded(question_id: int, edition: DigestEdition) -> tuple[list[Line], int]:
    """The newest arguments seconded in the span, and how many there are."""
    answered = aliased(Argument)
    wanted = (Argument.question_id == question_id, *in_view(), Argument.seconded_at >= edition.since,
              Argument.seconded_at < edition.until)  # fmt: skip
    query = (
        db.select(Argument, Option, answered.number.label("answered"))
        .join(Option, Option.id == Argument.option_id)
        .outerjoin(answered, answered.id == Argument.answers_id)
        .where(*wanted)
        .order_by(Argument.number.desc())
        .limit(MOST_ARGUMENTS)
    )
    lines = [
        Line(each.id, each.label, option.letter, each.side, each.claim, label_of(answered) if answered else "")
        for each, option, answered in db.session.execute(query)
    ]
    count = db.session.scalar(db.select(func.count(Argument.id)).where(*wanted)) or 0
    return lines[::-1], count


def _waiting(question_id: int, edition: DigestEdition) -> int:
    """How many arguments were moved in the span and wait for somebody who seconds them."""
    query = db.select(func.count(Argument.id)).where(Argument.question_id == question_id, *in_view())
    query = query.where(Argument.seconded_at.is_(None), Argument.moved_at >= edition.since)
    return db.session.scalar(query.where(Argument.moved_at < edition.until)) or 0


def _statements(question_id: int, edition: DigestEdition) -> list[tuple[int, str]]:
    query = db.select(Statement.id, Statement.title).where(Statement.question_id == question_id)
    query = query.where(Statement.stands_at >= edition.since, Statement.stands_at < edition.until)
    rows = db.session.execute(query.order_by(Statement.id).limit(MOST_ARGUMENTS))
    return [(number, title) for number, title in rows]


def sessions(edition: DigestEdition, local_id: int, now: datetime) -> list[Session]:
    """The sessions to come of a local's halls and of the national ones."""
    query = (
        db.select(Sitting.id, Local.number, Sitting.title, Sitting.place, Sitting.starts_at)
        .join(Hall, Hall.id == Sitting.hall_id)
        .join(Question, Question.id == Hall.question_id)
        .outerjoin(Local, Local.id == Hall.local_id)
        .where(Sitting.state == "scheduled", Question.state.in_(IN_TIME))
        .where(Sitting.starts_at >= now, Sitting.starts_at < now + AHEAD[edition.kind])
        .where(or_(Hall.local_id == local_id, Hall.local_id.is_(None)))
        .order_by(Sitting.starts_at)
        .limit(MOST_SESSIONS)
    )
    rows = db.session.execute(query)
    return [Session(number, local or "", title, place, at) for number, local, title, place, at in rows]


def anything_said(edition: DigestEdition) -> bool:
    """Whether any post, or any session to come, could be news to somebody."""
    posts = db.select(Post.id).where(Post.at >= edition.since, Post.at < edition.until).limit(1)
    ahead = db.select(Sitting.id).where(Sitting.state == "scheduled", Sitting.starts_at >= edition.until).limit(1)
    return db.session.scalar(ahead) is not None or db.session.scalar(posts) is not None


def thread(edition: DigestEdition, hall_id: int) -> Thread:
    """A hall's thread with the number of its new posts, hidden ones left out."""
    count = db.select(func.count(Post.id)).where(Post.hall_id == hall_id, Post.hidden_at.is_(None))
    count = count.where(Post.at >= edition.since, Post.at < edition.until)
    query = (
        db.select(Local.number, Question.number)
        .select_from(Hall)
        .join(Question, Question.id == Hall.question_id)
        .outerjoin(Local, Local.id == Hall.local_id)
        .where(Hall.id == hall_id)
    )
    local, number = db.session.execute(query).one()
    return Thread(hall_id, local or "", number, db.session.scalar(count) or 0)


def followed_by(member_ids: Collection[int]) -> list[tuple[int, int]]:
    """(member, hall) of every thread that these members follow."""
    query = db.select(Following.member_id, Following.hall_id).where(Following.member_id.in_(list(member_ids)))
    rows = db.session.execute(query.where(Following.state == "follow").order_by(Following.hall_id.desc()))
    return [(member_id, hall_id) for member_id, hall_id in rows]
