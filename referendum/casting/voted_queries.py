"""Which of some voting codes have voted by now: for an opening of the sealed list."""

from collections.abc import Collection

from forum.kernel.database import db
from referendum.casting.models import Arrival, BoxedBallot


def voted_among(vote_id: int, credentials: Collection[str]) -> set[str]:
    """Those of these V credentials (their hashes) under which a ballot waits or is boxed. Ask for some hundreds."""
    waiting = db.select(Arrival.v_credential).where(Arrival.vote_id == vote_id, Arrival.v_credential.in_(credentials))
    boxed = db.select(BoxedBallot.credential).where(
        BoxedBallot.vote_id == vote_id, BoxedBallot.archive == "V", BoxedBallot.credential.in_(credentials)
    )
    return {*db.session.scalars(waiting), *db.session.scalars(boxed)}
