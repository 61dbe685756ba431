"""Nobody learns from the sign-in pages who is on the roll: the same bytes, status, headers, queries for all."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from flask import Flask
from markupsafe import escape
from sqlalchemy import event

from forum.kernel.database import db, transaction
from forum.roll.queries import by_number
from forum.signin import letter_operations, operations, passwords
from forum.signin.models import Account, OneTimeCode
from tests.conftest import NOW
from tests.people import Cast

PEPPER = b"p" * 32
PAIRS = [("1001", "9001"), ("m1001@example.org", "x9001@example.org"), ("1001", "'; DROP TABLE members;--")]


@contextmanager
def counted(app: Flask) -> Iterator[list[str]]:
    statements: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        statements.append(re.sub(r"\s+", " ", statement))

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(engine, "before_cursor_execute", note)


@pytest.fixture
def quiet(open_forms: Flask, cast: Cast) -> Flask:
    """Jobs are only noted, as the job runner works apart from the pages."""
    open_forms.extensions["hustings_jobs"]["run"] = lambda _name, _payload: None
    with open_forms.app_context(), transaction(write=True):
        account = db.session.get_one(Account, cast.member)
        account.password_hash = passwords.make_hash("a lamp in the quiet yard")
    return open_forms


def walk(app: Flask, steps: list[tuple[str, dict[str, str]]], who: str) -> list[object]:
    """What a browser sees at each step, with what it typed itself and the form token masked."""
    client = app.test_client()
    seen: list[object] = []
    with app.app_context():
        db.engine.dispose()  # a new connection has kept nothing of the walk before
    for url, data in steps:
        with counted(app) as statements:
            sent = {name: value.replace("WHO", who) for name, value in data.items()}
            answer = client.post(url, data=sent) if data else client.get(url)
        headers = {name: value for name, value in answer.headers if name not in ("Set-Cookie", "Content-Length")}
        shown = answer.text.replace(str(escape(who)), "WHO")
        shown = re.sub(r'name="csrf[-_]token" (?:content|value)="[^"]+"|<time.*?</time>', "", shown)
        seen.append((answer.status_code, headers, shown, statements))
    return seen


BY_CODE = [("/sign-in/code/new", {"who": "WHO"}), ("/sign-in/code", {}), ("/sign-in/code", {"code": "1234 5678"})]
BY_PASSWORD = [("/sign-in/password", {"who": "WHO", "password": "not the right one"})]
BY_MAIL = [("/activate", {"number": "WHO", "how": "mail"}), ("/activate/code", {}),
           ("/activate/code", {"code": "12345678", "password": "a lamp in the yard"})]  # fmt: skip
BY_LETTER = [("/activate", {"number": "WHO", "how": "letter"}), ("/activate/code", {}),
             ("/activate/code", {"code": "ABCD EFGH JKLM NPQR", "password": "a lamp in the yard"})]  # fmt: skip


@pytest.mark.parametrize(
    "steps", [BY_CODE, BY_PASSWORD, BY_MAIL, BY_LETTER], ids=["code", "password", "mail", "letter"]
)
@pytest.mark.parametrize(("known", "unknown"), PAIRS)
def test_known_and_unknown_are_answered_alike(
    quiet: Flask, cast: Cast, steps: list[tuple[str, dict[str, str]]], known: str, unknown: str
) -> None:
    assert walk(quiet, steps, known) == walk(quiet, steps, unknown)


def test_a_member_without_a_password_costs_a_hash_too(
    quiet: Flask, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    hashed: list[str] = []
    verify = passwords._verify
    monkeypatch.setattr(
        passwords, "_verify", lambda stored, password: hashed.append(stored) or verify(stored, password)
    )
    for who in ("1001", "1002", "nobody"):
        quiet.test_client().post("/sign-in/password", data={"who": who, "password": "not the right one"})
    assert len(hashed) == 3
    assert all(each.startswith("$argon2id$v=19$m=19456,t=2,p=1$") for each in hashed)


def test_the_row_of_an_unknown_person_looks_like_any_other(ground: Flask, cast: Cast) -> None:
    for identity in ("number:1001", "number:9001"):
        operations.ask_for_code(identity, now=NOW, pepper=PEPPER)
    known, unknown = db.session.scalars(db.select(OneTimeCode).order_by(OneTimeCode.id))
    assert (known.member_id, unknown.member_id) == (None, None)
    assert len(known.code_hash) == len(unknown.code_hash) == 64
    assert "1001" not in known.key


def test_no_code_is_stored_as_it_was_sent(ground: Flask, cast: Cast) -> None:
    member = by_number("1001")
    assert member is not None
    member.email = ""
    (letter,) = letter_operations.draw_letters(None, now=NOW, pepper=PEPPER)
    (row,) = db.session.scalars(db.select(OneTimeCode))
    assert letter.code.replace(" ", "") not in (row.code_hash, row.key)
