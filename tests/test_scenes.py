"""Scenes stand as the operations would have made them, and are made by the operations where anything may differ."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC
from pathlib import Path

import pytest
from flask import Flask
from structlog.testing import capture_logs

from forum.kernel import clock
from forum.kernel.database import Base, db, transaction
from forum.questions.models import Question
from tests import scenes
from tests.build_questions import make_question
from tests.conftest import NOW, House
from tests.people import Cast, make_cast

Rows = dict[str, list[tuple[object, ...]]]


@pytest.fixture
def debating(house: House, empty_database: Path) -> Callable[..., Rows]:
    """Builds a question from the empty database, and gives every row that stands then."""

    def build(*, meanwhile: Callable[[], object] = lambda: None) -> Rows:
        app = house.ready(empty_database)
        with app.test_request_context(), _begun(app), transaction(write=True):
            cast = make_cast()
            meanwhile()
            question = make_question(cast, state="debating", now=NOW)
            assert question.options[0].title == "Accept"
            return _rows()

    return build


@contextmanager
def _begun(app: Flask) -> Iterator[None]:
    scenes.begin(app, db.engine)
    yield
    db.session.remove()
    db.engine.dispose()


def _rows() -> Rows:
    found = {table.name: db.session.execute(table.select()).all() for table in Base.metadata.sorted_tables}
    return {name: sorted((tuple(row) for row in rows), key=repr) for name, rows in found.items()}


def _sizes(rows: Rows) -> dict[str, int]:
    return {name: len(found) for name, found in rows.items()}


def test_what_is_put_back_is_what_was_built(debating: Callable[..., Rows]) -> None:
    assert debating() == debating()


def test_after_any_other_write_the_operations_build_it(debating: Callable[..., Rows]) -> None:
    put_back = debating()
    built = debating(meanwhile=lambda: db.session.execute(db.delete(Question)))
    assert built["questions"] != put_back["questions"]
    assert _sizes(built) == _sizes(put_back)


def test_a_changed_function_a_read_log_and_another_clock_have_it_built(
    debating: Callable[..., Rows], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    put_back = debating()
    with capture_logs():
        assert debating()["questions"] != put_back["questions"]
    clock.follow(tmp_path / "ahead")
    assert debating()["questions"] != put_back["questions"]
    clock.follow(None)
    assert debating() == put_back
    monkeypatch.setattr("tests.conftest.NOW", NOW.astimezone(UTC))
    assert debating()["questions"] != put_back["questions"]


def test_what_was_rolled_back_is_not_taken_to_stand(ground: Flask, cast: Cast) -> None:
    make_question(cast, state="debating", now=NOW)
    assert scenes.stage.known()
    db.session.rollback()
    assert not scenes.stage.known()
