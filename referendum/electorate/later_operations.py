"""The roll of a run-off: the frozen roll of the vote before it, name by name, with nothing left of its codes."""

import secrets

from forum.kernel.database import db
from referendum.electorate.models import Electorate, RollEntry
from referendum.process.models import Vote

AT_ONCE = 1000
OF_ITS_OWN = {"codes": "none", "spare_count": 0, "halted": False, "sealed_hash": "", "list_key": ""}


def take_over_roll(vote: Vote, first: Electorate) -> Electorate:
    """Write the roll down for this vote too: the same members, record date and hash. The entries' names are drawn anew,
    so that nothing joins a member's two codes."""
    kept = {column.key: getattr(first, column.key) for column in Electorate.__table__.columns}
    roll = Electorate(**kept | OF_ITS_OWN | {"vote_id": vote.id})
    db.session.add(roll)
    db.session.flush()
    last = 0
    while chunk := _next(first.vote_id, last):
        last = chunk[-1].id
        db.session.execute(
            db.insert(RollEntry),
            [
                {
                    "vote_id": vote.id, "entry": secrets.token_hex(11), "member_id": each.member_id,
                    "local_id": each.local_id, "council_id": each.council_id, "delivery": "waiting",
                }
                for each in chunk
            ],
        )  # fmt: skip
    return roll


def _next(vote_id: int, after: int) -> list[RollEntry]:
    query = db.select(RollEntry).where(RollEntry.vote_id == vote_id, RollEntry.id > after).order_by(RollEntry.id)
    return list(db.session.scalars(query.limit(AT_ONCE)))
