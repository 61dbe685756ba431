"""Reads of moderation: the words in question, why something is hidden, the log of a hall, what waits for whom."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func
from sqlalchemy.orm import aliased

from forum.arguments.models import Argument, ArgumentRevision, Merge
from forum.bodies import queries as bodies
from forum.bodies.models import BodyAct
from forum.halls.models import Hall, Post
from forum.halls.queries import HallView
from forum.halls.queries import hall as hall_view
from forum.kernel.database import db
from forum.kernel.doors import Actor
from forum.kernel.errors import Missing
from forum.moderation.models import Hiding, Report
from forum.moderation.rules import Kind, Ruling, may_see_hidden
from forum.roll.models import Member
from forum.sittings.chat_queries import said_at
from forum.sittings.enquiry_models import Enquiry
from forum.sittings.models import Message, Sitting

ROWS_A_PAGE = 30
MOST_ON_A_DESK = 20


@dataclass(frozen=True)
class Words:
    """A post, chat message, argument or question to a session as moderation sees it. `text` is what is hashed."""

    kind: Kind
    subject_id: int
    hall: HallView
    author_id: int
    number: int
    text: str
    url: str
    hidden_at: datetime | None


@dataclass(frozen=True)
class Entry:
    """One hiding with its persons' names; the names are empty for visitors. `number` is what members call the words."""

    hiding: Hiding
    author: str
    by: str
    number: int


def words(kind: str, subject_id: int) -> Words:
    """What somebody wants to hide or report. Raises `Missing`."""
    if kind == Kind.POST:
        post = db.session.get(Post, subject_id)
        if post is not None:
            view = hall_view(post.hall_id)
            url = f"/halls/{post.hall_id}/posts/{post.number}"
            return Words(Kind.POST, post.id, view, post.author_id, post.number, post.source, url, post.hidden_at)
    if kind == Kind.MESSAGE:
        message = db.session.get(Message, subject_id)
        if message is not None and message.author_id is not None:
            view, url = hall_view(message.hall_id), said_at(message.sitting_id, message.number)
            return Words(
                Kind.MESSAGE, message.id, view, message.author_id, message.number, message.source, url,
                message.hidden_at,
            )  # fmt: skip
    if kind == Kind.ENQUIRY:
        enquiry = db.session.get(Enquiry, subject_id)
        if enquiry is not None:
            return _enquiry_words(enquiry)
    if kind == Kind.ARGUMENT:
        argument = db.session.get(Argument, subject_id)
        if argument is not None:
            return _argument_words(argument)
    raise Missing


def _argument_words(argument: Argument) -> Words:
    query = db.select(ArgumentRevision).where(ArgumentRevision.argument_id == argument.id)
    wording = db.session.scalars(query.order_by(ArgumentRevision.number.desc()).limit(1)).one()
    text = "\n\n".join(part for part in (argument.claim, wording.grounds_source, wording.sources) if part)
    return Words(
        Kind.ARGUMENT, argument.id, hall_view(argument.hall_id), argument.mover_id, argument.number, text,
        f"/a/{argument.id}", argument.hidden_at,
    )  # fmt: skip


def _enquiry_words(enquiry: Enquiry) -> Words:
    view = hall_view(db.session.get_one(Sitting, enquiry.sitting_id).hall_id)
    url = f"/sittings/{enquiry.sitting_id}/asked#asked-{enquiry.id}"
    return Words(Kind.ENQUIRY, enquiry.id, view, enquiry.author_id, enquiry.id, enquiry.source, url, enquiry.hidden_at)


def hiding(hiding_id: int) -> Hiding:
    """One hiding. Raises `Missing`."""
    found = db.session.get(Hiding, hiding_id)
    if found is None:
        raise Missing
    return found


def latest(kind: str, subject_id: int) -> Hiding | None:
    """The newest hiding of these words, whether it still holds or not."""
    query = db.select(Hiding).where(Hiding.kind == kind, Hiding.subject_id == subject_id)
    found: Hiding | None = db.session.scalar(query.order_by(Hiding.id.desc()).limit(1))
    return found


def reasons(kind: str, subject_ids: list[int]) -> list[dict[str, Any]]:
    """Why these words are hidden, for the tombstones that stand in their place."""
    query = db.select(Hiding, Member.name).join(Member, Member.id == Hiding.by_id)
    query = query.where(Hiding.kind == kind, Hiding.subject_id.in_(subject_ids), Hiding.ruling != Ruling.RESTORED)
    return [
        {
            "subject_id": each.subject_id, "ground": each.ground, "reason": each.reason, "by_name": name, "at": each.at,
            "appealed": each.appealed_at is not None, "ruling": each.ruling, "number": each.id,
            "url": f"/moderation/hidings/{each.id}",
        }
        for each, name in db.session.execute(query.order_by(Hiding.id))
    ]  # fmt: skip


