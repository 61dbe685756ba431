"""Reads of a vote's electorate: its frozen size, deliveries, and the published credentials."""

import hashlib
from collections.abc import Iterator

from sqlalchemy import func

from forum.kernel.database import db
from referendum.electorate.models import Electorate, PublicCredential, RollEntry


def digest_of(credential: str) -> str:
    """The hash under which a public credential (a decimal number) is looked up."""
    return hashlib.sha256(credential.encode()).hexdigest()


def electorate(vote_id: int) -> Electorate | None:
    """The frozen roll of a vote, or None before it is frozen."""
    return db.session.get(Electorate, vote_id)


def credential_state(vote_id: int, archive: str, credential: str) -> str:
    """issued, spare or revoked; "" for a credential that is not on the list. Takes the decimal credential."""
    return db.session.scalar(
        db.select(PublicCredential.state).where(
            PublicCredential.vote_id == vote_id,
            PublicCredential.archive == archive,
            PublicCredential.digest == digest_of(credential),
        )
    ) or ""


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
    return db.session.scalar(
        db.select(func.count()).select_from(PublicCredential).where(
            PublicCredential.vote_id == vote_id, PublicCredential.archive == "V", PublicCredential.state == state
        )
    ) or 0


def delivery_counts(vote_id: int) -> dict[str, int]:
    """How many roll entries are in each state of delivery."""
    rows = db.session.execute(
        db.select(RollEntry.delivery, func.count()).where(RollEntry.vote_id == vote_id).group_by(RollEntry.delivery)
    )
    return {delivery: count for delivery, count in rows}


def entry_of(vote_id: int, member_id: int) -> RollEntry | None:
    """A member's entry on the frozen roll, if entitled."""
    return db.session.scalar(
        db.select(RollEntry).where(RollEntry.vote_id == vote_id, RollEntry.member_id == member_id)
    )
