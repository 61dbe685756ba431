"""Reads of a vote's electorate: its frozen size, deliveries, keys, openings, and the published credentials."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import ColumnElement, and_, false, func, or_

from forum.kernel.database import db
from forum.kernel.errors import Missing
from forum.questions.process import CodesBy
from forum.questions.queries import question_by_id
from forum.roll.models import Council, Local, Member
from forum.signin.models import Account
from referendum.electorate import sealed_file
from referendum.electorate.models import (
    Electorate,
    PublicCredential,
    RollEntry,
    TellerKey,
)
from referendum.electorate.rules import LocalSize, Voter
from referendum.electorate.rules import record_instant as record_rule
from referendum.electorate.way_rules import is_own_way, way_of
from referendum.process.facts import VoteKind
from referendum.process.models import Vote
from referendum.process.queries import attempt_of, cited_vote

PENDING = ("waiting", "sending", "refused", "printing", "unknown")


def digest_of(credential: str) -> str:
    """The hash under which a public credential (a decimal number) is looked up."""
    return hashlib.sha256(credential.encode()).hexdigest()


def fingerprint(public_key: str) -> str:
    """How a public key is compared by eye: 16 hexadecimal characters in groups of four."""
    digest = digest_of(public_key)[:16]
    return " ".join(digest[place : place + 4] for place in range(0, 16, 4))


def electorate(vote_id: int) -> Electorate | None:
    """The frozen roll of a vote, or None before it is frozen."""
    return db.session.get(Electorate, vote_id)


def frozen_electorate(vote_id: int) -> Electorate:
    """The frozen roll of a vote. Raises `Missing` before it is frozen."""
    found = electorate(vote_id)
    if found is None:
        raise Missing
    return found


def record_instant(vote: Vote) -> datetime | None:
    """When the roll of this vote is frozen; a run-off has the record date of the vote before it."""
    question = question_by_id(vote.question_id)
    if first := first_roll(vote):
        return first.record_at or first.frozen_at
    return record_rule(attempt_of(vote), question.record_at, question.closed_at, vote.opens_at)


def first_roll(vote: Vote) -> Electorate | None:
    """The roll that a run-off takes over: the members' vote's before it. None for any other vote."""
    first = cited_vote(vote.question_id) if vote.kind == VoteKind.RUN_OFF else None
    return electorate(first.id) if first else None


def locked_electorate(vote_id: int) -> Electorate:
    """The frozen roll, read anew and held until this write ends: whoever writes the sealed list holds its hash."""
    db.session.flush()  # what was written on it already is not read away
    return db.session.get_one(Electorate, vote_id, with_for_update=True, populate_existing=True)


def credential_state(vote_id: int, archive: str, credential: str) -> str:
    """issued, spare or revoked; "" for a credential that is not on the list. Takes the decimal credential."""
    return (
        db.session.scalar(
            db.select(PublicCredential.state).where(
                PublicCredential.vote_id == vote_id,
                PublicCredential.archive == archive,
                PublicCredential.digest == digest_of(credential),
            )
        )
        or ""
    )


def credentials(vote_id: int, archive: str) -> Iterator[str]:
    """Every public credential of an archive, spares included, ordered by hash. Streams."""
    query = (
        db.select(PublicCredential.value)
        .where(PublicCredential.vote_id == vote_id, PublicCredential.archive == archive)
        .order_by(PublicCredential.digest)
    )
    yield from db.session.scalars(query.execution_options(yield_per=1000))


def credential_count(vote_id: int, state: str) -> int:
    """How many V credentials are in this state."""
    return (
        db.session.scalar(
            db.select(func.count())
            .select_from(PublicCredential)
            .where(
                PublicCredential.vote_id == vote_id, PublicCredential.archive == "V", PublicCredential.state == state
            )
        )
        or 0
    )


def codes_beyond(roll: Electorate) -> int:
    """How many V credentials there are beyond one for each member: spares, and codes that were made void. Once
    everybody has a code it never changes: a spare that is given makes another code void."""
    query = db.select(func.count()).select_from(PublicCredential)
    made = query.where(PublicCredential.vote_id == roll.vote_id, PublicCredential.archive == "V")
    return (db.session.scalar(made) or 0) - roll.size


def credentials_by_digest(vote_id: int, digests: set[str]) -> list[PublicCredential]:
    """The rows of these credentials, of both archives."""
    query = db.select(PublicCredential).where(
        PublicCredential.vote_id == vote_id, PublicCredential.digest.in_(digests)
    )
    return list(db.session.scalars(query))


def digests_in(vote_id: int, digests: set[str], state: str) -> set[str]:
    """Those of these V credentials (their hashes) that are in this state. Ask for some hundreds."""
    query = db.select(PublicCredential.digest).where(
        PublicCredential.vote_id == vote_id, PublicCredential.archive == "V", PublicCredential.digest.in_(digests),
        PublicCredential.state == state,
    )  # fmt: skip
    return set(db.session.scalars(query))


def delivery_counts(vote_id: int) -> dict[str, int]:
    """How many roll entries are in each state of delivery."""
    rows = db.session.execute(
        db.select(RollEntry.delivery, func.count()).where(RollEntry.vote_id == vote_id).group_by(RollEntry.delivery)
    )
    return {row[0]: row[1] for row in rows}


def unsure_count(vote_id: int) -> int:
    """How many entries need a spare, or will if what is under way is lost."""
    counts = delivery_counts(vote_id)
    return sum(counts.get(each, 0) for each in ("sending", "printing", "unknown"))


def codes_pending(vote_id: int) -> int:
    """How many entries have neither a sent code, a letter on paper, nor a spare: a guard of the opening."""
    vote, roll = db.session.get_one(Vote, vote_id), electorate(vote_id)
    if roll is not None and is_own_way(vote.params):
        return 0 if roll.codes in ("sent", "ready") else roll.size
    counts = delivery_counts(vote_id)
    return sum(counts.get(each, 0) for each in PENDING)


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


def entries_in(vote_id: int, delivery: str) -> list[RollEntry]:
    """Every entry in this state of delivery."""
    query = db.select(RollEntry).where(RollEntry.vote_id == vote_id, RollEntry.delivery == delivery)
    return list(db.session.scalars(query))


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


def voters_now(registered: frozenset[int] | None = None) -> Iterator[tuple[Voter, int, int, int]]:
    """Everybody on the roll now as the rule sees them, with the ids of member, local and council. Streams. `registered`
    are the ids of those who registered, where the process asks for it."""
    query = (
        db.select(Member, Local, Council)
        .join(Local, Local.id == Member.local_id)
        .join(Council, Council.id == Local.council_id)
        .where(Member.left_at.is_(None))
        .order_by(Member.number)
    )
    for member, local, council in db.session.execute(query.execution_options(yield_per=1000)):
        is_in = registered is None or member.id in registered
        voter = Voter(member.number, member.standing, member.country, council.name, local.number, is_in)
        yield voter, member.id, local.id, council.id


def local_sizes(vote_id: int) -> list[LocalSize]:
    """How many entitled members each local has on the frozen roll."""
    query = (
        db.select(Local.number, Council.name, func.count())
        .select_from(RollEntry)
        .join(Local, Local.id == RollEntry.local_id)
        .join(Council, Council.id == RollEntry.council_id)
        .where(RollEntry.vote_id == vote_id)
        .group_by(Local.number, Council.name)
    )
    return [LocalSize(local, council, count) for local, council, count in db.session.execute(query)]


def unit_of_local(roll: Electorate) -> dict[str, str]:
    """Local's number → name of the unit over which its turnout is told."""
    return {local: unit["name"] for unit in roll.units for local in unit["locals"]}


def teller_keys(vote_id: int) -> list[TellerKey]:
    """The tellers' public keys for the sealed list, in the order of the shares."""
    return list(
        db.session.scalars(db.select(TellerKey).where(TellerKey.vote_id == vote_id).order_by(TellerKey.member_id))
    )


def teller_key(vote_id: int, member_id: int) -> TellerKey | None:
    """One teller's public key, with the share sealed to it."""
    return db.session.get(TellerKey, (vote_id, member_id))


def sealed_list_stored(vote: Vote, folder: Path) -> bool:
    """Whether the sealed list lies in the instance folder just as it was written: a guard of the opening."""
    roll = electorate(vote.id)
    return roll is not None and sealed_file.is_as_written(sealed_file.path_of(folder, vote.uuid_v), roll.sealed_hash)
