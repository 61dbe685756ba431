"""Reads of a record in parts (SPEC 9): which ballots and credentials belong to a part, and how far each part is."""

from collections import Counter
from collections.abc import Collection, Iterator
from typing import NamedTuple

from sqlalchemy import case, func

from forum.kernel.database import db
from referendum.archive.names import place_of
from referendum.casting.models import BoxedBallot
from referendum.casting.queries import boxed_ballots
from referendum.count.models import TallyPart
from referendum.count.queries import parts as given
from referendum.count.queries import tally_of
from referendum.count.rules import part_bodies
from referendum.crypto.credentials import credentials_bytes
from referendum.electorate.credential_queries import credentials
from referendum.electorate.models import PublicCredential
from referendum.process.models import Vote

AT_ONCE = 200


class Cast(NamedTuple):
    """A ballot of the record: its place in the record, its credential (the hash) and its text."""

    batch: int
    credential: str
    body: str


def record_parts(vote_id: int, archive: str) -> list[TallyPart]:
    """The parts of an archive in the order of their places; none before the box is sealed."""
    query = db.select(TallyPart).where(TallyPart.vote_id == vote_id, TallyPart.archive == archive)
    return list(db.session.scalars(query.order_by(TallyPart.place)))


class PartsDone(NamedTuple):
    """Of how many parts how many are written and verified."""

    parts: int
    written: int


def parts_done(vote_ids: Collection[int]) -> dict[int, dict[str, PartsDone]]:
    """How far the archives of these votes are whose record has several parts."""
    written = func.count(case((TallyPart.archive_hash != "", 1)))
    query = (
        db.select(TallyPart.vote_id, TallyPart.archive, func.count(), written)
        .where(TallyPart.vote_id.in_(vote_ids))
        .group_by(TallyPart.vote_id, TallyPart.archive)
        .having(func.count() > 1)
    )
    found: dict[int, dict[str, PartsDone]] = {}
    for vote_id, archive, parts, done in db.session.execute(query):
        found.setdefault(vote_id, {})[archive] = PartsDone(parts, done)
    return found


def record_part(vote_id: int, archive: str, place: int) -> TallyPart | None:
    """One part of an archive."""
    return db.session.get(TallyPart, (vote_id, archive, place))


def parts_of(vote: Vote, archive: str) -> int:
    """Into how many parts the record of an archive is split; one until the box is sealed."""
    return len(record_parts(vote.id, archive)) or 1


def part_hash(vote: Vote, archive: str, place: int) -> str:
    """The hash of a part's file; "" until it is written."""
    part, whole = record_part(vote.id, archive, place), tally_of(vote.id, archive)
    return part.archive_hash if part else whole.archive_hash if whole else ""


def bodies(vote_id: int, archive: str, place: int) -> list[tuple[int, str]]:
    """What the trustees handed in for one part of the record, by their numbers."""
    parts = len(record_parts(vote_id, archive))
    return [(each.owner, part_bodies(each.body, parts)[place]) for each in given(vote_id, archive)]


def part_credentials(vote: Vote, archive: str, place: int, parts: int = 0) -> bytes:
    """The exact credentials record of a part, sorted by value."""
    parts = parts or parts_of(vote, archive)
    if parts == 1:
        return credentials_bytes(credentials(vote.id, archive))
    query = db.select(PublicCredential.value, PublicCredential.digest).where(
        PublicCredential.vote_id == vote.id, PublicCredential.archive == archive
    )
    rows = db.session.execute(query.order_by(PublicCredential.digest).execution_options(yield_per=1000))
    return credentials_bytes(value for value, digest in rows if place_of(digest, parts) == place)


def ballots_by_voter(vote_id: int, archive: str) -> Counter[int]:
    """How many ballots the record holds of each credential, by the number that its hash is."""
    query = db.select(BoxedBallot.credential).where(BoxedBallot.vote_id == vote_id, BoxedBallot.archive == archive)
    rows = db.session.scalars(query.order_by(BoxedBallot.credential).execution_options(yield_per=1000))
    return Counter(int(credential, 16) for credential in rows)


def part_ballots(vote_id: int, archive: str, place: int, parts: int) -> Iterator[Cast]:
    """The ballots of a part in the record's order. Streams."""
    if parts == 1:
        for ballot in boxed_ballots(vote_id, archive):
            yield Cast(ballot.batch, ballot.credential, ballot.body)
        return
    ids = _places(vote_id, archive, place, parts)
    for start in range(0, len(ids), AT_ONCE):
        chunk = ids[start : start + AT_ONCE]
        rows = db.session.execute(
            db.select(BoxedBallot.id, BoxedBallot.batch, BoxedBallot.credential, BoxedBallot.body)
            .where(BoxedBallot.id.in_(chunk))
            .order_by(BoxedBallot.batch, BoxedBallot.hash)
        )
        yield from (Cast(batch, credential, body) for _, batch, credential, body in rows)


def _places(vote_id: int, archive: str, place: int, parts: int) -> list[str]:
    """The ids of a part's ballots in the record's order. The credentials are read from their index alone, and only then
    the rows of those that belong there."""
    here = BoxedBallot.vote_id == vote_id, BoxedBallot.archive == archive
    every = db.select(BoxedBallot.credential).where(*here).distinct().order_by(BoxedBallot.credential)
    streamed = db.session.scalars(every.execution_options(yield_per=1000))
    names = [name for name in streamed if place_of(name, parts) == place]
    found: list[tuple[int, str, str]] = []
    for start in range(0, len(names), AT_ONCE):
        rows = db.session.execute(
            db.select(BoxedBallot.batch, BoxedBallot.hash, BoxedBallot.id).where(
                *here, BoxedBallot.credential.in_(names[start : start + AT_ONCE])
            )
        )
        found += [(batch, hash_, number) for batch, hash_, number in rows]
    return [number for _, _, number in sorted(found)]


def part_counted(vote_id: int, archive: str, place: int, parts: int) -> Iterator[str]:
    """The texts of a part's ballots that count: the last of each credential. Streams."""
    rows = db.session.execute(
        db.select(BoxedBallot.credential, func.max(BoxedBallot.batch))
        .where(BoxedBallot.vote_id == vote_id, BoxedBallot.archive == archive)
        .group_by(BoxedBallot.credential)
        .execution_options(yield_per=1000)
    )
    last = {credential: batch for credential, batch in rows if place_of(credential, parts) == place}
    for ballot in part_ballots(vote_id, archive, place, parts):
        if last[ballot.credential] == ballot.batch:
            yield ballot.body
