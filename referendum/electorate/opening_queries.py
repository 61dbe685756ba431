"""Reads of the openings of a sealed list: which wait, which are being read, and what turnout one of them told."""

from datetime import datetime, timedelta

from forum.kernel.database import db
from forum.kernel.errors import Missing
from referendum.electorate.models import SealedOpening, Turnout
from referendum.electorate.sealing import NEEDED
from referendum.electorate.share_file import is_young
from referendum.process.facts import VoteState
from referendum.process.models import Vote, VoteMove

SIGN_OF_LIFE = timedelta(minutes=10)
KEPT_FOR = timedelta(days=365)
OVER = (VoteState.CERTIFIED, VoteState.ANNULLED)


def opening(opening_id: int) -> SealedOpening:
    """One opening of a sealed list. Raises `Missing`."""
    found = db.session.get(SealedOpening, opening_id)
    if found is None:
        raise Missing
    return found


def locked_opening(opening_id: int) -> SealedOpening:
    """One opening, read anew and held until this write ends. Raises `Missing`."""
    db.session.flush()  # what was written on it already is not read away
    found = db.session.get(SealedOpening, opening_id, with_for_update=True, populate_existing=True)
    if found is None:
        raise Missing
    return found


def openings(vote_id: int) -> list[SealedOpening]:
    """The openings of a vote's sealed list: those that wait, then those that are over, the newest first."""
    query = db.select(SealedOpening).where(SealedOpening.vote_id == vote_id)
    order = (SealedOpening.state != "asked", SealedOpening.id.desc())
    return list(db.session.scalars(query.order_by(*order).limit(200)))


def is_asked(vote_id: int, purpose: str, member_id: int) -> bool:
    """Whether an opening for this purpose waits that this teller asked for."""
    query = db.select(SealedOpening.id).where(
        SealedOpening.vote_id == vote_id, SealedOpening.purpose == purpose, SealedOpening.asked_by_id == member_id,
        SealedOpening.state == "asked",
    )  # fmt: skip
    return db.session.scalar(query.limit(1)) is not None


def opened_since(vote_id: int, purpose: str, since: datetime, *, but: int = 0) -> bool:
    """Whether the list was opened for this purpose at this moment or later, by any opening but this one."""
    query = db.select(SealedOpening.id).where(
        SealedOpening.vote_id == vote_id, SealedOpening.purpose == purpose, SealedOpening.opened_at >= since,
        SealedOpening.id != but,
    )  # fmt: skip
    return db.session.scalar(query.limit(1)) is not None


def shares_in(found: SealedOpening, now: datetime) -> list[str]:
    """Places of the shares that were handed in for an opening and may still be used."""
    return [place for place, at in found.given.items() if is_young(at, now)]


def is_being_read(found: SealedOpening, now: datetime) -> bool:
    """Whether enough shares are there, or a job that took them is still at it."""
    if found.state != "asked":
        return False
    seen = found.facts.get("seen")
    at_it = seen is not None and now - datetime.fromisoformat(seen) < SIGN_OF_LIFE
    return at_it or len(shares_in(found, now)) >= NEEDED


def with_shares(now: datetime) -> list[int]:
    """Openings of any vote that a job can carry out, for where one was stopped."""
    asked = db.select(SealedOpening).where(SealedOpening.state == "asked").order_by(SealedOpening.id)
    return [each.id for each in db.session.scalars(asked) if len(shares_in(each, now)) >= NEEDED]


def turnout_by_unit(vote_id: int) -> list[Turnout]:
    """Ballots by unit, after the close; empty until the list was opened for it."""
    return list(db.session.scalars(db.select(Turnout).where(Turnout.vote_id == vote_id).order_by(Turnout.unit)))


def is_list_due(vote: Vote, now: datetime) -> bool:
    """Whether a vote has been over for so long that its sealed list goes."""
    ended = db.session.scalar(db.select(db.func.max(VoteMove.at)).where(VoteMove.vote_id == vote.id))
    return vote.state in OVER and ended is not None and ended < now - KEPT_FOR
