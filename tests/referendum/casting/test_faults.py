"""What fails under the box (T2, T3): the disk is full, or read-only, or the n-th call to the database fails.

Whoever was told "recorded" is in the box once; whoever was not may send the same bytes again.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event
from sqlalchemy.exc import OperationalError
from werkzeug.test import TestResponse

from forum.kernel import clock
from forum.kernel.database import db, transaction
from referendum.casting import box_operations, jobs, rules
from referendum.casting.models import Arrival, BoxBatch, BoxedBallot
from referendum.process.models import Vote
from tests.build_votes import Ballots, make_vote
from tests.people import Cast

Send = Callable[[int], TestResponse]


@pytest.fixture
def ballots(app: Flask, cast: Cast) -> Ballots:
    with app.app_context(), transaction(write=True):
        made = make_vote(cast, now=clock.now(), voters=4)
        db.session.flush()
        db.session.expunge_all()
        return made


@pytest.fixture
def send(app: Flask, ballots: Ballots, monkeypatch: pytest.MonkeyPatch) -> Send:
    """Cast the pair of a voter; the same bytes each time. The job that checks it is left to run later."""
    monkeypatch.setattr("forum.kernel.jobs._send", lambda _name, _payload: None)
    pairs = [ballots.pair(voter) for voter in range(4)]

    def sent(voter: int) -> TestResponse:
        body = {"v": pairs[voter].v.decode(), "c": pairs[voter].c.decode()}
        return app.test_client().post(f"/booth/{ballots.vote.public_id}/cast", json=body)

    return sent


def waiting(app: Flask) -> list[str]:
    with app.app_context(), transaction(write=False) as session:
        return list(session.scalars(db.select(Arrival.v_tracker).order_by(Arrival.sequence)))


def assert_not_stored(answer: TestResponse) -> None:
    assert answer.status_code == 503
    assert answer.json
    assert answer.json["state"] == "refused"
    assert "cannot store anything" in answer.json["reason"]


def assert_goes_on(app: Flask, send: Send) -> None:
    """The first voter's acknowledged pair is there still, the second's is taken now."""
    assert [send(voter).status_code for voter in (0, 1)] == [200, 200]
    assert len(waiting(app)) == 2


@contextmanager
def opened_with(app: Flask, statement: str) -> Iterator[None]:
    """Every connection of these lines begins with this statement."""
    with app.app_context():
        engine = db.engine

    def begin(connection: Any, *_: object) -> None:
        connection.cursor().execute(statement)
        connection.commit()

    event.listen(engine, "connect", begin)
    engine.dispose()
    try:
        yield
    finally:
        event.remove(engine, "connect", begin)
        engine.dispose()


@pytest.mark.sqlite_alone
def test_on_a_full_disk_nothing_is_acknowledged_and_nothing_is_lost(app: Flask, send: Send) -> None:
    assert send(0).status_code == 200
    with opened_with(app, "PRAGMA max_page_count = 1"):  # not one page more than there is
        assert_not_stored(send(1))
        assert_not_stored(send(1))
    assert len(waiting(app)) == 1
    assert_goes_on(app, send)


def test_where_the_server_s_disk_is_full_nothing_is_acknowledged_and_nothing_is_lost(app: Flask, send: Send) -> None:
    with app.app_context():
        if db.engine.dialect.name != "postgresql":
            return  # the disk of a SQLite database is filled above
        assert send(0).status_code == 200
        with db.engine.begin() as connection:
            connection.exec_driver_sql(
                "CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
                " RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = 'disk_full'; END $$;"
                " CREATE TRIGGER full_disk BEFORE INSERT ON arrivals EXECUTE FUNCTION full_disk()"
            )
        try:
            assert_not_stored(send(1))
        finally:
            with db.engine.begin() as connection:
                connection.exec_driver_sql("DROP FUNCTION full_disk CASCADE")
    assert_goes_on(app, send)


def test_a_database_that_takes_no_writes_is_told_to_the_voter(app: Flask, send: Send) -> None:
    assert send(0).status_code == 200
    with app.app_context():
        sqlite = db.engine.dialect.name == "sqlite"
    with opened_with(app, "PRAGMA query_only = ON" if sqlite else "SET default_transaction_read_only = on"):
        assert_not_stored(send(1))
    assert len(waiting(app)) == 1
    assert_goes_on(app, send)


class Fault:
    """The n-th call to the database fails, a statement before it runs or a commit before it is done."""

    def __init__(self, place: int) -> None:
        self.place, self.calls = place, 0

    @property
    def struck(self) -> bool:
        return self.calls >= self.place

    def __call__(self, *_: object) -> None:
        self.calls += 1
        if self.calls == self.place:
            raise OperationalError("the n-th call", None, OSError("the disk failed"))


@contextmanager
def failing(app: Flask, place: int) -> Iterator[Fault]:
    fault = Fault(place)
    with app.app_context():
        engine = db.engine
    for name in ("before_cursor_execute", "commit"):
        event.listen(engine, name, fault)
    try:
        yield fault
    finally:
        for name in ("before_cursor_execute", "commit"):
            event.remove(engine, name, fault)


def test_whatever_call_fails_a_pair_is_stored_whole_and_acknowledged_or_neither(app: Flask, send: Send) -> None:
    assert send(0).status_code == 200
    for place in range(1, 100):
        with failing(app, place) as fault:
            answer = send(1)
        there = len(waiting(app)) == 2
        if not fault.struck:
            assert (answer.status_code, there) == (200, True)
            break
        assert_not_stored(answer)
        assert not there
    assert place > 5, "each statement and the commit have failed once"


def test_a_commit_that_was_done_though_its_answer_was_lost_is_settled_by_the_same_bytes(
    app: Flask, send: Send, monkeypatch: pytest.MonkeyPatch
) -> None:
    with app.app_context():
        dialect = db.engine.dialect
    commit = dialect.do_commit

    def lose_the_answer(connection: Any) -> None:
        commit(connection)
        raise OperationalError("COMMIT", None, OSError("the connection was lost"))

    monkeypatch.setattr(dialect, "do_commit", lose_the_answer)
    assert_not_stored(send(0))
    monkeypatch.setattr(dialect, "do_commit", commit)
    assert send(0).status_code == 200
    assert len(waiting(app)) == 1


def test_whatever_call_fails_while_ballots_are_checked_and_boxed_each_is_in_one_place(
    app: Flask, ballots: Ballots, send: Send, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rules, "SMALLEST_BATCH", 1)
    monkeypatch.setattr(box_operations, "PART", 1)
    trackers = sorted(str(send(voter).json["trackers"]["v"]) for voter in (0, 1))  # type: ignore[index]
    for place in range(1, 200):
        with failing(app, place) as fault, app.app_context():
            try:
                jobs.check_waiting(ballots.vote.id)
            except OperationalError:
                assert fault.struck
        boxed, published = in_the_box(app)
        assert sorted({*waiting(app), *boxed}) == trackers
        assert len(boxed) == len(set(boxed))
        assert published == (2 if len(boxed) == 2 and published else 0), "a batch is published whole"
        if not fault.struck:
            break
    assert (sorted(boxed), published, waiting(app)) == (trackers, 2, [])


def test_whatever_call_fails_while_the_box_is_sealed_it_is_sealed_whole_or_as_before(
    app: Flask, ballots: Ballots, send: Send
) -> None:
    for voter in (0, 1):
        assert send(voter).status_code == 200
    with app.app_context():
        jobs.check_waiting(ballots.vote.id)
    for place in range(1, 200):
        with failing(app, place) as fault, app.app_context():
            try:
                with transaction(write=True) as session:
                    vote = session.get_one(Vote, ballots.vote.id)
                    box_operations.seal_box(vote, now=vote.closes_at + timedelta(minutes=1))
            except OperationalError:
                assert fault.struck
        if not fault.struck:
            break
        assert (in_the_box(app), len(waiting(app))) == (([], 0), 2)
    boxed, published = in_the_box(app)
    assert (len(set(boxed)), published, waiting(app)) == (2, 2, [])


def in_the_box(app: Flask) -> tuple[list[str], int]:
    """The trackers of the boxed votes, and how many the published batches speak of."""
    with app.app_context(), transaction(write=False) as session:
        boxed = session.scalars(db.select(BoxedBallot.tracker).where(BoxedBallot.archive == "V")).all()
        published = session.scalars(db.select(BoxBatch.ballots).where(BoxBatch.archive == "V")).all()
        return sorted(boxed), sum(published)
