"""Voting again: the ballot that came later counts, however the hashes of the two lie."""

from datetime import datetime, timedelta

import pytest
from flask import Flask

from forum.kernel.database import db
from referendum.casting import box_operations, operations, queries
from referendum.casting.forms import SentPair
from referendum.casting.models import Arrival
from referendum.casting.queries import boxed_ballots
from referendum.casting.rules import Found
from referendum.crypto.hashing import hex_hash
from tests.build_votes import Ballots, make_vote
from tests.killing import count
from tests.people import Cast


def older_and_newer(ballots: Ballots) -> tuple[SentPair, SentPair]:
    """Two pairs of one voter, the first for A, the second for B; of V and of C the older one sorts later by hash."""
    while True:
        older, newer = ballots.pair(0, 0, (0,)), ballots.pair(0, 1, (1,))
        if hex_hash(older.v) > hex_hash(newer.v) and hex_hash(older.c) > hex_hash(newer.c):
            return older, newer


def settle(*sequences: int) -> None:
    for arrival in db.session.scalars(db.select(Arrival).order_by(Arrival.sequence)).all():
        if not sequences or arrival.sequence in sequences:
            operations.settle_arrival(arrival)


@pytest.mark.parametrize("apart", [False, True], ids=["in one batch", "in two batches"])
def test_the_newer_ballot_counts_though_the_older_sorts_later_by_hash(
    ground: Flask, cast: Cast, now: datetime, apart: bool
) -> None:
    ballots = make_vote(cast, now=now, revote=True)
    older, newer = older_and_newer(ballots)
    first = operations.cast_pair(ballots.vote, older, now=now)
    settle()
    if apart:
        assert box_operations.write_batch(ballots.vote, now=now, closing=True) == 1
    last = operations.cast_pair(ballots.vote, newer, now=now)
    settle()
    box_operations.seal_box(ballots.vote, now=now + timedelta(hours=1))
    assert queries.whereabouts(first.v).found is (Found.BOXED if apart else Found.REPLACED)
    for archive, tracker in (("V", last.v), ("C", last.c)):
        record = [ballot.tracker for ballot in boxed_ballots(ballots.vote.id, archive)]
        assert (len(record), record[-1]) == (2 if apart else 1, tracker), "the tool counts the last of the record"
    assert count(ballots, [ballot.body for ballot in boxed_ballots(ballots.vote.id, "V")][-1:]) == [0, 0, 1]
    assert queries.boxed_count(ballots.vote.id) == 1


def test_a_newer_ballot_is_not_boxed_while_an_older_one_of_its_code_still_waits_for_its_check(
    ground: Flask, cast: Cast, now: datetime
) -> None:
    ballots = make_vote(cast, now=now, revote=True)
    older, newer = older_and_newer(ballots)
    operations.cast_pair(ballots.vote, older, now=now)
    last = operations.cast_pair(ballots.vote, newer, now=now)
    settle(max(db.session.scalars(db.select(Arrival.sequence))))  # another job has checked the newer one already
    assert box_operations.write_batch(ballots.vote, now=now, closing=True) == 0
    settle()
    assert box_operations.write_batch(ballots.vote, now=now, closing=True) == 1
    assert [ballot.tracker for ballot in boxed_ballots(ballots.vote.id, "V")] == [last.v]