def hidden_in_ruling(actor: Actor, act: BodyAct) -> list[str]:
    """The labels of arguments in a ruling on a merge whose claims were hidden since, and are not for this reader."""
    if act.act != "rule_merge":
        return []
    merge = db.session.get_one(Merge, int(act.facts["merge_id"]))
    pair = db.session.scalars(db.select(Argument).where(Argument.id.in_((merge.argument_id, merge.into_id))))
    return [each.label for each in pair if each.hidden_at is not None and not _sees(actor, each)]


def _sees(actor: Actor, argument: Argument) -> bool:
    found = latest(Kind.ARGUMENT, argument.id)
    hidden_by = found.by_id if found else argument.mover_id
    return may_see_hidden(actor, actor.member_id, argument.question_id, hidden_by, argument.mover_id)


def log(actor: Actor, hall_id: int, page: int) -> tuple[list[Entry], int]:
    """What was hidden in a hall, newest first, and the number of pages."""
    author, by = aliased(Member), aliased(Member)
    query = (
        db.select(Hiding, author.name, by.name)
        .join(author, author.id == Hiding.author_id)
        .join(by, by.id == Hiding.by_id)
        .where(Hiding.hall_id == hall_id)
        .order_by(Hiding.id.desc())
    )
    rows = list(db.session.execute(query.offset((page - 1) * ROWS_A_PAGE).limit(ROWS_A_PAGE)))
    numbers = _numbers([each for each, _, _ in rows])
    named = actor.is_member
    entries = [
        Entry(each, name if named else "", hider if named else "", numbers.get((each.kind, each.subject_id), 0))
        for each, name, hider in rows
    ]
    count = db.session.scalar(db.select(func.count()).where(Hiding.hall_id == hall_id)) or 0
    return entries, max(1, -(-count // ROWS_A_PAGE))


def _numbers(hidings: list[Hiding]) -> dict[tuple[str, int], int]:
    found = {(each.kind, each.subject_id): each.subject_id for each in hidings if each.kind == Kind.ENQUIRY}
    for kind, table in ((Kind.POST, Post), (Kind.MESSAGE, Message), (Kind.ARGUMENT, Argument)):
        ids = [each.subject_id for each in hidings if each.kind == kind]
        if ids:
            query = db.select(table.id, table.number).where(table.id.in_(ids))
            found |= {(kind.value, subject_id): number for subject_id, number in db.session.execute(query)}
    return found


def entry(hiding_id: int) -> tuple[Entry, Words]:
    """One hiding with its words. Raises `Missing`."""
    found = hiding(hiding_id)
    subject = words(found.kind, found.subject_id)
    author, by = db.session.get_one(Member, found.author_id), db.session.get_one(Member, found.by_id)
    return Entry(found, author.name, by.name, subject.number), subject


def reports_for(actor: Actor) -> list[tuple[Report, str]]:
    """Open reports from the halls this person keeps in order, oldest first, with who reported."""
    told = [question_id for role, question_id in actor.appointments if role == "teller"]
    mine = Hall.local_id.is_(None) & Hall.question_id.in_(told)
    if actor.office == "host":
        mine = mine | (Hall.local_id == actor.local_id)
    query = (
        db.select(Report, Member.name)
        .join(Hall, Hall.id == Report.hall_id)
        .join(Member, Member.id == Report.by_id)
        .where(Report.closed_at.is_(None), mine)
        .order_by(Report.id)
    )
    return [(report, name) for report, name in db.session.execute(query.limit(MOST_ON_A_DESK))]


def appeals_for(actor: Actor) -> list[Hiding]:
    """Appeals that wait for a ruling of this teller's body, leaving out what touches this teller."""
    told = [question_id for role, question_id in actor.appointments if role == "teller"]
    query = db.select(Hiding).where(
        Hiding.question_id.in_(told), Hiding.appealed_at.is_not(None), Hiding.ruling == "",
        Hiding.by_id != actor.member_id, Hiding.author_id != actor.member_id,
    )  # fmt: skip
    return list(db.session.scalars(query.order_by(Hiding.appealed_at).limit(MOST_ON_A_DESK)))


def ruling_acts(hiding: Hiding) -> list[BodyAct]:
    """Rulings on this hiding that were put before the tellers and not replaced."""
    acts = [each for each in bodies.acts_of(hiding.question_id) if each.act == "rule_appeal"]
    return [each for each in acts if each.facts.get("hiding_id") == hiding.id]
