"""Reads of equal reach: totals, offers, what is up now, and what the guard of the close and the label are told."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any

from sqlalchemy import ColumnElement, func, true

from forum.halls.models import Hall
from forum.kernel.database import db
from forum.kernel.doors import Actor
from forum.kernel.errors import Missing
from forum.kernel.once import once_a_page
from forum.questions import queries as questions
from forum.questions.facts import UnansweredReach
from forum.questions.models import Question
from forum.questions.rules import QuestionState
from forum.reach import rules
from forum.reach.models import LedgerEntry, Offer, ReachTotal
from forum.reach.rules import Audience, Imbalance, Kind, OfferFacts
from forum.roll.models import Council, Local, Member
from forum.roll.size import members_of

MOST_UP = 24
RUNNING = (QuestionState.CHARGED, QuestionState.DEBATING)


@dataclass(frozen=True, slots=True)
class Sum:
    """What the ledger adds up to: entries, their amount (mailings, days, minutes, slots), and member-units."""

    count: int = 0
    amount: int = 0
    units: int = 0


@dataclass(frozen=True, slots=True)
class OpenOffer:
    """An offer that waits for an answer, with the question, what it answers, and the option it is made to."""

    offer: Offer
    question: Question
    entry: LedgerEntry | None
    letter: str

    @property
    def until(self) -> datetime:
        return rules.lapses_at(self.offer.made_at)


def limit_of(question: Question) -> Fraction | None:
    """By how much one option may be ahead; None where the process has no debate."""
    debate = questions.process_of(question).debate
    return debate.reach_limit if debate else None


@once_a_page
def sums(question_id: int) -> dict[tuple[Kind, int], Sum]:
    """Kind and option id → what reached members; small locals included."""
    columns = (func.sum(ReachTotal.count), func.sum(ReachTotal.amount), func.sum(ReachTotal.units))
    query = db.select(ReachTotal.kind, ReachTotal.option_id, *columns).where(ReachTotal.question_id == question_id)
    rows = db.session.execute(query.group_by(ReachTotal.kind, ReachTotal.option_id))
    return {(Kind(kind), option): Sum(*(int(each) for each in found)) for kind, option, *found in rows}


def totals(question_id: int) -> dict[Kind, dict[int, int]]:
    """Member-units by kind and option, for the rules; kinds in which nothing reached anybody are left out."""
    found = sums(question_id)
    letters = [each.id for each in questions.options(question_id)]
    return {
        kind: {option: found.get((kind, option), Sum()).units for option in letters}
        for kind in Kind if any(each is kind for each, _ in found)
    }  # fmt: skip


def small_count(question_id: int) -> int:
    """How many entries reached a small local alone."""
    query = db.select(func.sum(ReachTotal.count)).where(ReachTotal.question_id == question_id, ReachTotal.small)
    return int(db.session.scalar(query) or 0)


def facts_of(offer: Offer) -> OfferFacts:
    """An offer as the rules see it."""
    return OfferFacts(Kind(offer.kind), offer.option_id, offer.made_at, offer.answer, offer.lead)


def _open(now: datetime) -> Any:
    return db.select(Offer).where(Offer.answer == "", Offer.made_at > now - rules.WAITS)


def unanswered(question: Question) -> list[Imbalance]:
    """Imbalances beyond the limit that were not answered, each with the instant at which it will count as answered."""
    limit, reached = limit_of(question), totals(question.id)
    if limit is None or not reached:
        return []
    silent = db.select(Offer.kind, Offer.option_id, func.max(Offer.made_at)).group_by(Offer.kind, Offer.option_id)
    rows = db.session.execute(silent.where(Offer.question_id == question.id, Offer.answer == ""))
    return rules.unanswered(reached, {(Kind(kind), option): made_at for kind, option, made_at in rows}, limit)


def for_the_guard(question: Question) -> dict[str, Any]:
    """What the guard of the close is told: which options are behind, in what, and until when the offer waits."""
    if question.state != QuestionState.DEBATING:
        return {}
    letters = {each.id: each.letter for each in questions.options(question.id)}
    return {
        "unanswered_reach": tuple(
            UnansweredReach(each.kind, letters[each.option_id], letters[each.ahead_id], each.share, each.until)
            for each in unanswered(question)
        )
    }


def unanswered_at_close(question: Question) -> tuple[str, ...]:
    """Letters of the options whose offers still waited when the debate closed; for the label."""
    if question.state != QuestionState.CLOSED or question.closed_at is None:
        return ()
    letters = {each.id: each.letter for each in questions.options(question.id)}
    waited = {letters[each.option_id] for each in unanswered(question) if each.until > question.closed_at}
    return tuple(sorted(waited))


def offer(offer_id: int, *, lock: bool = False) -> Offer:
    """One offer, its row locked for a change if asked. Raises `Missing`."""
    found = db.session.get(Offer, offer_id, with_for_update=lock or None, populate_existing=lock)
    if found is None:
        raise Missing
    return found


def spoken_for(actor: Actor, question: Question) -> list[int]:
    """Ids of the options this member speaks for."""
    if not actor.is_member:
        return []
    return [option for option, ids in questions.spokespersons(question).items() if actor.member_id in ids]


def open_offers(question: Question, now: datetime, option_ids: Iterable[int] | None = None) -> list[OpenOffer]:
    """Offers that wait for an answer, those that lapse first leading; of these options, or of all."""
    query = _open(now).where(Offer.question_id == question.id).order_by(Offer.made_at, Offer.id)
    if option_ids is not None:
        query = query.where(Offer.option_id.in_(list(option_ids)))
    if question.state not in RUNNING:
        return []
    found = list(db.session.scalars(query.limit(MOST_UP)))
    entries = entries_by_id([each.entry_id for each in found if each.entry_id])
    letters = {each.id: each.letter for each in questions.options(question.id)}
    return [OpenOffer(each, question, entries.get(each.entry_id or 0), letters[each.option_id]) for each in found]


def entries_by_id(ids: Iterable[int]) -> dict[int, LedgerEntry]:
    """Several entries by id."""
    wanted = list(ids)
    if not wanted:
        return {}
    return {each.id: each for each in db.session.scalars(db.select(LedgerEntry).where(LedgerEntry.id.in_(wanted)))}


def banners_up(question_id: int, now: datetime) -> list[LedgerEntry]:
    """Banners on the question's pages now, in the order in which they came."""
    query = db.select(LedgerEntry).where(LedgerEntry.kind == Kind.BANNER, LedgerEntry.ends_at > now)
    query = query.where(LedgerEntry.question_id == question_id, LedgerEntry.hidden_at.is_(None))
    return list(db.session.scalars(query.order_by(LedgerEntry.id).limit(MOST_UP)))


