"""The board: a question's arguments by option, for and against, oldest first, with what this reader may see and do and
what has changed since they last looked. A page holds some twenty cards, whatever the question has.
"""

from collections import defaultdict
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, exists, func, or_
from sqlalchemy.orm import aliased

from forum.arguments import rules
from forum.arguments.list_queries import Tag, in_view, standing, tag_of
from forum.arguments.models import Argument, ArgumentRevision, Reading, SourceAsk
from forum.arguments.queries import facts_of
from forum.arguments.rules import Side
from forum.halls.models import Hall
from forum.kernel.database import db
from forum.kernel.doors import Actor
from forum.questions.models import Option, Question
from forum.roll.models import Local, Member
from forum.roll.naming import nameable_locals

CARDS_A_PAGE = 24


@dataclass(frozen=True)
class Filters:
    """What the reader asked for. `hall` is a local's id, 0 for the national hall, None for all; `option` an option's
    id; `new` what has changed since the reader last looked."""

    hall: int | None = None
    option: int | None = None
    unanswered: bool = False
    new: bool = False
    page: int = 1

    @property
    def narrow(self) -> bool:
        return self.hall is not None or self.option is not None or self.unanswered or self.new


@dataclass(frozen=True)
class Answering:
    """An argument that answers a card's; `well` when the mover of that card's says so."""

    tag: Tag
    argument_id: int
    well: bool
    at: datetime


@dataclass(frozen=True)
class Card:
    """One argument of the board. Persons are given to members only; `place` is the local's number, "" for the national
    hall, None where the reader may not know. `value` is the reader's own reading, `revised` whether grounds or sources
    changed since it; `changes` names what happened since the last look; `asks` counts requests for sources that wait.
    """

    argument: Argument
    tag: Tag
    place: str | None
    mover: str = ""
    seconder: str = ""
    seconder_place: str = ""
    answers: list[Answering] = field(default_factory=list)
    value: int | None = None
    revised: bool = False
    changes: list[str] = field(default_factory=list)
    asks: int = 0
    merged_count: int = 0
    may_second: bool = False
    may_read: bool = False
    may_mark: bool = False


@dataclass(frozen=True)
class Half:
    """The arguments for an option, or against it, on this page, and how many there are in all."""

    side: Side
    cards: list[Card]
    total: int


@dataclass(frozen=True)
class Column:
    """An option with both its halves."""

    option: Option
    halves: tuple[Half, Half]

    @property
    def total(self) -> int:
        return sum(half.total for half in self.halves)


@dataclass(frozen=True)
class _Facts:
    """What stands beside the arguments of one page, by argument id."""

    answers: dict[int, list[Answering]]
    own: dict[int, tuple[int, int]]
    revised_at: dict[int, datetime]
    merged: dict[int, tuple[int, datetime]]
    asks: dict[int, int]
    nameable: set[int]


