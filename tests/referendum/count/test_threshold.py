"""A count of which any two of three trustees open: as many parts as are needed, and no more."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from flask import Flask

from forum.kernel import clock
from forum.kernel.database import db, transaction
from forum.kernel.doors import Actor
from forum.kernel.errors import Refused
from forum.questions.models import Appointment
from referendum.count import jobs, operations, proof_queries, queries, rules
from referendum.crypto.canonical import Malformed
from referendum.process.models import Vote
from referendum.rehearsal.trusted import Trusted
from referendum.trustees.forms import SentPart
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

    def part(self, place: int) -> SentPart:
        tally = queries.tally_of(self.vote_id, "V")
        assert tally is not None
        product = operations.stored_product(self.vote, tally)
        election = queries.election_of(self.vote, "V")
        return self.trusted.part(self.vote, self.members[place], election, [product.ciphertexts])

    def give(self, place: int, *, proved: bool = True) -> bool:
        part, trustee = self.part(place), self.trustee(place)
        second = part.second if proved else None
        return operations.accept_partial(trustee, self.vote, "V", part.owner, part.raw, self.now, second)


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
            operations.accept_partial(counting.trustee(1), counting.vote, "V", 2, counting.part(0).raw, counting.now)
        assert refused.value.facts["owner"] == 2
        assert counting.give(0) is False
        assert counting.give(2) is True


@pytest.fixture
def is_opened(counting: Threshold, monkeypatch: pytest.MonkeyPatch) -> Callable[[timedelta], bool]:
    """Whether the count is opened when the clock comes by so long after the last part."""

    def at(later: timedelta) -> bool:
        monkeypatch.setattr(clock, "now", lambda: counting.now + later)
        with counting.app.app_context():
            jobs.tend_counts()
            with transaction(write=False):
                return queries.archive_verified(counting.vote)

    return at


def test_one_more_part_makes_good_a_missing_second_proof_and_the_count_waits_a_day_for_it(
    app: Flask, counting: Threshold, is_opened: Callable[[timedelta], bool]
) -> None:
    with app.app_context(), transaction(write=True):
        counting.give(0, proved=False)
        assert counting.give(1) is True
        until = proof_queries.waits_until(counting.vote, "V")
        assert until == counting.now + timedelta(days=1)
        assert not queries.nothing_awaited(counting.vote, counting.members[2])
    assert not is_opened(timedelta(hours=23))
    with app.app_context(), transaction(write=True):
        assert counting.give(2) is True
        assert proof_queries.waits_until(counting.vote, "V") is None
    assert is_opened(timedelta(hours=23))
    with app.app_context(), transaction(write=False):
        (proved,) = proof_queries.proved_by(counting.vote, ["V", "C"])
        assert (proved.proved, proved.unproved, proved.is_bound) == ((2, 3), (1,), True)


def test_a_day_later_and_in_time_before_the_vote_is_annulled_it_is_opened_all_the_same(
    app: Flask, counting: Threshold, is_opened: Callable[[timedelta], bool]
) -> None:
    with app.app_context(), transaction(write=True):
        counting.give(0, proved=False)
        counting.give(1)
    assert is_opened(timedelta(hours=24))
    with app.app_context(), transaction(write=True):
        assert not proof_queries.proved_by(counting.vote, "V")[0].is_bound
        assert all(queries.nothing_awaited(counting.vote, member) for member in counting.members)
        with pytest.raises(Refused, match="not needed any more"):
            counting.give(2)
    last, closed, week = counting.now, counting.now - timedelta(days=5, hours=12), timedelta(days=7)
    assert rules.opens_at(last, closed, week) == last + timedelta(hours=12)


def test_a_second_proof_can_be_added_until_the_totals_are_opened(
    app: Flask, counting: Threshold, is_opened: Callable[[timedelta], bool]
) -> None:
    with app.app_context(), transaction(write=True):
        counting.give(0, proved=False)
        counting.give(1, proved=False)
        before = queries.part_of(counting.vote_id, "V", 1)
        assert before is not None
        body = before.body
        part, other = counting.part(0), counting.part(1)
        for second in (other.second, "x", {}, [part.second]):
            with pytest.raises(Refused, match="part of trustee 1 is refused"):
                operations.accept_partial(counting.trustee(0), counting.vote, "V", 1, part.raw, counting.now, second)
        assert (before.second_proof, before.body) == ("", body)
        counting.give(0)
        assert (bool(before.second_proof), before.body) == (True, body)
        assert proof_queries.waits_until(counting.vote, "V") is not None
        counting.give(1)
        assert proof_queries.waits_until(counting.vote, "V") is None
    assert is_opened(timedelta())


def test_a_part_with_a_wrong_second_proof_is_refused_its_trustee_named_and_nothing_kept(
    app: Flask, counting: Threshold
) -> None:
    with app.app_context(), transaction(write=True):
        part, other = counting.part(0), counting.part(0)
        with pytest.raises(Refused) as refused:
            operations.accept_partial(counting.trustee(0), counting.vote, "V", 1, part.raw, counting.now, other.raw)
        assert refused.value.facts["owner"] == 1
        assert isinstance(part.second, dict)
        second = part.second | {"response": "7"}
        with pytest.raises(Refused) as refused:
            operations.accept_partial(counting.trustee(0), counting.vote, "V", 1, part.raw, counting.now, second)
        assert "the second proof does not hold" in str(refused.value)
        assert queries.parts(counting.vote_id, "V") == []


def test_a_second_proof_that_was_altered_where_it_is_kept_stops_the_count(app: Flask, counting: Threshold) -> None:
    with app.app_context(), transaction(write=True):
        counting.give(0)
        counting.give(1)
        one, other = queries.parts(counting.vote_id, "V")
        one.second_proof = other.second_proof
        tally = queries.tally_of(counting.vote_id, "V")
        assert tally is not None
        with pytest.raises(Malformed, match="second proof does not hold"):
            operations.opened_totals(counting.vote, tally)


def test_a_part_is_lost_only_where_the_others_do_not_suffice(app: Flask, counting: Threshold) -> None:
    with app.app_context(), transaction(write=True):
        counting.give(0)
        for place, lost in ((1, set()), (2, set(counting.members[1:]))):
            db.session.execute(db.delete(Appointment).where(Appointment.member_id == counting.members[place]))
            assert queries.shares_lost(counting.vote) == lost
