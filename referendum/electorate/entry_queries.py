"""Reads of the roll's entries: how far the code of each is, and to whom it goes."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, false, func, or_

from forum.kernel.database import db
from forum.questions.process import CodesBy
from forum.roll.models import Local, Member
from forum.signin.models import Account
from referendum.electorate.models import RollEntry
from referendum.electorate.queries import electorate
from referendum.electorate.way_rules import is_own_way, way_of
from referendum.process.models import Vote

PENDING = ("waiting", "sending", "refused", "printing", "unknown")


def delivery_counts(vote_id: int) -> dict[str, int]:
    """How many roll entries are in each state of delivery."""
    rows = db.session.execute(
        db.select(RollEntry.delivery, func.count()).where(RollEntry.vote_id == vote_id).group_by(RollEntry.delivery)
    )
    return {row[0]: row[1] for row in rows}


def unsure_count(vote_id: int) -> int:
    """How many entries need a spare, or will if what is under way is lost."""
    return count_in(vote_id, "sending", "printing", "unknown")


def count_in(vote_id: int, *deliveries: str) -> int:
    """How many entries are in one of these states of delivery."""
    query = db.select(func.count()).select_from(RollEntry)
    return db.session.scalar(query.where(RollEntry.vote_id == vote_id, RollEntry.delivery.in_(deliveries))) or 0


def codes_pending(vote_id: int) -> int:
    """How many entries have neither a sent code, a letter on paper, nor a spare: a guard of the opening."""
    vote, roll = db.session.get_one(Vote, vote_id), electorate(vote_id)
    if roll is not None and is_own_way(vote.params):
        return 0 if roll.codes in ("sent", "ready") else roll.size
    return count_in(vote_id, *PENDING)


def codes_out(vote_id: int) -> bool:
    """Whether everybody on the roll has a code: no spare is made after this."""
    roll = electorate(vote_id)
    return roll is not None and roll.codes in ("sent", "ready") and codes_pending(vote_id) == 0


def entry_of(vote_id: int, member_id: int) -> RollEntry | None:
    """A member's entry on the frozen roll, if entitled."""
    query = db.select(RollEntry).where(RollEntry.vote_id == vote_id, RollEntry.member_id == member_id)
    return db.session.scalars(query).first()


def entries_of_numbers(vote_id: int, numbers: list[str]) -> dict[str, str]:
    """Member number → entry of the roll, for those of these members who are entitled."""
    query = db.select(Member.number, RollEntry.entry).join(RollEntry, RollEntry.member_id == Member.id)
    rows = db.session.execute(query.where(RollEntry.vote_id == vote_id, Member.number.in_(numbers)))
    return {row[0]: row[1] for row in rows}


def members_of_numbers(numbers: list[str]) -> list[int]:
    """Ids of the members who have these numbers."""
    return list(db.session.scalars(db.select(Member.id).where(Member.number.in_(numbers)).order_by(Member.id)))


def entries(vote_id: int, names: list[str]) -> dict[str, RollEntry]:
    """Entries of the roll by their random names."""
    query = db.select(RollEntry).where(RollEntry.vote_id == vote_id, RollEntry.entry.in_(names))
    return {each.entry: each for each in db.session.scalars(query)}


def unknown_entries(vote_id: int, most: int) -> list[str]:
    """Entries of which it is unknown whether their code arrived."""
    query = db.select(RollEntry.entry).where(RollEntry.vote_id == vote_id, RollEntry.delivery == "unknown")
    return list(db.session.scalars(query.order_by(RollEntry.entry).limit(most)))


@dataclass(frozen=True, slots=True)
class Addressee:
    """Whom a voting code goes to. `local` is the local's number, which leads to the unit in the sealed list."""

    entry: str
    name: str
    number: str
    email: str
    language: str
    local: str


def waiting(vote_id: int, *, with_email: bool, most: int) -> list[Addressee]:
    """Entries whose code has not been made, in the order of their random names. Who waits for a letter has no e-mail
    address, or one that the mail server refused; where everybody gets a letter, nobody waits for a mail."""
    query = _addressees().where(RollEntry.vote_id == vote_id, _waits(vote_id, with_email))
    return [_addressee(row) for row in db.session.execute(query.order_by(RollEntry.entry).limit(most))]


def waiting_count(vote_id: int, *, with_email: bool) -> int:
    """How many entries wait for a mail, or for a letter."""
    query = db.select(func.count()).select_from(RollEntry).join(Member, Member.id == RollEntry.member_id)
    return db.session.scalar(query.where(RollEntry.vote_id == vote_id, _waits(vote_id, with_email))) or 0


def _waits(vote_id: int, with_email: bool) -> ColumnElement[bool]:
    fresh = RollEntry.delivery == "waiting"
    by_letter = way_of(db.session.get_one(Vote, vote_id).params) is CodesBy.LETTERS
    if with_email:
        return false() if by_letter else and_(fresh, Member.email != "")
    if by_letter:
        return fresh
    return or_(and_(fresh, Member.email == ""), RollEntry.delivery == "refused")


def addressees(vote_id: int, names: list[str]) -> dict[str, Addressee]:
    """The persons of these entries."""
    query = _addressees().where(RollEntry.vote_id == vote_id, RollEntry.entry.in_(names))
    return {row[0]: _addressee(row) for row in db.session.execute(query)}


def everybody(vote_id: int, after: str, most: int) -> list[Addressee]:
    """The next persons on the frozen roll behind an entry, in order of entry."""
    query = _addressees().where(RollEntry.vote_id == vote_id, RollEntry.entry > after)
    return [_addressee(row) for row in db.session.execute(query.order_by(RollEntry.entry).limit(most))]


def _addressees() -> Any:
    return (
        db.select(RollEntry.entry, Member.name, Member.number, Member.email, Account.language, Local.number)
        .join(Member, Member.id == RollEntry.member_id)
        .join(Local, Local.id == RollEntry.local_id)
        .outerjoin(Account, Account.member_id == Member.id)
    )


def _addressee(row: Any) -> Addressee:
    entry, name, number, email, language, local = row
    return Addressee(entry, name, number, email, language or "", local)