def columns(
    actor: Actor, question: Question, filters: Filters, since: datetime | None = None
) -> tuple[list[Column], int]:
    """The options asked for, and the number of pages. A fixed number of reads, however many arguments there are."""
    options = [each for each in question.options if filters.option in (None, each.id)]
    a_half = max(2, CARDS_A_PAGE // (2 * max(1, len(options))))
    wanted = _wanted(question.id, filters, since)
    rows, totals = _page(wanted, filters.page, a_half), _totals(wanted)
    facts = _facts(actor, [row[0] for row in rows], [row.local_id for row in rows if row.local_id])
    letters = {option.id: option.letter for option in question.options}
    cards: dict[tuple[int, str], list[Card]] = defaultdict(list)
    for row in rows:
        argument = row[0]
        card = _card(actor, question, row, facts, letters[argument.option_id], since)
        cards[argument.option_id, argument.side].append(card)
    listed = [
        Column(option, (_half(option, Side.FOR, cards, totals), _half(option, Side.AGAINST, cards, totals)))
        for option in options
    ]
    return listed, max(1, -(-max(totals.values(), default=0) // a_half))


def _half(
    option: Option, side: Side, cards: dict[tuple[int, str], list[Card]], totals: dict[tuple[int, str], int]
) -> Half:
    key = (option.id, side.value)
    return Half(side, cards.get(key, []), totals.get(key, 0))


def _card(actor: Actor, question: Question, row: Any, facts: _Facts, letter: str, since: datetime | None) -> Card:
    argument: Argument = row[0]
    seen = facts_of(argument, question)
    known = actor.is_member or row.local_id is None or row.local_id in facts.nameable
    value, revision = facts.own.get(argument.id, (None, argument.revision))
    card = Card(
        argument, tag_of(argument, letter), (row.place or "") if known else None,
        answers=facts.answers.get(argument.id, []), value=value, revised=revision < argument.revision,
        changes=_changes(argument, facts, since) if since else [], asks=facts.asks.get(argument.id, 0),
        merged_count=facts.merged.get(argument.id, (0, argument.moved_at))[0],
    )  # fmt: skip
    if not actor.is_member:
        return card
    return replace(
        card, mover=row.mover, seconder=row.seconder or "", seconder_place=row.seconder_place or "",
        may_second=rules.may_second(actor, actor.member_id, seen), may_read=rules.may_read(actor, seen),
        may_mark=not rules.why_not_word(actor, actor.member_id, seen),
    )  # fmt: skip


def _changes(argument: Argument, facts: _Facts, since: datetime) -> list[str]:
    """What happened to an argument since then, in order of weight: one that is new needs no further word."""
    if argument.moved_at > since:
        return ["new"]
    happened = {
        "seconded": argument.seconded_at is not None and argument.seconded_at > since,
        "answered": any(each.at > since for each in facts.answers.get(argument.id, [])),
        "revised": argument.id in facts.revised_at and facts.revised_at[argument.id] > since,
        "merged": argument.id in facts.merged and facts.merged[argument.id][1] > since,
    }
    return [name for name, true in happened.items() if true]


def _wanted(question_id: int, filters: Filters, since: datetime | None) -> list[ColumnElement[bool]]:
    wanted: list[ColumnElement[bool]] = [Argument.question_id == question_id, *standing()]
    if filters.hall is not None:
        local = Hall.local_id.is_(None) if filters.hall == 0 else Hall.local_id == filters.hall
        wanted.append(exists().where(Hall.id == Argument.hall_id, local))
    if filters.option is not None:
        wanted.append(Argument.option_id == filters.option)
    if filters.unanswered:
        wanted.append(~_answered())
    if filters.new and since:
        wanted.append(_changed(since))
    return wanted


def _answered(since: datetime | None = None) -> ColumnElement[bool]:
    answer = aliased(Argument)
    after = [answer.moved_at > since] if since else []
    return exists().where(answer.answers_id == Argument.id, *in_view(answer), *after)


def _changed(since: datetime) -> ColumnElement[bool]:
    merged, revision = aliased(Argument), aliased(ArgumentRevision)
    return or_(
        Argument.moved_at > since,
        Argument.seconded_at > since,
        _answered(since),
        exists().where(merged.merged_into_id == Argument.id, merged.merged_at > since),
        exists().where(revision.argument_id == Argument.id, revision.number > 1, revision.at > since),
    )


def changed_count(question_id: int, since: datetime | None) -> int:
    """How many arguments have changed since then."""
    if since is None:
        return 0
    query = db.select(func.count(Argument.id)).where(*_wanted(question_id, Filters(new=True), since))
    return db.session.scalar(query) or 0


def _page(wanted: list[ColumnElement[bool]], page: int, a_half: int) -> list[Any]:
    place = func.row_number().over(partition_by=(Argument.option_id, Argument.side), order_by=Argument.number)
    ranked = db.select(Argument.id, place.label("place")).where(*wanted).subquery()
    first = (page - 1) * a_half + 1
    mover, seconder, local, seconder_local = aliased(Member), aliased(Member), aliased(Local), aliased(Local)
    query = (
        db.select(
            Argument, mover.name.label("mover"), local.number.label("place"), Hall.local_id.label("local_id"),
            seconder.name.label("seconder"), seconder_local.number.label("seconder_place"),
        )
        .join(ranked, ranked.c.id == Argument.id)
        .join(Hall, Hall.id == Argument.hall_id)
        .join(mover, mover.id == Argument.mover_id)
        .outerjoin(local, local.id == Hall.local_id)
        .outerjoin(seconder, seconder.id == Argument.seconder_id)
        .outerjoin(seconder_local, seconder_local.id == seconder.local_id)
        .where(ranked.c.place.between(first, first + a_half - 1))
        .order_by(Argument.number)
    )  # fmt: skip
    return list(db.session.execute(query))


def _totals(wanted: list[ColumnElement[bool]]) -> dict[tuple[int, str], int]:
    query = db.select(Argument.option_id, Argument.side, func.count()).where(*wanted)
    grouped = db.session.execute(query.group_by(Argument.option_id, Argument.side))
    return {(option_id, side): count for option_id, side, count in grouped}


def _facts(actor: Actor, arguments: list[Argument], local_ids: list[int]) -> _Facts:
    ids = [each.id for each in arguments]
    revised = [each.id for each in arguments if each.revision > 1]
    return _Facts(
        _answers(ids), _own(actor.member_id, ids), _revised_at(revised), _merged(ids),
        _asks(ids) if actor.is_member else {}, set() if actor.is_member else nameable_locals(local_ids),
    )  # fmt: skip


def _answers(ids: list[int]) -> dict[int, list[Answering]]:
    found: dict[int, list[Answering]] = defaultdict(list)
    query = db.select(Argument, Option).join(Option, Option.id == Argument.option_id)
    query = query.where(Argument.answers_id.in_(ids), *in_view())
    for answer, option in db.session.execute(query.order_by(Argument.number)) if ids else ():
        told = Answering(tag_of(answer, option.letter), answer.id, answer.answers_well_at is not None, answer.moved_at)
        found[answer.answers_id].append(told)
    return found


def _own(member_id: int, ids: list[int]) -> dict[int, tuple[int, int]]:
    """What this member made of these arguments, and of which wording; the latest reading counts. One that was given on
    an argument merged since says nothing of this one's wording, so nothing is held to have changed."""
    if not ids or not member_id:
        return {}
    root = func.coalesce(Argument.merged_into_id, Argument.id)
    query = db.select(root, Reading.value, Reading.revision, Reading.argument_id)
    query = query.join(Argument, Argument.id == Reading.argument_id).where(Reading.member_id == member_id)
    rows = db.session.execute(query.where(root.in_(ids)).order_by(Reading.at, Reading.id))
    return {into: (value, revision if into == on else 2**31) for into, value, revision, on in rows}


def _revised_at(ids: list[int]) -> dict[int, datetime]:
    query = db.select(ArgumentRevision.argument_id, func.max(ArgumentRevision.at))
    query = query.where(ArgumentRevision.argument_id.in_(ids)).group_by(ArgumentRevision.argument_id)
    return dict(db.session.execute(query).all()) if ids else {}


def _merged(ids: list[int]) -> dict[int, tuple[int, datetime]]:
    query = db.select(Argument.merged_into_id, func.count(), func.max(Argument.merged_at))
    rows = db.session.execute(query.where(Argument.merged_into_id.in_(ids)).group_by(Argument.merged_into_id))
    return {into: (count, at) for into, count, at in rows} if ids else {}


def _asks(ids: list[int]) -> dict[int, int]:
    query = db.select(SourceAsk.argument_id, func.count()).where(SourceAsk.answered_at.is_(None))
    query = query.where(SourceAsk.argument_id.in_(ids)).group_by(SourceAsk.argument_id)
    return dict(db.session.execute(query).all()) if ids else {}
