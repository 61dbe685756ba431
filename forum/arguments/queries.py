"""Reads of arguments that operations and other slices need: one argument, its origin, its readings."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, func, literal_column

from forum.arguments.models import Argument, Reading, SourceAsk
from forum.arguments.rules import ArgumentFacts, Side
from forum.halls.models import Post
from forum.kernel import slots
from forum.kernel.database import db
from forum.kernel.errors import Missing
from forum.questions.models import Question
from forum.questions.rules import QuestionState


@dataclass(frozen=True)
class Origin:
    """Words from a hall that are put on the record."""

    hall_id: int
    author_id: int
    text: str


def argument(argument_id: int) -> Argument:
    """One argument. Raises `Missing`."""
    found = db.session.get(Argument, argument_id)
    if found is None:
        raise Missing
    return found


def argument_by_number(question_id: int, number: int) -> Argument | None:
    """The argument that members of this question call A-<number>."""
    found: Argument | None = db.session.scalar(
        db.select(Argument).where(Argument.question_id == question_id, Argument.number == number)
    )
    return found


def facts_of(found: Argument, question: Question) -> ArgumentFacts:
    """An argument as the rules see it."""
    return ArgumentFacts(
        question_id=found.question_id, state=QuestionState(question.state), mover_id=found.mover_id,
        seconded=found.seconded_at is not None, withdrawn=found.withdrawn_at is not None,
        merged=found.merged_into_id is not None, hidden=found.hidden_at is not None, option_id=found.option_id,
        side=Side(found.side),
    )  # fmt: skip


def origin_of(kind: str, number: int) -> Origin:
    """The words at an origin: a post by id here, a message by id through the slot argument.origin. Raises `Missing`."""
    if kind == "post":
        post = db.session.get(Post, number)
        if post is None or post.hidden_at is not None:
            raise Missing
        return Origin(post.hall_id, post.author_id, post.source)
    found = slots.gather("argument.origin", kind, number)
    if not found:
        raise Missing
    return Origin(*found[0])


def effective_readings(question_id: int) -> Select[Any]:
    """A select of (argument_id, member_id, local_id, value, revision, at): what counts now, one row a member.

    Readings of a merged argument count for the one it was merged into; a member's later reading wins. Rows of
    withdrawn and hidden arguments are left in, the caller leaves them out where they do not count. Readings that
    lost their member at certification are none any more.
    """
    root = func.coalesce(Argument.merged_into_id, Argument.id)
    place = func.row_number().over(
        partition_by=(root, Reading.member_id), order_by=(Reading.at.desc(), Reading.id.desc())
    )
    ranked = (
        db.select(
            root.label("argument_id"), Reading.member_id, Reading.local_id, Reading.value, Reading.revision, Reading.at,
            place.label("place"),
        )
        .join(Argument, Argument.id == Reading.argument_id)
        .where(Argument.question_id == question_id, Argument.seconded_at.is_not(None))
        .where(Reading.member_id.is_not(None))
        .subquery()
    )  # fmt: skip
    columns = [ranked.c[name] for name in ("argument_id", "member_id", "local_id", "value", "revision", "at")]
    found: Select[Any] = db.select(*columns).where(ranked.c.place == literal_column("1"))
    return found


def own_reading(member_id: int, argument_id: int) -> Reading | None:
    """A member's own latest reading that counts for this argument, given on it or on one merged into it."""
    query = (
        db.select(Reading)
        .join(Argument, Argument.id == Reading.argument_id)
        .where(Reading.member_id == member_id)
        .where((Argument.id == argument_id) | (Argument.merged_into_id == argument_id))
        .where(Argument.seconded_at.is_not(None))
        .order_by(Reading.at.desc(), Reading.id.desc())
    )
    found: Reading | None = db.session.scalar(query.limit(1))
    return found


def has_asked(member_id: int, argument_id: int) -> bool:
    """Whether a member has asked for an argument's sources, answered or not."""
    query = db.select(SourceAsk.id).where(SourceAsk.argument_id == argument_id, SourceAsk.member_id == member_id)
    return db.session.scalar(query) is not None
