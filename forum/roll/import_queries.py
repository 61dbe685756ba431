"""Reads that an import of the roll needs: what stands there now, what a file would change, what holds on to a row."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import FromClause, and_, or_

from forum.kernel.database import Base, db
from forum.kernel.errors import Missing
from forum.roll.looking import Place
from forum.roll.models import Council, Local, Member, RollImport, RollImportLine

SHOWN = 100


def snapshots(numbers: Sequence[str]) -> dict[str, dict[str, Any]]:
    """What the roll says of these members now, by number, in the words of an import's lines."""
    query = (
        db.select(Member.number, Member.name, Member.email, Local.number, Member.country, Member.standing, Member.since,
                  Member.office, Member.left_at)
        .join(Local, Local.id == Member.local_id)
        .where(Member.number.in_(list(numbers)))
    )  # fmt: skip
    return {
        number: {
            "name": name, "email": email, "local": local, "country": country, "standing": standing,
            "since": since.isoformat(), "office": office, "left": left_at is not None,
        }
        for number, name, email, local, country, standing, since, office, left_at in db.session.execute(query)
    }  # fmt: skip


def ids_by_number(numbers: Sequence[str]) -> dict[str, int]:
    """Member ids by number, of those there are."""
    query = db.select(Member.number, Member.id).where(Member.number.in_(list(numbers)))
    return {number: member_id for number, member_id in db.session.execute(query)}  # noqa: C416 - rows are no pairs


def present_numbers(size: int) -> Iterator[list[str]]:
    """The numbers of all members who have not left, some at a time."""
    last = 0
    query = db.select(Member.id, Member.number).where(Member.left_at.is_(None)).order_by(Member.id).limit(size)
    while rows := db.session.execute(query.where(Member.id > last)).all():
        last = rows[-1][0]
        yield [number for _, number in rows]


def changed_places(places: Mapping[str, Place]) -> dict[str, dict[str, Any]]:
    """The locals that a file adds or changes: what they become, and what they were (None for new ones)."""
    query = db.select(Local.number, Council.name, Local.name, Local.timezone).join(
        Council, Council.id == Local.council_id
    )
    known = {number: (council, name, zone) for number, council, name, zone in db.session.execute(query)}
    changed: dict[str, dict[str, Any]] = {}
    for number, place in places.items():
        was = known.get(number)
        becomes = (place.council, place.name or (was[1] if was else ""), place.timezone or (was[2] if was else ""))
        if becomes != was:
            changed[number] = {"becomes": becomes, "was": was}
    return changed


def local_ids() -> dict[str, int]:
    """Ids of all locals by number."""
    return {number: local_id for number, local_id in db.session.execute(db.select(Local.number, Local.id))}  # noqa: C416


def an_import(import_id: int) -> RollImport:
    """One import. Raises `Missing`."""
    found = db.session.get(RollImport, import_id)
    if found is None:
        raise Missing
    return found


def imports() -> list[RollImport]:
    """The newest imports."""
    return list(db.session.scalars(db.select(RollImport).order_by(RollImport.id.desc()).limit(20)))


@dataclass(frozen=True, slots=True)
class Change:
    """What a line of an import does to one member."""

    action: str
    number: str
    before: dict[str, Any]
    after: dict[str, Any]


def lines(import_id: int, size: int) -> Iterator[list[Change]]:
    """The lines of an import in their order, some at a time."""
    last, line = 0, RollImportLine
    query = db.select(line.id, line.action, line.number, line.before, line.after).where(line.import_id == import_id)
    while found := db.session.execute(query.where(line.id > last).order_by(line.id).limit(size)).all():
        last = found[-1][0]
        yield [Change(*row[1:]) for row in found]


def sample(import_id: int, action: str) -> list[RollImportLine]:
    """The first hundred lines of one kind, to look at."""
    query = db.select(RollImportLine).where(RollImportLine.import_id == import_id, RollImportLine.action == action)
    return list(db.session.scalars(query.order_by(RollImportLine.id).limit(SHOWN)))


def applied_since(at: datetime) -> bool:
    """Whether the roll was imported (or an import undone) after this moment."""
    query = db.select(RollImport.id).where(
        RollImport.state.in_(("applied", "undone", "applying")), RollImport.touched_at > at
    )
    return db.session.scalar(query.limit(1)) is not None


def changed_since(at: datetime) -> bool:
    """Whether the roll is not what it was at this moment: an import stands that was applied after it, or one that
    stood then was undone."""
    stands = and_(RollImport.state.in_(("applied", "applying")), RollImport.applied_at > at)
    undone = and_(RollImport.state == "undone", RollImport.applied_at <= at, RollImport.touched_at > at)
    return db.session.scalar(db.select(RollImport.id).where(or_(stands, undone)).limit(1)) is not None


def newest_applied() -> int:
    """The id of the import that stands last, or 0."""
    newest = (
        db.select(RollImport.id)
        .where(RollImport.state == "applied")
        .order_by(RollImport.applied_at.desc(), RollImport.id.desc())
    )
    return db.session.scalar(newest.limit(1)) or 0


def unfinished(before: datetime) -> list[tuple[int, str]]:
    """(id, state) of imports whose work stopped before this moment: their job was killed."""
    query = db.select(RollImport.id, RollImport.state).where(
        RollImport.state.in_(("reading", "applying")), RollImport.touched_at < before
    )
    return [(import_id, state) for import_id, state in db.session.execute(query)]


def left_alone_since(before: datetime) -> list[RollImport]:
    """Imports that nothing was done with since this moment, and whose lines are still kept."""
    kept = db.select(RollImportLine.id).where(RollImportLine.import_id == RollImport.id).exists()
    done = RollImport.state.in_(("applied", "undone")) & kept
    query = db.select(RollImport).where(or_(RollImport.state.in_(("ready", "refused")), done))
    return list(db.session.scalars(query.where(RollImport.touched_at < before).order_by(RollImport.id)))


def referred_to(table: FromClause, ids: Iterable[int]) -> set[int]:
    """Those of a table's ids that any row of any table refers to."""
    wanted = list(ids)
    found: set[int] = set()
    for other in Base.metadata.tables.values():
        for key in other.foreign_keys:
            if key.column.table is table and wanted:
                query = db.select(key.parent).where(key.parent.in_(wanted)).distinct()
                found.update(db.session.scalars(query))
    return found


def empty_ids(table: FromClause) -> set[int]:
    """Ids of a table that nothing refers to."""
    ids = set(db.session.scalars(db.select(table.c.id)))
    return ids - referred_to(table, ids)