def office_is_up(question_id: int, option_id: int, kind: Kind, hall_id: int | None, now: datetime) -> bool:
    """Whether an office's banner, or its pin in this hall, for the option is up now."""
    query = db.select(LedgerEntry.id).where(LedgerEntry.kind == kind, LedgerEntry.ends_at > now)
    query = query.where(LedgerEntry.question_id == question_id, LedgerEntry.option_id == option_id)
    query = query.where(LedgerEntry.office != "spokesperson", LedgerEntry.hall_id == hall_id)
    query = query.where(LedgerEntry.hidden_at.is_(None))
    return db.session.scalar(query.limit(1)) is not None


def mailed_since(entry: LedgerEntry, since: datetime) -> bool:
    """Whether the same office has mailed any of these members since then about the question, by a mail to the same
    audience, a wider or a narrower one."""
    query = db.select(LedgerEntry.id).where(
        LedgerEntry.question_id == entry.question_id, LedgerEntry.kind == Kind.MAIL, LedgerEntry.at > since,
        LedgerEntry.office == entry.office, _overlaps(entry),
    )  # fmt: skip
    return db.session.scalar(query.limit(1)) is not None


def _overlaps(entry: LedgerEntry) -> ColumnElement[bool]:
    everybody = LedgerEntry.audience == Audience.ALL
    if entry.audience == Audience.COUNCIL:
        its_locals = db.select(Local.id).where(Local.council_id == entry.council_id)
        return everybody | (LedgerEntry.council_id == entry.council_id) | LedgerEntry.local_id.in_(its_locals)
    if entry.audience == Audience.LOCAL:
        its_council: ColumnElement[int] = (
            db.select(Local.council_id).where(Local.id == entry.local_id).scalar_subquery()
        )
        return everybody | (LedgerEntry.local_id == entry.local_id) | (LedgerEntry.council_id == its_council)
    return true()


def size_of(audience: Audience, council_id: int | None, local_id: int | None) -> int:
    """How many members on the roll an audience has now."""
    if audience is not Audience.COUNCIL:
        return members_of(local_id if audience is Audience.LOCAL else None)
    query = db.select(func.count(Member.id)).join(Local, Local.id == Member.local_id)
    return db.session.scalar(query.where(Local.council_id == council_id, Member.left_at.is_(None))) or 0


def councils() -> list[Council]:
    """Every council, by name."""
    return list(db.session.scalars(db.select(Council).order_by(Council.name)))


def hall_of_question(question: Question, hall_id: int | None) -> Hall:
    """A hall of this question. Raises `Missing`."""
    found = db.session.get(Hall, hall_id or 0)
    if found is None or found.question_id != question.id:
        raise Missing
    return found


def offers_of(entry_ids: Iterable[int]) -> dict[int, list[Offer]]:
    """The offers that entries led to: entry id → offers, in the order of the options' letters."""
    ids = list(entry_ids)
    found: dict[int, list[Offer]] = defaultdict(list)
    if ids:
        for each in db.session.scalars(db.select(Offer).where(Offer.entry_id.in_(ids)).order_by(Offer.option_id)):
            found[each.entry_id or 0].append(each)
    return found


def offers_of_kind(question_id: int, kind: Kind) -> list[Offer]:
    """Every offer of a kind on a question, oldest first."""
    query = db.select(Offer).where(Offer.question_id == question_id, Offer.kind == kind).order_by(Offer.id)
    return list(db.session.scalars(query))


def running_questions() -> list[Question]:
    """Questions whose ledger is open, newest first."""
    query = db.select(Question).where(Question.state.in_(RUNNING)).order_by(Question.number.desc()).limit(20)
    return list(db.session.scalars(query))


def floor_owed(question: Question) -> list[str]:
    """Letters of the options that took the floor and have not had it since."""
    owed, offers = [], offers_of_kind(question.id, Kind.FLOOR)
    for option in questions.options(question.id):
        mine = [each for each in offers if each.option_id == option.id]
        taken = [each.answered_at for each in mine if each.answer == rules.Standing.TAKEN and each.answered_at]
        if taken:
            query = db.select(LedgerEntry.id).where(LedgerEntry.question_id == question.id)
            query = query.where(LedgerEntry.option_id == option.id, LedgerEntry.kind == Kind.FLOOR)
            if db.session.scalar(query.where(LedgerEntry.at > max(taken)).limit(1)) is None:
                owed.append(option.letter)
    return owed
