"""Lists of arguments for other pages: by hall, by post, the newest, the unread; and their tags."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, bindparam, func
from sqlalchemy.orm import aliased

from forum.arguments.models import Argument, Reading
from forum.arguments.rules import label_of
from forum.halls.models import Hall
from forum.kernel.database import db
from forum.kernel.doors import Actor
from forum.questions.models import Option, Question
from forum.roll.models import Local
from forum.roll.naming import nameable_locals
from forum.roll.rules import counting_order


@dataclass(frozen=True)
class Tag:
    """What stands on an argument's brass check, with its claim for lists."""

    number: int
    letter: str
    side: str
    url: str
    claim: str = ""

    @property
    def label(self) -> str:
        return label_of(self.number)


def tag_of(argument: Argument, letter: str) -> Tag:
    claim = "" if argument.hidden_at else argument.claim
    return Tag(argument.number, letter, argument.side, f"/a/{argument.id}", claim)


def standing() -> tuple[ColumnElement[bool], ...]:
    """Arguments that have neither been withdrawn nor merged away; hidden ones keep their place."""
    return Argument.withdrawn_at.is_(None), Argument.merged_into_id.is_(None)


def in_view(of: type[Argument] = Argument) -> tuple[ColumnElement[bool], ...]:
    """Arguments, or those of an alias, that stand and whose words everybody can read."""
    return of.withdrawn_at.is_(None), of.merged_into_id.is_(None), of.hidden_at.is_(None)


def own_values(member_id: int, ids: list[int]) -> dict[int, int]:
    """What this member made of these arguments, given on them or on one merged into them; the latest counts."""
    if not ids or not member_id:
        return {}
    root = func.coalesce(Argument.merged_into_id, Argument.id)
    query = db.select(root, Reading.value).join(Argument, Argument.id == Reading.argument_id)
    query = query.where(Reading.member_id == member_id, root.in_(ids)).order_by(Reading.at, Reading.id)
    return dict(db.session.execute(query).all())


def unread_by(member_id: int, question_id: int) -> tuple[ColumnElement[bool], ...]:
    """Seconded arguments, open to readings, that a member has not read, nor one merged into them."""
    own = aliased(Argument)
    root = func.coalesce(own.merged_into_id, own.id)
    has_read = db.select(root).join(Reading, Reading.argument_id == own.id).where(Reading.member_id == member_id)
    return (
        Argument.question_id == question_id, *in_view(), Argument.seconded_at.is_not(None),
        Argument.id.not_in(has_read.where(own.question_id == question_id)),
    )  # fmt: skip


def unread_count(member_id: int, question_id: int) -> int:
    """How many seconded arguments a member has not read yet."""
    return db.session.scalar(db.select(func.count(Argument.id)).where(*unread_by(member_id, question_id))) or 0


def unread(member_id: int, question_id: int, most: int = 5) -> tuple[int, list[Argument]]:
    """How many seconded arguments a member has not read yet, and the newest of them."""
    newest = db.select(Argument).where(*unread_by(member_id, question_id)).order_by(Argument.number.desc())
    return unread_count(member_id, question_id), list(db.session.scalars(newest.limit(most)))


def halls_with_arguments(actor: Actor, question: Question) -> list[tuple[int, str]]:
    """Local id (0 for the national hall) and number of every hall from which an argument came, for the filter."""
    query = (
        db.select(Hall.local_id, Local.number)
        .join(Argument, Argument.hall_id == Hall.id)
        .outerjoin(Local, Local.id == Hall.local_id)
        .where(Hall.question_id == question.id)
        .distinct()
    )
    found = [(local_id or 0, number or "") for local_id, number in db.session.execute(query)]
    if not actor.is_member:
        nameable = nameable_locals([local_id for local_id, _ in found if local_id])
        found = [(local_id, number) for local_id, number in found if local_id == 0 or local_id in nameable]
    return sorted(found, key=lambda each: counting_order(each[1]))


_FROM_HALL = (
    db.select(Argument, Option)
    .join(Option, Option.id == Argument.option_id)
    .where(Argument.hall_id == bindparam("hall_id"), *in_view())
    .order_by(Argument.number.desc())
    .limit(bindparam("most"))
)


def from_hall(hall_id: int, most: int = 6) -> list[Tag]:
    """The newest arguments that came from a hall."""
    rows = db.session.execute(_FROM_HALL, {"hall_id": hall_id, "most": most})
    return [tag_of(argument, option.letter) for argument, option in rows]


def newest(question_id: int, most: int = 4) -> list[Tag]:
    """The newest seconded arguments of a question."""
    query = db.select(Argument, Option).join(Option, Option.id == Argument.option_id)
    query = query.where(Argument.question_id == question_id, *in_view())
    query = query.where(Argument.seconded_at.is_not(None)).order_by(Argument.number.desc()).limit(most)
    return [tag_of(argument, option.letter) for argument, option in db.session.execute(query)]


_FROM_POSTS = (
    db.select(Argument, Option)
    .join(Option, Option.id == Argument.option_id)
    .where(Argument.post_id.in_(bindparam("post_ids", expanding=True)))
    .order_by(Argument.number)
)


def from_posts(post_ids: list[int]) -> list[dict[str, Any]]:
    """Arguments that were moved from these posts, for the thread."""
    return [
        {
            "post_id": argument.post_id, "number": argument.number, "letter": option.letter, "side": argument.side,
            "url": f"/a/{argument.id}",
        }
        for argument, option in db.session.execute(_FROM_POSTS, {"post_ids": post_ids})
    ]  # fmt: skip
