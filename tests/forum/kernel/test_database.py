"""Transactions: all or nothing, and what follows a commit."""

import pytest
from flask import Flask

from forum.kernel.database import db, on_commit, transaction
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
