"""T16: nothing that is stored, logged or answered joins a ballot to a person, a device, a moment or a place in line."""

import json
import logging
import random
import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete

from forum.kernel import clock
from forum.kernel.audit import AuditEntry
from forum.kernel.database import Base, db, transaction
from forum.roll.models import Member
from forum.signin.models import Device
from referendum.casting.box_operations import seal_box
from referendum.casting.models import BoxedBallot
from referendum.crypto.credentials import public_of
from referendum.process.models import Vote
from tests.build_votes import Ballots, make_vote
from tests.conftest import NOW, empty_postgresql
from tests.people import Cast, make_cast, sign_in

WALLED = (
    "votes", "electorates", "public_credentials", "arrivals", "boxed_ballots", "set_aside_ballots", "box_batches",
    "box_states",
)  # fmt: skip
Casting = tuple[int, int, int]
"""Who sits at the machine, which voter's code is typed, which option is chosen."""


def vote(app: Flask, ballots: Ballots, browser: FlaskClient, voter: int, choice: int) -> dict[str, str]:
    pair = ballots.pair(voter, choice, (voter % 2,))
    body = {"v": pair.v.decode(), "c": pair.c.decode()}
    answer = browser.post(f"/booth/{ballots.vote.public_id}/cast", json=body)
    assert answer.status_code == 200, answer.json
    return dict(answer.json["trackers"]) if answer.json else {}


def open_vote(app: Flask, cast: Cast) -> Ballots:
    with app.app_context(), transaction(write=True):
        made = make_vote(cast, now=clock.now(), voters=4)
        db.session.flush()
        db.session.expunge_all()
        return made


def rows(app: Flask) -> dict[str, list[str]]:
    """Every row of every table in the order in which it lies there."""
    with app.app_context(), transaction(write=False) as session:
        return {
            table.name: [repr(tuple(row)) for row in session.execute(db.select(table))]
            for table in Base.metadata.sorted_tables
        }


PLAIN = (
    (re.compile(r'\{"election_uuid.*?\}(?=[\'"])', re.DOTALL), "BALLOT"),
    (re.compile(r"datetime\([^)]*\)|\d{4}-\d\d-\d\d[ T][\d:.+]*\d"), "TIME"),
    (re.compile(r"[0-9a-f]{32,}|\d{30,}|[A-Za-z0-9+/_-]{14,}=*"), "RANDOM"),
)


def plain(row: str) -> str:
    """A row without what is drawn at random or encrypted, and without the clock's reading."""
    for pattern, word in PLAIN:
        row = pattern.sub(word, row)
    return row


def world(
    app: Flask, castings: list[Casting], caplog: pytest.LogCaptureFixture
) -> tuple[dict[str, list[str]], list[str]]:
    """A whole vote from an empty database: what is stored at its end, and what was logged."""
    random.seed(7)  # builders draw the question's number
    with app.app_context():
        db.session.remove()
        if db.engine.dialect.name == "postgresql":
            empty_postgresql(db.engine)
        with transaction(write=True) as session:
            for table in reversed(Base.metadata.sorted_tables):
                session.execute(delete(table))
            cast = make_cast()
    people = {each: sign_in(app, each) for each in (cast.member, cast.seconder, cast.retired, cast.elsewhere)}
    ballots = open_vote(app, cast)
    caplog.clear()
    for place, voter, choice in castings:
        vote(app, ballots, list(people.values())[place], voter, choice)
    with app.app_context(), transaction(write=True) as session:
        seal_box(session.get_one(Vote, ballots.vote.id), now=clock.now())
    stored = {name: [plain(row) for row in lines] for name, lines in rows(app).items()}
    return stored, [plain(record.getMessage()) for record in caplog.records]


@pytest.mark.parametrize(
    "other",
    [
        [(0, 0, 1), (1, 1, 0), (2, 2, 0), (3, 3, 1)],
        [(3, 3, 1), (2, 2, 0), (1, 1, 1), (0, 0, 0)],
        [(1, 0, 0), (1, 1, 1), (1, 2, 0), (1, 3, 1)],
    ],
    ids=["two votes swapped", "the other order", "all from one machine"],
)
def test_two_worlds_are_the_same_in_everything_but_ciphertext(
    app: Flask, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str], other: list[Casting]
) -> None:
    one = world(app, [(0, 0, 0), (1, 1, 1), (2, 2, 0), (3, 3, 1)], caplog)
    said = plain(capfd.readouterr().out)
    two = world(app, other, caplog)
    assert [name for name in two[0] if two[0][name] != one[0][name]] == []
    assert two[1] == one[1]
    assert plain(capfd.readouterr().out) == said


