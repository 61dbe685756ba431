"""What is kept for every reader holds until somebody writes, and holds nothing of whoever read first."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from flask import Flask, g, render_template_string, session
from flask_babel import force_locale
from markupsafe import Markup
from sqlalchemy import create_engine, text

from forum.kernel import kept as kept_module
from forum.kernel.database import db, transaction
from forum.kernel.doors import VISITOR, Actor
from forum.kernel.kept import kept, still, this_minute
from forum.roll.models import Council
from tests.conftest import NOW

READER = Actor(member_id=7, name="Marta Quill", local_id=3, standing="good", office="host", timezone="America/Chicago")
asked: list[object] = []
alone = pytest.mark.sqlite_alone  # PostgreSQL forgets, too, when its other databases are written to


@kept
def councils(word: str = "") -> tuple[str, ...]:
    asked.append(word)
    return tuple(db.session.scalars(db.select(Council.name).order_by(Council.id)))


@kept
def reader() -> Actor:
    asked.append(None)
    person: Actor = g.actor
    return person


@kept
def form() -> Markup:
    asked.append(None)
    return Markup(render_template_string("{{ csrf_token() }}"))


@kept
def forms() -> list[Markup]:
    return [form()]


@pytest.fixture(autouse=True)
def _in_a_request(app: Flask) -> Iterator[None]:
    asked.clear()
    with app.test_request_context():
        g.actor = READER
        yield


def read(part: Callable[..., object] = councils, *args: str) -> object:
    with transaction(write=False):
        return part(*args)


def found(name: str) -> None:
    with transaction(write=True) as session:
        session.add(Council(name=name))


@alone
def test_what_is_kept_is_asked_once() -> None:
    assert [read(), read()] == [(), ()]
    assert len(asked) == 1


def test_a_write_of_this_process_is_seen_at_once() -> None:
    for name in ("Lakes", "Coast"):
        read()
        found(name)
        assert name in read()  # type: ignore[operator]


def test_a_write_of_another_process_is_seen_at_once() -> None:
    stranger = create_engine(db.engine.url)
    found("Lakes")
    assert read() == ("Lakes",)
    with stranger.begin() as connection:
        connection.execute(text("UPDATE councils SET name = 'Coast'"))
    assert read() == ("Coast",)
    stranger.dispose()


def test_what_was_undone_was_never_kept() -> None:
    def write_and_fail() -> None:
        with transaction(write=True) as session:
            session.add(Council(name="Lakes"))
            session.flush()
            assert councils() == ("Lakes",)
            raise ArithmeticError

    read()
    with pytest.raises(ArithmeticError):
        write_and_fail()
    assert read() == ()


def test_a_reader_who_came_before_a_write_leaves_nothing_old_to_those_after(app: Flask) -> None:
    found("Lakes")
    with transaction(write=False) as early:
        early.scalar(db.select(Council.id))  # this reader sees the database as it is now
        with app.app_context():
            found("Coast")
            assert read() == ("Lakes", "Coast")
        councils()
    with app.app_context():
        assert read() == ("Lakes", "Coast")
    assert read() == ("Lakes", "Coast")


@alone
def test_each_argument_language_zone_and_kind_of_reader_has_its_own() -> None:
    read(councils, "a")
    read(councils, "b")
    assert asked == ["a", "b"]
    asked.clear()
    for person in (READER, VISITOR, Actor(member_id=8), Actor(member_id=9, timezone="Europe/Paris")):
        g.actor = person
        read(reader)
    with force_locale("fr"):
        read(reader)
    assert len(asked) == 4  # two members of one zone share theirs


def test_nobody_in_particular_reads_what_is_kept_for_everybody() -> None:
    assert read(reader) == Actor(member_id=-1, timezone="America/Chicago")
    assert g.actor is READER
    g.actor = VISITOR
    assert read(reader) == Actor(timezone="")


@alone
def test_a_form_that_is_kept_has_each_reader_s_own_token() -> None:
    tokens = []
    for _reader in range(2):
        session.clear()
        g.pop("csrf_token", None)
        tokens.append(read(form))
        assert render_template_string("{{ csrf_token() }}") == tokens[-1] == read(form)
    assert len(set(tokens)) == 2
    assert len(asked) == 1


def test_a_token_is_kept_in_nothing_else_than_markup() -> None:
    own = render_template_string("{{ csrf_token() }}")
    with pytest.raises(RuntimeError, match="form"):
        read(forms)
    assert render_template_string("{{ csrf_token() }}") == own
    assert g.actor is READER


@alone
def test_a_connection_keeps_no_more_than_a_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept_module, "MOST", 3)
    for word in "abcd":
        read(councils, word)
    with transaction(write=False):
        assert len(kept_module._memory()) == 1


def test_a_row_that_is_still_outlives_its_transaction_and_cannot_be_changed() -> None:
    found("Lakes")
    with transaction(write=False) as session:
        council = still(session.scalars(db.select(Council)).one())
    assert council.name == "Lakes"
    with pytest.raises(AttributeError):
        council.name = "Coast"


def test_a_minute_begins_with_its_first_second() -> None:
    assert this_minute(NOW + timedelta(seconds=59, microseconds=9)) == NOW
    assert this_minute(NOW + timedelta(seconds=60)) != NOW
