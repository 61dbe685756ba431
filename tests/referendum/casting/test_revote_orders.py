"""T4: in whatever order members vote again, and checks and batches come between, the last ballot of each counts."""

from datetime import datetime

from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st

from forum.kernel.database import db
from referendum.casting import box_operations, operations, queries
from referendum.casting.models import Arrival
from referendum.casting.queries import boxed_ballots
from tests.build_votes import Ballots, make_vote
from tests.killing import count
from tests.people import Cast

CHOICES = (0, 1, None)
Story = tuple[list[tuple[int, int | None]], list[str]]
"""Who sends which choice, in order, and what is done after each."""
stories = st.tuples(
    st.permutations([(voter, choice) for voter in range(2) for choice in CHOICES]),
    st.lists(st.sampled_from(["", "check", "batch"]), min_size=6, max_size=6),
)


def tend(ballots: Ballots, now: datetime, job: str) -> None:
    """What a job does between two ballots."""
    if job:
        for arrival in db.session.scalars(db.select(Arrival).order_by(Arrival.sequence)).all():
            if arrival.state == "recorded":
                operations.settle_arrival(arrival)
    if job == "batch":
        box_operations.write_batch(ballots.vote, now=now, closing=True)


def test_in_every_order_the_last_ballot_of_each_voter_counts(ground: Flask, cast: Cast, now: datetime) -> None:
    ballots = make_vote(cast, now=now, revote=True, citations=False)
    pairs = {(voter, choice): ballots.pair(voter, choice) for voter in range(2) for choice in CHOICES}

    @settings(max_examples=12)
    @given(story=stories)
    def hold(story: Story) -> None:
        whole = db.session.begin_nested()
        last: dict[int, int | None] = {}
        for (voter, choice), job in zip(*story, strict=True):
            operations.cast_pair(ballots.vote, pairs[voter, choice], now=now)
            last[voter] = choice
            tend(ballots, now, job)
        tend(ballots, now, "check")
        box_operations.seal_box(ballots.vote, now=now)
        record = {ballot.credential: ballot.body for ballot in boxed_ballots(ballots.vote.id, "V")}
        model = [list(last.values()).count(choice) for choice in (None, 0, 1)]
        assert count(ballots, list(record.values())) == model
        assert queries.boxed_count(ballots.vote.id) == len(last)
        whole.rollback()
        db.session.expire_all()

    hold()