def test_the_eye_of_this_test_sees_a_member_a_moment_and_an_order() -> None:
    assert plain("('kQ3f9c0aBcDeFgHi12', 7, 'V')") != plain("('kQ3f9c0aBcDeFgHi12', 8, 'V')")
    assert plain("('abcdefabcdefabcdefabcdefabcdefab',)") == plain("('0123456789abcdef0123456789abcdef',)")


def test_the_public_record_lies_in_the_order_of_its_hashes(app: Flask, cast: Cast) -> None:
    ballots = open_vote(app, cast)
    for voter in (2, 0, 3, 1):
        vote(app, ballots, app.test_client(), voter, voter % 2)
    with app.app_context(), transaction(write=True) as session:
        seal_box(session.get_one(Vote, ballots.vote.id), now=clock.now())
    with app.app_context(), transaction(write=False) as session:
        for archive in ("V", "C"):
            lying = list(session.scalars(db.select(BoxedBallot.hash).where(BoxedBallot.archive == archive)))
            assert len(lying) == 4
            assert lying == sorted(lying)
        assert not session.execute(db.text("SELECT * FROM arrivals")).all()


def test_no_column_behind_the_wall_leads_to_a_person_by_any_path() -> None:
    """From the box no chain of references reaches a person, a local or a device, except through the question."""
    tables = Base.metadata.tables
    reached, open_ends = set(), [name for name in WALLED if name not in ("votes", "electorates")]
    while open_ends:
        name = open_ends.pop()
        if name in reached or name in ("questions", "options"):
            continue
        reached.add(name)
        open_ends += [key.column.table.name for key in tables[name].foreign_keys]
    assert reached <= set(WALLED)
    pointing = {
        table.name for table in tables.values() for key in table.foreign_keys if key.column.table.name in reached
    }
    box = {"arrivals", "boxed_ballots", "set_aside_ballots", "box_batches", "box_states", "public_credentials"}
    assert not [
        (table.name, key.parent.name) for table in tables.values() for key in table.foreign_keys
        if key.column.table.name in box
    ]  # fmt: skip
    assert pointing


def canaries(ballots: Ballots, app: Flask) -> list[str]:
    """Everything that a log may never hold: codes, credentials, numbers, names, addresses, ciphertexts."""
    secret = [*ballots.codes, ballots.spare]
    secret += [public_of(code, uuid) for code in ballots.codes for uuid in (ballots.vote.uuid_v, ballots.vote.uuid_c)]
    with app.app_context(), transaction(write=False) as session:
        for member in session.scalars(db.select(Member)):
            member_words = (member.name, member.email, member.public_id)
            secret += [each for each in member_words if each]
    return secret


