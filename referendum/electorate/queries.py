"""Reads of a vote's electorate: its frozen roll, who would be on it now, and the tellers' keys to the sealed list."""

import hashlib
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from sqlalchemy import func

from forum.kernel import jobs
from forum.kernel.database import db
from forum.kernel.errors import Missing
from forum.questions.queries import question_by_id
from forum.roll.models import Council, Local, Member
from referendum.electorate import sealed_file
from referendum.electorate.models import (
    Electorate,
    RollEntry,
    TellerKey,
)
from referendum.electorate.rules import LocalSize, Voter
from referendum.electorate.rules import record_instant as record_rule
from referendum.process.facts import VoteKind
from referendum.process.models import Vote
from referendum.process.queries import attempt_of, cited_vote


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
    """When the roll of this vote is frozen; a run-off takes it over once the vote before it is certified."""
    question = question_by_id(vote.question_id)
    if vote.kind == VoteKind.RUN_OFF and (first := cited_vote(question.id)):
        return first.certified_at
    return record_rule(attempt_of(vote), question.record_at, question.closed_at, vote.opens_at)


def first_roll(vote: Vote) -> Electorate | None:
    """The roll that a run-off takes over: the members' vote's before it. None for any other vote."""
    first = cited_vote(vote.question_id) if vote.kind == VoteKind.RUN_OFF else None
    return electorate(first.id) if first else None


def locked_electorate(vote_id: int) -> Electorate:
    """The frozen roll, read anew and held until this write ends: whoever writes the sealed list holds its hash."""
    db.session.flush()  # what was written on it already is not read away
    return db.session.get_one(Electorate, vote_id, with_for_update=True, populate_existing=True)


def voters_now(registered: frozenset[int] | None = None) -> Iterator[tuple[Voter, int, int, int]]:
    """Everybody on the roll now as the rule sees them, with the ids of member, local and council. Streams. `registered`
    are the ids of those who registered, where the process asks for it."""
    query = (
        db.select(
            Member.id, Member.number, Member.standing, Member.country, Local.id, Local.number, Council.id, Council.name
        )
        .join(Local, Local.id == Member.local_id)
        .join(Council, Council.id == Local.council_id)
        .where(Member.left_at.is_(None))
        .order_by(Member.number)
    )
    for member, number, standing, country, local, of_local, council, of_council in db.session.execute(
        query.execution_options(yield_per=1000)
    ):
        is_in = registered is None or member in registered
        yield Voter(number, standing, country, of_council, of_local, is_in), member, local, council


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


def sealed_list_there(vote: Vote, folder: Path) -> bool:
    """Whether there is a sealed list in the instance folder, and nobody has found it altered."""
    roll = electorate(vote.id)
    there = roll is not None and bool(roll.sealed_hash) and sealed_file.path_of(folder, vote.uuid_v).exists()
    return there and not jobs.progress(_altered(vote))


def check_sealed_list(vote: Vote, folder: Path) -> bool:
    """Whether the sealed list lies in the instance folder just as it was written: a guard of the opening. The whole
    file is read for it, so pages show what was found the last time."""
    roll = electorate(vote.id)
    path = sealed_file.path_of(folder, vote.uuid_v)
    whole = roll is not None and sealed_file.is_as_written(path, roll.sealed_hash)
    jobs.note_progress(_altered(vote), int(not whole))
    return whole


def _altered(vote: Vote) -> str:
    return f"sealed list altered:{vote.id}"
