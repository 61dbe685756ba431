"""A count of which any two of three trustees open: as many parts as are needed, and no more."""

from dataclasses import dataclass
from datetime import datetime

import pytest
from flask import Flask

from forum.kernel.database import db, transaction
from forum.kernel.doors import Actor
from forum.kernel.errors import Refused
from forum.questions.models import Appointment
from referendum.count import jobs, operations, queries
from referendum.crypto.tally import decrypt
from referendum.process.models import Vote
from referendum.rehearsal.trusted import Trusted
from tests.people import Cast, actor, holding
from tests.referendum.trustees.conftest import fill_box, make_group


@dataclass
class Threshold:
    """A sealed box of three ballots and its three trustees."""

    app: Flask
    vote_id: int
    members: list[int]
    trusted: Trusted
    now: datetime

    @property
    def vote(self) -> Vote:
        return db.session.get_one(Vote, self.vote_id)

    def trustee(self, place: int) -> Actor:
        return holding(actor(self.members[place]), "trustee", self.vote.question_id)

    def part(self, place: int) -> bytes:
        tally = queries.tally_of(self.vote_id, "V")
        assert tally is not None
        product = operations.stored_product(self.vote, tally)
        private = self.trusted.private(self.vote, self.members[place])
        return decrypt(queries.election_of(self.vote, "V"), product.ciphertexts, private).raw

    def give(self, place: int) -> bool:
        part = self.part(place)
        return operations.accept_partial(self.trustee(place), self.vote, "V", place + 1, part, self.now)


@pytest.fixture
def counting(app: Flask, cast: Cast, now: datetime) -> Threshold:
    with app.test_request_context(), transaction(write=True):
        group, trusted = make_group(cast, now), Trusted()
        trusted.make_keys([group.trustee(place) for place in range(3)], group.vote, now)
        fill_box(group.vote, now)
        made = Threshold(app, group.vote.id, group.members, trusted, now)
    with app.app_context():
        jobs.compute_tallies(made.vote_id)
    return made


def test_two_parts_open_the_count_and_the_third_is_not_taken(app: Flask, counting: Threshold) -> None:
    with app.app_context(), transaction(write=True):
        assert queries.shares_needed(counting.vote) == 2
        assert counting.give(2) is False
        assert counting.give(0) is True
        with pytest.raises(Refused, match="not needed any more"):
            counting.give(1)
        assert [part.owner for part in queries.parts(counting.vote_id, "V")] == [1, 3]
        assert all(queries.nothing_awaited(counting.vote, member) for member in counting.members)
    with app.app_context():
        jobs.go_on(counting.vote_id, "V")
    with app.app_context(), transaction(write=False):
        tally = queries.tally_of(counting.vote_id, "V")
        assert tally is not None
        assert tally.result
        assert sorted(tally.result[0]) == [0, 1, 2]
        assert queries.archive_verified(counting.vote)


def test_a_wrong_part_is_refused_and_its_trustee_named_while_the_others_may_still_open(
    app: Flask, counting: Threshold
) -> None:
    with app.app_context(), transaction(write=True):
        with pytest.raises(Refused, match="is refused") as refused:
            operations.accept_partial(counting.trustee(1), counting.vote, "V", 2, counting.part(0), counting.now)
        assert refused.value.facts["owner"] == 2
        assert counting.give(0) is False
        assert counting.give(2) is True


def test_a_part_is_lost_only_where_the_others_do_not_suffice(app: Flask, counting: Threshold) -> None:
    with app.app_context(), transaction(write=True):
        counting.give(0)
        for place, lost in ((1, set()), (2, set(counting.members[1:]))):
            db.session.execute(db.delete(Appointment).where(Appointment.member_id == counting.members[place]))
            assert queries.shares_lost(counting.vote) == lost
