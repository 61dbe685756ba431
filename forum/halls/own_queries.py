"""Reads of what a member keeps to oneself: drafts, threads followed or muted, persons muted; who wrote in a hall."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, func, literal, or_
from sqlalchemy.orm import InstrumentedAttribute, aliased

from forum.halls.models import Hall, Post, PostRevision, ReadMark
from forum.halls.naming import named
from forum.halls.own_models import Draft, Following, Muting
from forum.halls.stopping_models import Stopping
from forum.kernel.database import db
from forum.kernel.once import once_a_page
from forum.questions.models import Question
from forum.roll.models import Local, Member

MOST_SUGGESTED = 8
MOST_LISTED = 100
MOST_CONSIDERED = 100
ONCE = timedelta(days=1)


@dataclass(frozen=True)
class Followed:
    """A thread that somebody follows, with what is new in it since `told_number`."""

    following: Following
    question: Question
    local: str
    new: int


@dataclass(frozen=True)
class Own:
    """What a hall's page shows of one member's own: how far they have read and when, what they began to write, whether
    they follow or mute the thread ('' for neither), until when they were last stopped from writing there, and whether
    they have muted anybody."""

    mark: int | None
    marked_at: datetime | None
    draft: str
    following: str
    stopped_until: datetime | None
    mutes: bool


_member, _mark, _draft, _following, _stopping, _muting = (
    each.__table__.c for each in (Member, ReadMark, Draft, Following, Stopping, Muting)
)


def _theirs(columns: Any) -> Any:
    return (columns.member_id == _member.id) & (columns.hall_id == bindparam("hall_id"))


# Asked at every view of a hall, so it is built once, and of tables: the mapper would ask four times.
_OWN = (
    db.select(
        _mark.number, _mark.at, _draft.source, _following.state, _stopping.until,
        db.select(_muting.muted_id).where(_muting.member_id == _member.id).exists().label("mutes"),
    )
    .select_from(Member.__table__)
    .outerjoin(ReadMark.__table__, _theirs(_mark))
    .outerjoin(Draft.__table__, _theirs(_draft))
    .outerjoin(Following.__table__, _theirs(_following))
    .outerjoin(Stopping.__table__, _theirs(_stopping))
    .where(_member.id == bindparam("member_id"))
)  # fmt: skip


@once_a_page
def own(hall_id: int, member_id: int) -> Own:
    """What a member has in a hall, in one read."""
    found = db.session.execute(_OWN, {"hall_id": hall_id, "member_id": member_id}).one()
    return Own(found.number, found.at, found.source or "", found.state or "", found.until, found.mutes)


def draft(hall_id: int, member_id: int) -> Draft | None:
    return db.session.get(Draft, (hall_id, member_id))


def following(hall_id: int, member_id: int) -> Following | None:
    return db.session.get(Following, (hall_id, member_id))


_MUTED = db.select(_muting.muted_id).where(
    _muting.member_id == bindparam("member_id"), _muting.muted_id.in_(bindparam("among", expanding=True))
)


def muted(member_id: int, among: Collection[int]) -> frozenset[int]:
    """Those of these persons whom a member has muted."""
    if not among:
        return frozenset()
    return frozenset(db.session.execute(_MUTED, {"member_id": member_id, "among": list(among)}).scalars())


def muted_by(member_id: int) -> list[tuple[int, str, str]]:
    """Id, name and local of everybody a member has muted."""
    query = (
        db.select(Member.id, Member.name, Local.number)
        .join(Muting, Muting.muted_id == Member.id)
        .join(Local, Local.id == Member.local_id)
        .where(Muting.member_id == member_id)
        .order_by(Member.name, Member.id)
        .limit(MOST_LISTED)
    )
    return [(each.id, each.name, each.number) for each in db.session.execute(query)]


def followed(member_id: int, *, state: str = "follow", moved: bool = False) -> list[Followed]:
    """The threads a member follows, or mutes; only those that went on since the last mail, if `moved`. What is new
    counts the posts of others that are not hidden."""
    new = (
        db.select(func.count(Post.id))
        .where(Post.hall_id == Following.hall_id, Post.number > Following.told_number)
        .where(Post.author_id != member_id, Post.hidden_at.is_(None))
        .scalar_subquery()
    )
    query = (
        db.select(Following, Question, Local.number.label("local"), new.label("new"))
        .join(Hall, Hall.id == Following.hall_id)
        .join(Question, Question.id == Hall.question_id)
        .outerjoin(Local, Local.id == Hall.local_id)
        .where(Following.member_id == member_id, Following.state == state)
        .order_by(Question.number.desc(), Following.hall_id)
        .limit(MOST_LISTED)
    )
    if moved:
        query = query.where(Hall.post_count > Following.told_number)
    return [Followed(row.Following, row.Question, row.local or "", row.new) for row in db.session.execute(query)]


def to_tell(now: datetime, most: int, *, after: int = 0) -> list[int]:
    """Members who follow a thread with new posts and had no mail about any for a day, by id; those after `after`."""
    query = _due(now).where(Following.member_id > after).distinct().order_by(Following.member_id)
    return list(db.session.scalars(query.limit(most)))


def still_to_tell(now: datetime, among: Collection[int]) -> list[int]:
    """Those of a few members to whom that still applies."""
    query = _due(now).where(Following.member_id.in_(among)).distinct().order_by(Following.member_id)
    return list(db.session.scalars(query))


def _due(now: datetime) -> Select[int]:
    other = aliased(Following)
    lately = db.select(other.hall_id).where(
        other.member_id == Following.member_id, other.state == "follow", other.told_at > now - ONCE
    )
    query: Select[int] = db.select(Following.member_id).join(Hall, Hall.id == Following.hall_id)
    return query.where(Following.state == "follow", Hall.post_count > Following.told_number, ~lately.exists())


def participants(hall_id: int, typed: str) -> list[tuple[str, str]]:
    """Name and local of members who wrote in this hall and whose name, or a later part of it, begins so."""
    wrote = db.select(Post.author_id).where(Post.hall_id == hall_id, Post.hidden_at.is_(None))
    begins = Member.name.istartswith(typed, autoescape=True) | Member.name.icontains(f" {typed}", autoescape=True)
    query = (
        db.select(Member.name, Local.number)
        .join(Local, Local.id == Member.local_id)
        .where(Member.id.in_(wrote), Member.left_at.is_(None), begins)
        .order_by(Member.name, Member.id)
        .limit(MOST_SUGGESTED)
    )
    return [(each.name, each.number) for each in db.session.execute(query)]


def named_in(post: Post, most: int) -> list[int]:
    """Members who wrote in this hall and whom a post names after an @, without those who muted its author or the hall,
    and without those whom an earlier wording of it named."""
    if "@" not in post.source:
        return []
    wrote = db.select(Post.author_id).where(Post.hall_id == post.hall_id, Post.hidden_at.is_(None))
    closed = db.select(Muting.member_id).where(Muting.muted_id == post.author_id)
    deaf = db.select(Following.member_id).where(Following.hall_id == post.hall_id, Following.state == "mute")
    earlier = db.select(PostRevision.id).where(PostRevision.post_id == post.id, _names_member(PostRevision.source))
    query = (
        db.select(Member.id, Member.name, or_(Member.id.in_(closed), Member.id.in_(deaf), earlier.exists()))
        .where(Member.id.in_(wrote), Member.id != post.author_id, _names_member(literal(post.source)))
        .order_by(func.length(Member.name).desc(), Member.id)
        .limit(MOST_CONSIDERED)
    )
    rows = list(db.session.execute(query))
    untold = {member_id for member_id, _name, leave_alone in rows if leave_alone}
    found = named(post.source, [(member_id, name) for member_id, name, _ in rows])
    return [each for each in found if each not in untold][:most]


def _names_member(source: ColumnElement[str] | InstrumentedAttribute[str]) -> ColumnElement[bool]:
    """Whether a text holds a member's name after an @, be it as the beginning of a longer one; a sign of patterns in a
    name stands for itself."""
    name: ColumnElement[str] = func.replace(Member.name, "/", "//")
    for sign in "%_":
        name = func.replace(name, sign, f"/{sign}")
    return source.ilike(literal("%@") + name + literal("%"), escape="/")
