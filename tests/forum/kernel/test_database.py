"""Transactions: all or nothing, and what follows a commit."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask
from sqlalchemy import event
from sqlalchemy.orm import Session

from forum.kernel import database
from forum.kernel.database import db, on_commit, transaction, write_together
from forum.kernel.errors import Refused
from forum.roll.models import Council


class HalfWay(Exception):
    """What goes wrong in the middle of a write."""


def names(app: Flask) -> list[str]:
    with transaction(write=False) as session:
        return list(session.scalars(db.select(Council.name)))


def test_a_failed_write_leaves_nothing_and_tells_nobody(app: Flask) -> None:
    told: list[str] = []

    def write_and_fail() -> None:
        with transaction(write=True) as session:
            session.add(Council(name="half done"))
            session.flush()
            on_commit(lambda: told.append("x"))
            raise HalfWay

    with app.app_context():
        with pytest.raises(HalfWay):
            write_and_fail()
        assert names(app) == []
    assert told == []


def test_what_waits_for_the_commit_runs_after_it(app: Flask) -> None:
    seen: list[list[str]] = []
    with app.app_context(), transaction(write=True) as session:
        session.add(Council(name="Lakes"))
        on_commit(lambda: seen.append(names(app)))
    assert seen == [["Lakes"]]


def test_a_read_cannot_write(app: Flask) -> None:
    with app.app_context(), transaction(write=False) as session:
        session.add(Council(name="sly"))
        with pytest.raises(RuntimeError):
            session.flush()


def test_a_failure_after_the_commit_is_logged_and_holds_up_nothing(app: Flask) -> None:
    told: list[str] = []

    def fail() -> None:
        raise HalfWay

    app.testing = False
    with app.app_context():
        with transaction(write=True) as session:
            session.add(Council(name="Lakes"))
            on_commit(fail)
            on_commit(lambda: told.append("x"))
        assert names(app) == ["Lakes"]
    assert told == ["x"]


def test_a_read_cannot_be_opened_inside_a_write(app: Flask) -> None:
    with app.app_context(), transaction(write=True) as session:
        session.add(Council(name="Lakes"))
        session.flush()
        with pytest.raises(RuntimeError):
            names(app)
        assert list(session.scalars(db.select(Council.name))) == ["Lakes"]


def add_together(app: Flask, name: str) -> str:
    def add() -> str:
        db.session.add(Council(name=name))
        db.session.flush()
        if name.startswith("bad"):
            raise Refused("No such council.")
        return f"added {name}"

    with app.app_context():
        return write_together(add)


def test_what_one_is_refused_for_undoes_nothing_of_another(app: Flask) -> None:
    with ThreadPoolExecutor(8) as people:
        asked = {name: people.submit(add_together, app, name) for name in ("Lakes", "bad", "Plains", "Coast")}
    with pytest.raises(Refused, match="No such council"):
        asked.pop("bad").result()
    assert [each.result() for each in asked.values()] == [f"added {name}" for name in asked]
    with app.app_context():
        assert sorted(names(app)) == ["Coast", "Lakes", "Plains"]


def test_everybody_who_waits_shares_one_commit(app: Flask) -> None:
    commits: list[object] = []
    with app.app_context():
        event.listen(db.engine, "commit", commits.append)
    with ThreadPoolExecutor(12) as people:
        with database._turn:  # somebody else is writing until all have come
            asked = [people.submit(add_together, app, "Council 0")]
            wait_until(lambda: database._together.seat.locked() and not database._together.waiting)
            asked += [people.submit(add_together, app, f"Council {n}") for n in range(1, 12)]
            wait_until(lambda: len(database._together.waiting) == 11)
        assert len([each.result() for each in asked]) == 12
    assert len(commits) == 2
    with app.app_context():
        assert len(names(app)) == 12


def test_nobody_is_answered_before_the_commit(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_session: object) -> None:
        raise OSError("the disk is full")

    monkeypatch.setattr(Session, "commit", fail)
    with pytest.raises(OSError, match="disk is full"):
        add_together(app, "Lakes")
    monkeypatch.undo()
    with app.app_context():
        assert names(app) == []


def wait_until(holds: Callable[[], bool]) -> None:
    until = time.monotonic() + 10
    while not holds():
        assert time.monotonic() < until
        time.sleep(0.005)
