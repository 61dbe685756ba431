"""The check of what waits, by several processes and by several jobs at once."""

from collections.abc import Callable

import pytest
from flask import Flask

from forum.kernel import clock
from forum.kernel.database import db, transaction
from referendum.casting import jobs, operations, queries
from referendum.casting.checking import Verdict, Waiting, check_pair
from referendum.casting.models import Arrival
from tests.build_ballots import pair_with_false_proofs
from tests.build_votes import Ballots, make_vote
from tests.people import Cast


@pytest.fixture
def ballots(app: Flask, cast: Cast) -> Ballots:
    with app.app_context(), transaction(write=True):
        made = make_vote(cast, now=clock.now(), voters=5)
        for voter in range(4):
            operations.cast_pair(made.vote, made.pair(voter), now=clock.now())
        operations.cast_pair(made.vote, pair_with_false_proofs(made, 4, archives="C"), now=clock.now())
        db.session.flush()
        db.session.expunge_all()
        return made


def states(app: Flask) -> list[tuple[str, bool]]:
    with app.app_context(), transaction(write=False) as session:
        rows = session.execute(db.select(Arrival.state, Arrival.c_set_aside).order_by(Arrival.sequence))
        return [(state, aside) for state, aside in rows]


def test_a_pool_of_processes_checks_what_waits(
    app: Flask, ballots: Ballots, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "WORTH_A_POOL", 5)
    with app.app_context():
        jobs.check_waiting(ballots.vote.id)
        assert queries.set_aside_count(ballots.vote.id, "C") == 1
    assert states(app) == [("checked", False)] * 4 + [("checked", True)]


def test_jobs_that_check_at_once_begin_at_different_places(
    app: Flask, ballots: Ballots, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "AT_ONCE", 2)
    with app.app_context():
        every = [pair.sequence for pair in map(_first_drawn(monkeypatch, ballots.vote.id), range(4))]
    assert every == sorted(set(every)), "each place from the first to the last but one may be drawn"


def _first_drawn(monkeypatch: pytest.MonkeyPatch, vote_id: int) -> Callable[[int], Waiting]:
    def at(place: int) -> Waiting:
        def drawn(below: int) -> int:
            assert below == 4
            return place

        monkeypatch.setattr("referendum.casting.jobs.secrets.randbelow", drawn)
        found = jobs._some_waiting(vote_id)
        assert len(found) == 2
        return found[0]

    return at


def test_however_many_wait_each_run_checks_some_and_goes_on_until_none_is_left(
    app: Flask, ballots: Ballots, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "AT_ONCE", 2)
    with app.app_context():
        jobs.check_waiting(ballots.vote.id)
    assert {state for state, _ in states(app)} == {"checked"}


def test_what_was_found_of_one_ballot_is_not_held_against_another_that_got_its_number(
    app: Flask, ballots: Ballots, monkeypatch: pytest.MonkeyPatch
) -> None:
    late = lambda pair: Verdict(pair.sequence, "of a ballot that is gone", "proof", "")  # noqa: E731
    checks = iter([late] * 5)
    monkeypatch.setattr(jobs, "check_pair", lambda pair: next(checks, check_pair)(pair))
    with app.app_context():
        jobs.check_waiting(ballots.vote.id)
    assert [state for state, _ in states(app)] == ["checked"] * 5
