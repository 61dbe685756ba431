"""What a member reads next, one argument at a time, and what they have read so far. Nobody else is told of either."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func
from sqlalchemy.orm import aliased

from forum.arguments.list_queries import Tag, in_view, tag_of, unread_by, unread_count
from forum.arguments.models import Argument, ArgumentRevision, Reading
from forum.arguments.next_rules import draw_some, priority
from forum.halls.models import Hall
from forum.kernel import slots
from forum.kernel.database import db
from forum.kernel.doors import Actor
from forum.questions.models import Option, Question
from forum.roll.models import Local

CARDS_AT_ONCE = 4
MOST_WEIGHED = 200
TAKEN_BACK_WITHIN = timedelta(hours=1)
READINGS_A_PAGE = 20


@dataclass(frozen=True)
class Tally:
    """The sums of one argument, for the draw. They are not shown before it is read."""

    agree: int
    passed: int
    seen: int


@dataclass(frozen=True)
class ReadingCard:
    """One argument to read. `place` is the local's number, "" for the national hall."""

    argument: Argument
    option: Option
    tag: Tag
    place: str
    wording: ArgumentRevision


@dataclass(frozen=True)
class Progress:
    """How many arguments a member has read, how many are left, and the last reading while it can be taken back."""

    read: int
    left: int
    last: "OwnReading | None"


@dataclass(frozen=True)
class OwnReading:
    """A member's own reading as it counts now. `revised` when grounds or sources have changed since."""

    argument: Argument
    tag: Tag
    value: int
    at: datetime
    revised: bool


def draw(actor: Actor, question: Question, held: Collection[int], most: int, random: Callable[[], float]) -> list[int]:
    """Ids of arguments to read next: unread by this member, not among those `held` in the page already."""
    rows = _some_unread(actor, question, random)
    extremity: dict[int, float] = {}
    for known in slots.gather("argument.extremities", question.id):
        extremity.update(known)
    weights = {
        each: priority(Tally(agree, passed, agree + disagree + passed), extremity.get(each, 0.0))
        for each, agree, disagree, passed in rows
        if each not in held
    }
    return draw_some(weights, most, random)


def _some_unread(actor: Actor, question: Question, random: Callable[[], float]) -> list[Any]:
    """Unread arguments with their sums: all of them, or, of very many, those that follow each other from a place drawn
    by chance, so that a draw costs the same however long the record is."""
    highest = db.session.scalar(db.select(func.max(Argument.number)).where(Argument.question_id == question.id)) or 0
    begin = int(random() * highest) + 1
    query = db.select(Argument.id, Argument.agree_count, Argument.disagree_count, Argument.pass_count)
    query = query.where(*unread_by(actor.member_id, question.id)).order_by(Argument.number)
    found = list(db.session.execute(query.where(Argument.number >= begin).limit(MOST_WEIGHED)))
    left = MOST_WEIGHED - len(found)
    return found + list(db.session.execute(query.where(Argument.number < begin).limit(left)))


def cards(question: Question, ids: list[int]) -> list[ReadingCard]:
    """These arguments with their grounds, in the order given."""
    query = (
        db.select(Argument, Local.number, ArgumentRevision)
        .join(Hall, Hall.id == Argument.hall_id)
        .outerjoin(Local, Local.id == Hall.local_id)
        .join(ArgumentRevision, ArgumentRevision.argument_id == Argument.id)
        .where(Argument.id.in_(ids), ArgumentRevision.number == Argument.revision)
    )
    options = {option.id: option for option in question.options}
    found = {
        argument.id: ReadingCard(
            argument, options[argument.option_id], tag_of(argument, options[argument.option_id].letter), place or "",
            wording,
        )
        for argument, place, wording in db.session.execute(query)
    }  # fmt: skip
    return [found[each] for each in ids if each in found]


def unread_number(actor: Actor, question: Question, number: int) -> int | None:
    """The id of A-<number> if this member has it still to read."""
    query = db.select(Argument.id).where(*unread_by(actor.member_id, question.id), Argument.number == number)
    found: int | None = db.session.scalar(query)
    return found


def progress(actor: Actor, question: Question, now: datetime) -> Progress:
    """How far a member has come with the arguments of a question."""
    readable = (Argument.question_id == question.id, *in_view(), Argument.seconded_at.is_not(None))
    every = db.session.scalar(db.select(func.count(Argument.id)).where(*readable)) or 0
    left = unread_count(actor.member_id, question.id)
    newest = own_readings(actor, question, most=1)
    fresh = [each for each in newest if now - each.at < TAKEN_BACK_WITHIN]
    return Progress(every - left, left, fresh[0] if fresh else None)


def own_readings(actor: Actor, question: Question, *, page: int = 1, most: int = READINGS_A_PAGE) -> list[OwnReading]:
    """A member's own readings that count, the newest first. Of an argument and those merged into it the latest."""
    latest = _latest(actor, question.id).subquery()
    query = (
        db.select(Argument, latest.c.value, latest.c.at, latest.c.given_on, latest.c.revision)
        .join(latest, latest.c.root == Argument.id)
        .where(latest.c.place == 1)
        .order_by(latest.c.at.desc(), Argument.number.desc())
        .limit(most)
        .offset((page - 1) * most)
    )
    letters = {option.id: option.letter for option in question.options}
    return [
        OwnReading(argument, tag_of(argument, letters[argument.option_id]), value, at,
                   revised=given_on == argument.id and revision < argument.revision)
        for argument, value, at, given_on, revision in db.session.execute(query)
    ]  # fmt: skip


def own_count(actor: Actor, question: Question) -> int:
    """On how many arguments this member has a reading that counts."""
    latest = _latest(actor, question.id).subquery()
    return db.session.scalar(db.select(func.count()).select_from(latest).where(latest.c.place == 1)) or 0


def _latest(actor: Actor, question_id: int) -> Any:
    """This member's readings of standing arguments, with their place counted from the latest of the same root."""
    given, root_of = aliased(Argument), aliased(Argument)
    root = func.coalesce(given.merged_into_id, given.id)
    place = func.row_number().over(partition_by=root, order_by=(Reading.at.desc(), Reading.id.desc()))
    return (
        db.select(
            root.label("root"), Reading.value, Reading.at, Reading.argument_id.label("given_on"), Reading.revision,
            place.label("place"),
        )
        .join(given, given.id == Reading.argument_id)
        .join(root_of, root_of.id == root)
        .where(Reading.member_id == actor.member_id, given.question_id == question_id)
        .where(given.seconded_at.is_not(None), root_of.withdrawn_at.is_(None), root_of.hidden_at.is_(None))
    )  # fmt: skip
