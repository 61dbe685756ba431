"""A small vote brought to its count: real ballots, a sealed box, two trustees with their keys."""

from datetime import datetime

from flask import Flask

from forum.kernel.database import db, transaction
from forum.kernel.doors import Actor
from forum.questions.models import Appointment
from referendum.casting import operations as casting
from referendum.casting.box_operations import seal_box
from referendum.casting.models import Arrival
from referendum.count import jobs, operations, queries
from referendum.crypto.tally import decrypt, read_encrypted_tally
from referendum.process.models import Vote
from tests.build_votes import Ballots, make_vote
from tests.people import Cast, actor, holding


class Counting:
    """A vote after its close. `choices` are the answers that were chosen, by voter."""

    def __init__(self, app: Flask, cast: Cast, now: datetime, *, voters: int = 25, **params: int) -> None:
        self.app, self.cast = app, cast
        self.choices = [voter % 3 for voter in range(voters)]
        with app.app_context(), transaction(write=True):
            ballots = make_vote(cast, now=now, voters=max(voters, 1), trustees=2)
            ballots.vote.params = {**ballots.vote.params, **params}
            for member in cast.trustees:
                db.session.add(
                    Appointment(question_id=ballots.vote.question_id, member_id=member, role="trustee", named_at=now)
                )
            self._cast(ballots, now)
            self.vote_id, self.question_id = ballots.vote.id, ballots.vote.question_id
            self.private_keys = dict(zip(cast.trustees, ballots.private_keys, strict=True))
            ballots.vote.state, ballots.vote.closed_at = "counting", now

    def _cast(self, ballots: Ballots, now: datetime) -> None:
        for voter, choice in enumerate(self.choices):
            chosen = None if choice == 2 else choice
            cited = (0, 3) if voter % 5 == 0 else ()
            casting.cast_pair(ballots.vote, ballots.pair(voter, chosen, cited), now=now)
        for arrival in db.session.scalars(db.select(Arrival)).all():
            casting.settle_arrival(arrival)
        seal_box(ballots.vote, now=now)

    @property
    def vote(self) -> Vote:
        return db.session.get_one(Vote, self.vote_id)

    def compute(self) -> None:
        with self.app.app_context():
            jobs.compute_tallies(self.vote_id)

    def trustee(self, place: int) -> Actor:
        return holding(actor(self.cast.trustees[place]), "trustee", self.question_id)

    def part(self, place: int, archive: str = "V") -> bytes:
        """The trustee's true part, computed as the browser does."""
        tally = queries.tally_of(self.vote_id, archive)
        assert tally is not None
        election = queries.election_of(self.vote, archive)
        ciphertexts = read_encrypted_tally(election, tally.encrypted.encode())
        return decrypt(election, ciphertexts, self.private_keys[self.cast.trustees[place]]).raw

    def open(self, archive: str, now: datetime) -> None:
        """Both trustees hand in their part; the archive is opened and written."""
        with self.app.app_context():
            for place in (0, 1):
                with transaction(write=True):
                    operations.accept_partial(
                        self.trustee(place), self.vote, archive, place + 1, self.part(place, archive), now
                    )
            jobs.go_on(self.vote_id, archive)
