"""The parts of a record: how many there are, which job is at which, and what each has come to."""

from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import CursorResult

from forum.kernel.database import db
from referendum.archive import splitting
from referendum.archive.splitting import parts_needed
from referendum.casting.queries import box_state
from referendum.count import part_queries, queries, rules
from referendum.count.models import TallyPart
from referendum.count.operations import store_archive, store_tally, stored_product
from referendum.crypto.tally import Tally as Product
from referendum.crypto.tally import TallyProduct
from referendum.process.models import Vote
from referendum.process.queries import locked

HOLD = timedelta(minutes=3)
"""After so long without a sign, a job that was at a part counts as gone, and another begins."""


def parts_for(vote: Vote, archive: str) -> int:
    """Into how many parts a sealed box's record is to be split. Reads the whole box: call it outside a write.

    The floor is the one in the election's own description, by which trustees and verifiers work the number out again.
    """
    voters, floor = part_queries.ballots_by_voter(vote.id, archive), queries.election_of(vote, archive).minimum_ballots
    return parts_needed(voters, most=splitting.LARGEST_PART, floor=floor)


def make_parts(vote: Vote, archive: str, parts: int) -> None:
    """Fix the number of parts, once and for good."""
    locked(vote)
    state = box_state(vote.id)
    if state is None or not state.sealed or part_queries.record_parts(vote.id, archive):
        return
    for place in range(parts):
        db.session.add(TallyPart(vote_id=vote.id, archive=archive, place=place, result=None, taken_until=None))
    db.session.flush()


def take_part(vote_id: int, archive: str, place: int, now: datetime) -> bool:
    """Say that a job is at a part from now on; whether no other was. Said again from time to time by `keep_part`."""
    free = (TallyPart.taken_until.is_(None)) | (TallyPart.taken_until < now)
    return _hold(vote_id, archive, place, now + HOLD, free)


def keep_part(vote_id: int, archive: str, place: int, now: datetime) -> None:
    """The job is still at it."""
    _hold(vote_id, archive, place, now + HOLD)


def leave_part(vote_id: int, archive: str, place: int) -> None:
    """The job is done with it, well or ill."""
    _hold(vote_id, archive, place, None)


def _hold(vote_id: int, archive: str, place: int, until: datetime | None, *only: Any) -> bool:
    here = TallyPart.vote_id == vote_id, TallyPart.archive == archive, TallyPart.place == place
    change = db.update(TallyPart).where(*here, *only).values(taken_until=until)
    done = db.session.execute(change, execution_options={"synchronize_session": False})
    db.session.expire_all()
    return cast("CursorResult[Any]", done).rowcount == 1


def store_product(vote: Vote, archive: str, place: int, product: Product, now: datetime) -> None:
    """Keep a part's product; with the last one the archive's is announced."""
    locked(vote)  # of two jobs that come to their end at once one is the last
    part = part_queries.record_part(vote.id, archive, place)
    assert part is not None
    part.encrypted, part.ballot_count = product.encrypted_bytes.decode(), product.ballots
    db.session.flush()
    parts = part_queries.record_parts(vote.id, archive)
    if not all(each.encrypted for each in parts):
        return
    whole = TallyProduct(queries.election_of(vote, archive))
    for each in parts:
        whole.add_tally(product if each.place == place else stored_product(vote, each))
    store_tally(vote, archive, whole.close(), now)


def store_file(vote: Vote, archive: str, place: int, digest: str, now: datetime) -> None:
    """A part's file was written and verified; with the last one the archive is complete."""
    locked(vote)
    part, tally = part_queries.record_part(vote.id, archive, place), queries.tally_of(vote.id, archive)
    assert part is not None
    assert tally is not None
    part.archive_hash = digest
    db.session.flush()
    hashes = [each.archive_hash for each in part_queries.record_parts(vote.id, archive)]
    if all(hashes):
        store_archive(vote, tally, rules.hash_over(hashes), now)
