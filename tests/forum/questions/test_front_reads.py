"""What the front page asks of the database stays small, however many options and members there are."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Connection, event

from forum.kernel import clock
from forum.kernel.database import db, transaction
from forum.kernel.once import once_a_page
from forum.questions import option_operations
from tests.build_questions import make_question
from tests.people import Cast, actor, sign_in

pytestmark = pytest.mark.sqlite_alone
MOST_READS = 35
SCAN = re.compile(r"SCAN (members|option_seconds|arguments|posts|readings)\b")


@contextmanager
def noted(app: Flask) -> Iterator[tuple[list[str], list[str]]]:
    """Every statement, and every step of their plans."""
    statements: list[str] = []
    plans: list[str] = []

    def note(connection: Connection, _cursor: object, statement: str, parameters: Any, *_: object) -> None:
        statements.append(statement)
        if statement.startswith("SELECT"):
            raw = connection.connection.cursor()
            plans.extend(row[3] for row in raw.execute(f"EXPLAIN QUERY PLAN {statement}", parameters))
            raw.close()

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield statements, plans
    finally:
        event.remove(engine, "before_cursor_execute", note)


def test_the_front_page_asks_little_and_goes_through_no_long_table(app: Flask, cast: Cast) -> None:
    options = ("Accept", "Reject", "Wait", "Ask again", "Strike", "Arbitration")
    with app.test_request_context(), transaction(write=True):
        question = make_question(cast, state="debating", now=clock.now(), options=options)
        for option in question.options:
            option_operations.second_option(actor(cast.seconder), question, option, "1002", now=clock.now())
    client = sign_in(app, cast.member)
    client.get("/")
    with noted(app) as (statements, plans):
        assert client.get("/").status_code == 200
    assert len(statements) <= MOST_READS, statements
    assert [step for step in plans if SCAN.match(step)] == []


def test_what_was_read_once_is_read_anew_in_a_write_and_on_the_next_page(app: Flask, cast: Cast) -> None:
    asked: list[int] = []

    @once_a_page
    def read(number: int) -> int:
        asked.append(number)
        return number + 1

    with app.app_context():
        with transaction(write=False):
            assert [read(1), read(1), read(2)] == [2, 2, 3]
            with transaction(write=True):
                assert [read(1), read(1)] == [2, 2]
        with transaction(write=False):
            assert read(1) == 2
    assert asked == [1, 2, 1, 1, 1]
