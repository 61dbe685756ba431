"""What feeds and calendars tell: the newest of each kind, bounded, as rows. `public` leaves out whatever visitors may
not read: words said in halls, persons, halls with few members."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, or_

from forum.arguments.list_queries import in_view
from forum.arguments.models import Argument, Statement
from forum.halls.models import Hall, Post
from forum.halls.queries import HallView
from forum.halls.queries import hall as hall_view
from forum.kernel.audit import AuditEntry
from forum.kernel.database import db
from forum.kernel.errors import Missing
from forum.kernel.mailings import Mailing
from forum.moderation import queries as moderation
from forum.moderation.rules import Kind
from forum.outlets.queries import NEWEST
from forum.questions import derived_queries
from forum.questions.models import Option, Question
from forum.questions.ribbon import StageState
from forum.roll.models import Local, Member
from forum.roll.naming import may_be_named, nameable_locals
from forum.sittings.models import Sitting
from forum.sittings.notices import CANCELLED, MOVED
from forum.sittings.operations import Act
from forum.sittings.queries import Room

CHANGES = {Act.SCHEDULE_SITTING: "scheduled", Act.RESCHEDULE_SITTING: "moved", Act.CANCEL_SITTING: "cancelled"}
MOST_CHANGES = 4 * NEWEST


@dataclass(frozen=True, slots=True)
class ArgumentRow:
    """An argument with its option's letter; `mover` is for members."""

    argument: Argument
    letter: str
    mover: str


@dataclass(frozen=True, slots=True)
class PostRow:
    """A post with its author; `hidden` is why it is, in the closed list's word."""

    post: Post
    author: str
    hidden: str


@dataclass(frozen=True, slots=True)
class SessionChange:
    """What members were told of a session: "scheduled", "moved" or "cancelled", when, and for what time it stood then.
    `number` is the entry's in the log of acts."""

    what: str
    at: datetime
    starts_at: datetime | None
    number: int


def public_hall(hall_id: int) -> HallView:
    """A hall that visitors may know of: the national one, and those of locals with enough members."""
    view = hall_view(hall_id)
    if view.question.state == "drafted" or (view.local and not nameable_locals([view.local.id])):
        raise Missing
    return view


def arguments(*wanted: ColumnElement[bool], public: bool) -> list[ArgumentRow]:
    """The newest arguments that stand; to visitors only seconded ones."""
    at = Argument.seconded_at if public else func.coalesce(Argument.seconded_at, Argument.moved_at)
    query = (
        db.select(Argument, Option, Member.name)
        .join(Option, Option.id == Argument.option_id)
        .join(Member, Member.id == Argument.mover_id)
        .where(*in_view(), *wanted)
        .order_by(at.desc(), Argument.number.desc())
        .limit(NEWEST)
    )
    if public:
        query = query.where(Argument.seconded_at.is_not(None))
    rows = db.session.execute(query)
    return [ArgumentRow(argument, option.letter, "" if public else mover) for argument, option, mover in rows]


def statements(question_id: int) -> list[Statement]:
    """The newest statements and replies that stand."""
    query = db.select(Statement).where(Statement.question_id == question_id, Statement.stands_at.is_not(None))
    return list(db.session.scalars(query.order_by(Statement.stands_at.desc()).limit(NEWEST)))


def stages(question: Question, now: datetime) -> list[tuple[str, str, datetime]]:
    """Code, name and beginning of every stage that has begun; what was drafted nobody heard of."""
    begun = (StageState.DONE, StageState.NOW)
    return [
        (stage.code, stage.name, stage.starts_at)
        for stage in derived_queries.stages_of(question, now)
        if stage.state in begun and stage.starts_at and stage.starts_at <= now and stage.code != "drafted"
    ]


def sessions(*wanted: ColumnElement[bool], public: bool, most: int = NEWEST) -> list[Room]:
    """Sessions, the latest first and cancelled ones too."""
    query = rooms(*wanted, known()) if public else rooms(*wanted)
    query = query.order_by(Sitting.starts_at.desc(), Sitting.id.desc())
    return [Room(*row) for row in db.session.execute(query.limit(most))]


def soon_or_changed(until: datetime) -> ColumnElement[bool]:
    """Sessions before an instant, and those of which a change was told, however late they are held now."""
    told = db.select(Mailing.id).where(Mailing.kind.in_((MOVED, CANCELLED)), Mailing.subject_id == Sitting.id)
    return or_(Sitting.starts_at <= until, told.exists())


def rooms(*wanted: ColumnElement[bool]) -> Select[Any]:
    """A select of sessions with hall, question and local."""
    query: Select[Any] = (
        db.select(Sitting, Hall, Question, Local)
        .join(Hall, Hall.id == Sitting.hall_id)
        .join(Question, Question.id == Hall.question_id)
        .outerjoin(Local, Local.id == Hall.local_id)
        .where(*wanted)
    )
    return query


def known() -> ColumnElement[bool]:
    """Halls that visitors may know of."""
    return or_(Hall.local_id.is_(None), may_be_named(Hall.local_id))


def changes(found: Sequence[Room]) -> dict[int, list[SessionChange]]:
    """Session id → all that its members were told of it, the oldest first. The log of acts has each as it was then;
    whoever changes nothing but the agenda tells nobody."""
    of = {f"sitting:{room.sitting.id}": room.sitting.id for room in found}
    query = db.select(AuditEntry).where(AuditEntry.subject.in_(list(of)), AuditEntry.act.in_(list(CHANGES)))
    told: dict[int, list[SessionChange]] = {}
    for entry in reversed(list(db.session.scalars(query.order_by(AuditEntry.height.desc()).limit(MOST_CHANGES)))):
        facts = entry.facts
        if entry.act == Act.RESCHEDULE_SITTING and not facts.get("told", facts["before"] != facts["starts_at"]):
            continue
        starts_at = datetime.fromisoformat(facts["starts_at"]) if "starts_at" in facts else None
        change = SessionChange(CHANGES[entry.act], entry.at, starts_at, entry.height)
        told.setdefault(of[entry.subject], []).append(change)
    return told


def posts(hall_id: int) -> list[PostRow]:
    """The newest posts of a hall, for members; a hidden one with its ground instead of its words."""
    query = (
        db.select(Post, Member.name)
        .join(Member, Member.id == Post.author_id)
        .where(Post.hall_id == hall_id)
        .order_by(Post.number.desc())
        .limit(NEWEST)
    )
    rows = db.session.execute(query).all()
    hidden = [post.id for post, _ in rows if post.hidden_at is not None]
    grounds = {each["subject_id"]: each["ground"] for each in moderation.reasons(Kind.POST, hidden)} if hidden else {}
    return [PostRow(post, "" if post.hidden_at else name, grounds.get(post.id, "")) for post, name in rows]


def running_questions(now: datetime, most: int = 10) -> list[Question]:
    """The questions that are before the union, newest first."""
    query = db.select(Question).where(Question.state.not_in(("drafted", "withdrawn")))
    found = db.session.scalars(query.order_by(Question.number.desc()).limit(4 * most))
    return [each for each in found if derived_queries.runs(each, now)][:most]
