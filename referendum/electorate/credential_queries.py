"""Reads of the published credentials: in which state each is, and how many there are."""

from collections.abc import Iterator

from sqlalchemy import func

from forum.kernel.database import db
from referendum.electorate.models import Electorate, PublicCredential
from referendum.electorate.queries import digest_of


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
    query = db.select(PublicCredential).where(PublicCredential.vote_id == vote_id, PublicCredential.digest.in_(digests))
    return list(db.session.scalars(query))


def digests_in(vote_id: int, digests: set[str], state: str) -> set[str]:
    """Those of these V credentials (their hashes) that are in this state. Ask for some hundreds."""
    query = db.select(PublicCredential.digest).where(
        PublicCredential.vote_id == vote_id, PublicCredential.archive == "V", PublicCredential.digest.in_(digests),
        PublicCredential.state == state,
    )  # fmt: skip
    return set(db.session.scalars(query))
