"""Locals founded after the charge: an import brings them, the charge reaches them, and the floor counts them."""

from datetime import datetime, timedelta

import pytest
from flask import Flask

from forum.halls import operations, queries
from forum.halls.forms import Opening
from forum.halls.models import Hall
from forum.kernel import clock
from forum.kernel.database import db, transaction
from forum.kernel.doors import Actor
from forum.kernel.errors import Obstructed
from forum.kernel.mail import Outgoing
from forum.questions.facts_queries import standing_of_locals
from forum.questions.floor import FloorProof, floor_proof
from forum.questions.models import Question
from forum.questions.process import DebateStage
from forum.questions.queries import process_of
from forum.roll import import_operations, importing
from forum.roll.models import Local
from tests.build_halls import make_debate
from tests.forum.roll.files import roll, row
from tests.people import Cast, actor, holding

LATE = roll(
    row("7001", name="Nora Quist", email="nora@example.org", local="301", office="host"),
    row("7002", name="Ole Berg", local="301"),
)


def put(app: Flask, raw: bytes, now: datetime, monkeypatch: pytest.MonkeyPatch) -> int:
    monkeypatch.setattr(clock, "now", lambda: now)
    with app.app_context():
        with transaction(write=True):
            import_id = import_operations.receive_roll(None, "roll.csv", raw, now=now).id
        importing.look_over(import_id, app.config["HUSTINGS"])
        with transaction(write=True):
            import_operations.begin_apply(None, import_id, marks_absent=False, now=now)
        importing.write(import_id, app.config["HUSTINGS"])
    return import_id


def debate(app: Flask, cast: Cast, now: datetime, state: str = "debating") -> int:
    with app.test_request_context(), transaction(write=True):
        question = make_debate(cast, now=now)
        question.state = state
        return question.id


def late_hall(question_id: int) -> Hall | None:
    local_id = db.session.scalars(db.select(Local.id).where(Local.number == "301")).first()
    return queries.hall_of(question_id, local_id) if local_id else None


def proof(question: Question, now: datetime) -> FloorProof:
    stage = process_of(question).debate
    assert isinstance(stage, DebateStage)
    return floor_proof(stage, standing_of_locals(question), question.debate_opens_at, now)


@pytest.mark.parametrize("state", ["charged", "debating"])
def test_a_local_founded_after_the_charge_gets_its_hall_and_its_host_is_told(
    app: Flask, cast: Cast, now: datetime, monkeypatch: pytest.MonkeyPatch, state: str
) -> None:
    question_id = debate(app, cast, now, state)
    put(app, LATE, now, monkeypatch)
    with app.app_context():
        hall = late_hall(question_id)
        assert hall is not None
        assert hall.charged_at == now
        mails = db.session.scalars(db.select(Outgoing).where(Outgoing.address == "nora@example.org")).all()
        assert [each.name for each in mails] == ["hall_charged"]
        assert f"/halls/{hall.id}" in mails[0].text


@pytest.mark.parametrize("state", ["closed", "withdrawn"])
def test_a_debate_that_is_over_gets_no_more_halls(
    app: Flask, cast: Cast, now: datetime, monkeypatch: pytest.MonkeyPatch, state: str
) -> None:
    question_id = debate(app, cast, now, state)
    put(app, LATE, now, monkeypatch)
    with app.app_context():
        assert late_hall(question_id) is None


def test_another_import_charges_nobody_twice(
    app: Flask, cast: Cast, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    question_id = debate(app, cast, now)
    put(app, LATE, now, monkeypatch)
    put(app, roll(row("7003", name="Pia Lund", local="301")), now + timedelta(days=1), monkeypatch)
    with app.app_context():
        hall = late_hall(question_id)
        assert hall is not None
        assert hall.charged_at == now
        assert len(db.session.scalars(db.select(Outgoing).where(Outgoing.name == "hall_charged")).all()) == 3


def test_a_late_local_counts_from_the_day_the_charge_reached_it(
    app: Flask, cast: Cast, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    question_id = debate(app, cast, now)
    put(app, LATE, now, monkeypatch)
    with app.app_context():
        question = db.session.get_one(Question, question_id)
        hall = late_hall(question_id)
        assert hall is not None
        late = next(each for each in proof(question, now).locals if each.local.local_id == hall.local_id)
        assert not late.honoured
        assert late.reason == "The hall was not opened."
        assert not proof(question, now).locals_met


def test_with_less_than_seven_days_left_it_still_counts_and_the_proof_says_why(
    app: Flask, cast: Cast, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    question_id = debate(app, cast, now)
    put(app, LATE, now + timedelta(days=14), monkeypatch)  # the debate closes on the twentieth day
    with app.app_context():
        question = db.session.get_one(Question, question_id)
        wanting = [each.reason for each in proof(question, now).wanting if each.local.too_late]
        assert wanting == ["It was founded less than seven days before the close. The tellers may exempt it."]


def test_the_tellers_open_a_late_local_s_hall_only_after_its_own_seven_days(
    app: Flask, cast: Cast, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    question_id = debate(app, cast, now)
    put(app, LATE, now, monkeypatch)
    with app.test_request_context(), transaction(write=True):
        hall = late_hall(question_id)
        assert hall is not None
        teller = holding(actor(cast.tellers[0]), "teller", question_id)
        later = now + timedelta(days=6)
        assert hall.id not in shown(teller, later)
        with pytest.raises(Obstructed):
            operations.open_hall(teller, hall.id, Opening("Pay", later + timedelta(days=2)), now=later)
        later = now + timedelta(days=8)
        assert hall.id in shown(teller, later)
        assert operations.open_hall(teller, hall.id, Opening("Pay", later + timedelta(days=2)), now=later).opened_at


def shown(person: Actor, now: datetime) -> list[int]:
    return [view.hall.id for view in queries.to_open(person, now)]


def test_undoing_the_import_takes_the_charge_back(
    app: Flask, cast: Cast, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    question_id = debate(app, cast, now)
    import_id = put(app, LATE, now, monkeypatch)
    with app.app_context():
        with transaction(write=True):
            import_operations.undo_import(None, import_id, now=now)
        assert db.session.scalars(db.select(Local).where(Local.number == "301")).first() is None
        assert late_hall(question_id) is None
        assert proof(db.session.get_one(Question, question_id), now).days_held == 2