def test_casting_well_badly_and_into_a_failure_logs_nothing_of_the_voter(
    app: Flask, cast: Cast, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    app.config["RAISE_FAILURES"] = False
    ballots = open_vote(app, cast)
    browser = sign_in(app, cast.member)
    path = f"/booth/{ballots.vote.public_id}/cast"
    with caplog.at_level(logging.INFO):
        trackers = vote(app, ballots, browser, 0, 1)
        browser.get("/tracker", query_string={"tracker": trackers["v"]})
        again = ballots.pair(0, 0)
        assert browser.post(path, json={"v": again.v.decode(), "c": again.c.decode()}).status_code == 403
        assert browser.post(path, json={"v": again.v.decode()[:-1], "c": ballots.codes[1]}).status_code < 500
        with app.app_context(), db.engine.begin() as connection:
            connection.exec_driver_sql("ALTER TABLE arrivals RENAME COLUMN c_set_aside TO gone")
        fresh = ballots.pair(1, 0)
        assert browser.post(path, json={"v": fresh.v.decode(), "c": fresh.c.decode()}).status_code == 503
        with app.app_context(), db.engine.begin() as connection:
            connection.exec_driver_sql("ALTER TABLE arrivals RENAME COLUMN gone TO c_set_aside")
        monkeypatch.undo()
    logged = "".join(capfd.readouterr()) + caplog.text
    assert "could not be written to" in logged
    assert not [each for each in canaries(ballots, app) if each in logged]
    bodies = (again.v.decode(), fresh.v.decode())
    assert not [each for each in (*trackers.values(), *(part for body in bodies for part in numbers_of(body)))
                if each in logged]  # fmt: skip


def numbers_of(body: str) -> Iterator[str]:
    """The long numbers of a ballot: its ciphertexts, proofs, credential."""
    yield from re.findall(r'"(\d{40,})"', body)


def test_a_database_s_own_words_do_not_reach_the_log(
    app: Flask, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its errors repeat whole rows: a name, an address, a credential."""
    app.config["RAISE_FAILURES"] = False

    def ask(tracker: str) -> None:
        db.session.execute(db.text("SELECT :tracker, :name FROM nowhere"), {"tracker": tracker, "name": "Canary"})

    monkeypatch.setattr("referendum.casting.queries.whereabouts", ask)
    assert app.test_client().get("/tracker?tracker=canary" + "a" * 37).status_code == 500
    logged = capfd.readouterr().out
    assert "OperationalError" in logged or "ProgrammingError" in logged
    assert "test_secrecy.py" in logged
    assert "canary" not in logged.lower()


def test_the_booth_answers_everybody_alike_and_sets_no_cookie(app: Flask, cast: Cast) -> None:
    ballots = open_vote(app, cast)
    pages = set()
    for browser in (app.test_client(), sign_in(app, cast.member), sign_in(app, cast.officer)):
        page = browser.get(f"/booth/{ballots.vote.public_id}")
        assert page.status_code == 200
        assert "Set-Cookie" not in page.headers
        pages.add(page.get_data())
        tracked = browser.get("/tracker?tracker=abcdefghijk").get_data(as_text=True)
        assert not [name for name in ("Marta Quill", "Officer 1") if name in tracked]
    assert len(pages) == 1
    pair = ballots.pair(0)
    for browser in (sign_in(app, cast.member), app.test_client()):
        sent = browser.post(
            f"/booth/{ballots.vote.public_id}/cast", json={"v": pair.v.decode(), "c": pair.c.decode()}
        )
        assert sent.status_code == 200
        assert "Set-Cookie" not in sent.headers


def test_casting_touches_no_row_outside_the_box(app: Flask, cast: Cast) -> None:
    ballots = open_vote(app, cast)
    browser = sign_in(app, cast.member)
    with app.app_context(), transaction(write=True) as session:
        session.execute(db.update(Device).values(seen_at=clock.now() - timedelta(hours=2)))
    before = rows(app)
    browser.get(f"/booth/{ballots.vote.public_id}")
    trackers = vote(app, ballots, browser, 0, 0)
    browser.get("/tracker", query_string={"tracker": trackers["v"]})
    after = rows(app)
    assert {name for name in after if after[name] != before[name]} == {"arrivals"}


def test_the_queue_is_told_only_which_vote(app: Flask, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    ballots = open_vote(app, cast)
    queued: list[tuple[str, dict[str, object]]] = []
    monkeypatch.setattr("forum.kernel.jobs._send", lambda name, payload: queued.append((name, payload)))
    vote(app, ballots, app.test_client(), 0, 0)
    assert queued == [("referendum.casting.jobs.check_waiting", {"vote_id": ballots.vote.id})]


def test_the_box_acts_in_the_audit_log_without_a_person(app: Flask, cast: Cast) -> None:
    ballots = open_vote(app, cast)
    for voter in range(3):
        vote(app, ballots, sign_in(app, cast.member), voter, 0)
    with app.app_context(), transaction(write=True) as session:
        seal_box(session.get_one(Vote, ballots.vote.id), now=NOW)
    with app.app_context(), transaction(write=False) as session:
        entries = session.scalars(db.select(AuditEntry)).all()
        assert [each.act for each in entries] == ["write_batch"]
        body = json.loads(entries[0].body)
        assert (body["actor"], entries[0].office, set(body["facts"])) == (None, "box", {"batch", "votes"})
