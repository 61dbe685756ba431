"""Reads of the ballot box: a tracker's place, the public record, how many ballots there are."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, func, select

from forum.kernel.database import db
from referendum.casting.arrival_rules import HARMLESS
from referendum.casting.models import Arrival, BoxBatch, BoxedBallot, BoxState, SetAside
from referendum.casting.rules import Found
from referendum.process.models import Vote

_PUBLISHED = BoxedBallot.batch <= (
    select(BoxState.batch).where(BoxState.vote_id == BoxedBallot.vote_id).correlate(BoxedBallot).scalar_subquery()
)
"""Not of a batch that is still being written."""


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """What a tracker leads to. `body` is the ballot's exact text, where it is kept."""

    found: Found
    archive: str = ""
    batch: int = 0
    vote_id: int = 0
    body: str = ""


def whereabouts(tracker: str) -> Whereabouts:
    """Where the ballot with this tracker is, in any vote."""
    places = BoxedBallot.vote_id.in_(db.select(Vote.id)), BoxedBallot.archive.in_(("V", "C"))  # the index begins so
    search = db.select(BoxedBallot).where(*places, _PUBLISHED, BoxedBallot.tracker == tracker)
    boxed = db.session.scalars(search).first()
    if boxed is not None:
        return Whereabouts(Found.BOXED, boxed.archive, boxed.batch, boxed.vote_id, boxed.body)
    waiting = db.session.scalars(
        db.select(Arrival).where((Arrival.v_tracker == tracker) | (Arrival.c_tracker == tracker))
    ).first()
    if waiting is not None:
        archive = "V" if waiting.v_tracker == tracker else "C"
        if archive == "C" and waiting.c_set_aside:
            return Whereabouts(Found.SET_ASIDE, "C", 0, waiting.vote_id)
        found = Found.CHECKED if waiting.state == "checked" else Found.RECORDED
        body = waiting.v_body if archive == "V" else waiting.c_body
        return Whereabouts(found, archive, 0, waiting.vote_id, body)
    aside = db.session.scalars(db.select(SetAside).where(SetAside.tracker == tracker)).first()
    if aside is not None:
        found = {"replaced": Found.REPLACED, "dropped": Found.DROPPED}.get(aside.reason, Found.SET_ASIDE)
        return Whereabouts(found, aside.archive, 0, aside.vote_id)
    return Whereabouts(Found.UNKNOWN)


def has_voted(vote_id: int, credential: str) -> bool:
    """Whether a V ballot under this credential (its hash) waits or is boxed."""
    waiting = db.select(Arrival.sequence).where(Arrival.vote_id == vote_id, Arrival.v_credential == credential)
    return _any(waiting, _boxed(vote_id, "V").where(BoxedBallot.credential == credential))


def _boxed(vote_id: int, archive: str) -> Select[str]:
    return select(BoxedBallot.id).where(BoxedBallot.vote_id == vote_id, BoxedBallot.archive == archive)


def _any(*searches: Select[Any]) -> bool:
    return any(db.session.scalars(search.limit(1)).first() is not None for search in searches)


def boxed_ballots(vote_id: int, archive: str) -> Iterator[BoxedBallot]:
    """The public record of one archive in its order: by batch, then by hash. Streams."""
    query = (
        db.select(BoxedBallot)
        .where(BoxedBallot.vote_id == vote_id, BoxedBallot.archive == archive, _PUBLISHED)
        .order_by(BoxedBallot.batch, BoxedBallot.hash)
    )
    yield from db.session.scalars(query.execution_options(yield_per=200))


def box_state(vote_id: int) -> BoxState | None:
    """The last batch of a vote, or None before the first."""
    return db.session.get(BoxState, vote_id)


def boxed_count(vote_id: int, archive: str = "V") -> int:
    """How many voters' ballots the public record holds: one a credential. What waits for its batch is not told.

    Where a ballot is final, it is what the batches say of themselves; only where members may vote again can two batches
    hold the same credential, and the ballots have to be looked at.
    """
    query = db.select(func.sum(BoxBatch.ballots)).where(BoxBatch.vote_id == vote_id, BoxBatch.archive == archive)
    if db.session.get_one(Vote, vote_id).params.get("revote"):
        voters = func.count(func.distinct(BoxedBallot.credential))
        query = db.select(voters).where(BoxedBallot.vote_id == vote_id, BoxedBallot.archive == archive, _PUBLISHED)
    return db.session.scalar(query) or 0


def waiting_count(vote_id: int) -> int:
    """How many pairs are received and not yet in a batch."""
    state = box_state(vote_id)
    waits = Arrival.vote_id == vote_id, Arrival.sequence > (state.clear_to if state else 0)
    return db.session.scalar(db.select(func.count()).select_from(Arrival).where(*waits)) or 0


def set_aside_count(vote_id: int, archive: str) -> int:
    """How many ballots were set aside for what is wrong with them."""
    faulty = SetAside.vote_id == vote_id, SetAside.archive == archive, SetAside.reason.not_in(HARMLESS)
    return db.session.scalar(db.select(func.count()).select_from(SetAside).where(*faulty)) or 0


def set_aside_page(vote_id: int, after: str, most: int = 50) -> tuple[list[SetAside], bool]:
    """Ballots that were set aside for what is wrong with them, by tracker, and whether there are more. None that was
    only replaced, or fell with another."""
    faulty = SetAside.vote_id == vote_id, SetAside.reason.not_in(HARMLESS), SetAside.tracker > after
    rows = db.session.scalars(db.select(SetAside).where(*faulty).order_by(SetAside.tracker).limit(most + 1)).all()
    return list(rows[:most]), len(rows) > most


def is_sealed(vote_id: int) -> bool:
    """Whether the last batch is in the box."""
    state = box_state(vote_id)
    return state is not None and state.sealed
