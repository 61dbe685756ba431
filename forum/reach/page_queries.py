"""The balance of a question as its page shows it: sums by kind and option, what was entered, and how offers ended."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from forum.kernel.database import db
from forum.kernel.doors import Actor
from forum.kernel.sheets import sheet
from forum.questions import queries as questions
from forum.questions.models import Option, Question
from forum.reach import queries, rules
from forum.reach.models import LedgerEntry, Offer
from forum.reach.queries import Sum
from forum.reach.rules import Kind, Standing
from forum.roll.models import Council, Local, Member

ROWS_A_PAGE = 30


@dataclass(frozen=True, slots=True)
class Bar:
    """What one kind did for one option. `width` is its share of the longest bar, in percent."""

    option: Option
    sum: Sum
    width: float


@dataclass(frozen=True, slots=True)
class KindRow:
    """One kind: a bar an option; which option is ahead of which by how much, if any is by more than the limit."""

    kind: Kind
    bars: list[Bar]
    ahead: Option | None
    behind: list[tuple[Option, Fraction]]


@dataclass(frozen=True, slots=True)
class OfferRow:
    """How an offer to an option stands, and who answered it."""

    offer: Offer
    option: Option
    standing: Standing
    until: datetime
    name: str


@dataclass(frozen=True, slots=True)
class EntryRow:
    """One entry: for which option, to whom, by whom, and the offers it led to."""

    entry: LedgerEntry
    option: Option
    local: Local | None
    council: Council | None
    name: str
    offers: list[OfferRow]


@dataclass(frozen=True, slots=True)
class Balance:
    """The whole page. `small` entries reached small locals, which visitors are told as a number alone; `before` leads
    to the next page of entries."""

    question: Question
    limit: Fraction
    kinds: list[KindRow]
    entries: list[EntryRow]
    before: int | None
    floor_offers: list[OfferRow]
    small: int


def balance(actor: Actor, question: Question, now: datetime, *, before: int | None = None) -> Balance:
    """The page, for this reader. Visitors see no person and no small local."""
    found, more = _entries(actor, question, before)
    options = {each.id: each for each in questions.options(question.id)}
    names = _names(actor, found, question)
    offers = queries.offers_of(each.id for each in found)
    rows = [
        EntryRow(
            each, options[each.option_id], db.session.get(Local, each.local_id) if each.local_id else None,
            db.session.get(Council, each.council_id) if each.council_id else None, names.get(each.by_id or 0, ""),
            [_offer(offer, options, names, now) for offer in offers.get(each.id, [])],
        )
        for each in found
    ]  # fmt: skip
    floor = [_offer(each, options, names, now) for each in queries.offers_of_kind(question.id, Kind.FLOOR)]
    limit = queries.limit_of(question) or Fraction(1)
    return Balance(
        question, limit, kinds(question, limit), rows, found[-1].id if more else None, floor,
        0 if actor.is_member else queries.small_count(question.id),
    )  # fmt: skip


def kinds(question: Question, limit: Fraction) -> list[KindRow]:
    """Every kind, also those in which nothing happened yet."""
    options = {each.id: each for each in questions.options(question.id)}
    sums, totals = queries.sums(question.id), queries.totals(question.id)
    rows = []
    for kind in Kind:
        reached = totals.get(kind, dict.fromkeys(options, 0))
        most = max(reached.values(), default=0)
        bars = [
            Bar(option, sums.get((kind, number), Sum()), 100 * reached[number] / most if most else 0.0)
            for number, option in options.items()
        ]
        far = [(options[number], share) for number, share in rules.behind(reached).items() if share > limit]
        rows.append(KindRow(kind, bars, options[rules.ahead(reached)] if far else None, far))
    return rows


def _entries(actor: Actor, question: Question, before: int | None) -> tuple[list[LedgerEntry], bool]:
    query = db.select(LedgerEntry).where(LedgerEntry.question_id == question.id)
    if not actor.is_member:
        query = query.where(~LedgerEntry.small)
    if before is not None:
        query = query.where(LedgerEntry.id < before)
    found = list(db.session.scalars(query.order_by(LedgerEntry.id.desc()).limit(ROWS_A_PAGE + 1)))
    return found[:ROWS_A_PAGE], len(found) > ROWS_A_PAGE


def _names(actor: Actor, entries: list[LedgerEntry], question: Question) -> dict[int, str]:
    """Who said it and who answered, for members."""
    if not actor.is_member:
        return {}
    answered = db.select(Offer.answered_by_id).where(Offer.question_id == question.id)
    of_page = answered.where(Offer.entry_id.in_([each.id for each in entries]) | (Offer.kind == Kind.FLOOR))
    ids = {each.by_id for each in entries} | set(db.session.scalars(of_page))
    query = db.select(Member.id, Member.name).where(Member.id.in_([each for each in ids if each]))
    return dict(db.session.execute(query).all())


def _offer(offer: Offer, options: dict[int, Option], names: dict[int, str], now: datetime) -> OfferRow:
    standing, until = queries.facts_of(offer).standing(now), rules.lapses_at(offer.made_at)
    return OfferRow(offer, options[offer.option_id], standing, until, names.get(offer.answered_by_id or 0, ""))


def as_csv(question: Question) -> str:
    """The sums as a table for other programs: a line a kind and option."""
    totals = queries.totals(question.id)
    rows: list[Sequence[object]] = []
    for row in kinds(question, Fraction(1)):
        behind = rules.behind(totals.get(row.kind, {}))
        for bar in row.bars:
            share = f"{float(behind.get(bar.option.id, 0)):.4f}"
            option = (bar.option.letter, bar.option.title)
            rows.append((str(row.kind), *option, bar.sum.count, bar.sum.amount, bar.sum.units, share))
    return sheet(("kind", "option", "title", "entries", "amount", "member_units", "behind"), rows)
