"""Halls: created by the charge, opened by their hosts, honouring it once the sessions were held."""

from datetime import datetime, timedelta

import pytest
from flask import Flask

from forum.halls import operations, queries
from forum.halls.forms import Opening
from forum.halls.models import Hall
from forum.kernel import slots
from forum.kernel.audit import AuditEntry
from forum.kernel.database import db, transaction
from forum.kernel.errors import Obstructed, Refused
from forum.kernel.mail import Outgoing
from tests.build_halls import make_debate, make_hall
from tests.people import Cast, actor, holding


def opening(now: datetime) -> Opening:
    return Opening("**First** the wages, then the hours.", now + timedelta(days=2))


def codes(refusal: pytest.ExceptionInfo[Obstructed]) -> set[str]:
    return {each.code for each in refusal.value.obstacles}


def test_the_charge_creates_a_hall_for_every_local_and_a_national_one(cast: Cast, ground: Flask) -> None:
    question = make_debate(cast, open_halls=False)
    places = db.session.scalars(db.select(Hall.local_id).where(Hall.question_id == question.id)).all()
    assert set(places) == {cast.local, cast.other_local, None}
    assert queries.national_hall(question.id) is not None


def test_the_charge_tells_every_host_once(app: Flask, cast: Cast, now: datetime) -> None:
    with app.test_request_context(), transaction(write=True):
        question = make_debate(cast, open_halls=False)
        operations.create_halls(question, now)
        hall_id = make_hall(question, cast.local).id
        assert not db.session.scalars(db.select(Outgoing)).all(), "the charge's own request writes to nobody"
    with app.app_context():
        mails = db.session.scalars(db.select(Outgoing).where(Outgoing.name == "hall_charged")).all()
        assert sorted(mail.address for mail in mails) == ["m1003@example.org", "m1005@example.org"]
        assert f"/halls/{hall_id}" in next(m.text for m in mails if m.address.startswith("m1003"))


def test_a_host_opens_the_local_s_hall(cast: Cast, ground: Flask, now: datetime) -> None:
    question = make_debate(cast, open_halls=False)
    hall = operations.open_hall(actor(cast.host), make_hall(question, cast.local).id, opening(now), now=now)
    assert (hall.opened_as, hall.opened_at, hall.opened_by_id) == ("host", now, cast.host)
    assert hall.agenda_html == "<p><strong>First</strong> the wages, then the hours.</p>"
    assert db.session.scalar(db.select(AuditEntry).where(AuditEntry.act == "open_hall")) is not None


def test_opening_tells_everything_that_is_missing_at_once(cast: Cast, ground: Flask, now: datetime) -> None:
    hall = make_hall(make_debate(cast, open_halls=False), cast.local)
    with pytest.raises(Obstructed) as refusal:
        operations.open_hall(actor(cast.host), hall.id, Opening("", None), now=now)
    assert codes(refusal) == {"agenda", "first_session"}
    assert hall.opened_at is None


def test_a_session_after_the_close_does_not_open_a_hall(cast: Cast, ground: Flask, now: datetime) -> None:
    hall = make_hall(make_debate(cast, open_halls=False), cast.local)
    with pytest.raises(Obstructed) as refusal:
        operations.open_hall(actor(cast.host), hall.id, Opening("Wages", now + timedelta(days=90)), now=now)
    assert codes(refusal) == {"first_session_outside"}


@pytest.mark.parametrize("person", ["member", "other_host", "officer", "suspended"])
def test_nobody_else_opens_a_hall(cast: Cast, ground: Flask, now: datetime, person: str) -> None:
    hall = make_hall(make_debate(cast, open_halls=False), cast.local)
    with pytest.raises(Refused):
        operations.open_hall(actor(getattr(cast, person)), hall.id, opening(now), now=now)


def test_a_teller_opens_in_the_host_s_stead_after_seven_days(cast: Cast, ground: Flask, now: datetime) -> None:
    question = make_debate(cast, open_halls=False)
    teller = holding(actor(cast.tellers[0]), "teller", question.id)
    question.charged_at = now - timedelta(days=6)
    with pytest.raises(Obstructed) as refusal:
        operations.open_hall(teller, make_hall(question, cast.local).id, opening(now), now=now)
    assert codes(refusal) == {"host_has_time"}
    later = now + timedelta(days=1)
    hall = operations.open_hall(teller, make_hall(question, cast.local).id, opening(later), now=later)
    assert hall.opened_as == "tellers"


def test_tellers_open_the_national_hall_at_once(cast: Cast, ground: Flask, now: datetime) -> None:
    question = make_debate(cast, open_halls=False)
    question.charged_at = now
    teller = holding(actor(cast.tellers[0]), "teller", question.id)
    assert operations.open_hall(teller, make_hall(question, None).id, opening(now), now=now).opened_at == now


def test_opening_hands_the_first_session_to_whoever_keeps_sessions(cast: Cast, ground: Flask, now: datetime) -> None:
    heard: list[tuple[int, datetime]] = []

    def schedule(_actor: object, hall: Hall, at: datetime, _now: datetime) -> None:
        heard.append((hall.id, at))

    filled = list(slots._filled["hall.opened"])
    slots._filled["hall.opened"] = [schedule]
    hall = make_hall(make_debate(cast, open_halls=False), cast.local)
    operations.open_hall(actor(cast.host), hall.id, opening(now), now=now)
    slots._filled["hall.opened"] = filled
    assert heard == [(hall.id, now + timedelta(days=2))]


@pytest.mark.parametrize(
    ("opened_as", "held", "honoured"), [("host", 1, True), ("host", 0, False), ("tellers", 3, False)]
)
def test_a_local_honours_the_charge_by_its_own_host_and_the_sessions(
    cast: Cast, ground: Flask, now: datetime, opened_as: str, held: int, honoured: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    question = make_debate(cast)
    hall = make_hall(question, cast.local)
    hall.opened_as = opened_as
    monkeypatch.setitem(slots._filled, "hall.sessions_over", [lambda *_which: [(hall.id, 45, 12)] * held])
    assert operations.honour(hall, now) is honoured
    assert (hall.honoured_at == now) is honoured
    row = next(row for row in queries.board(question) if row.local_id == cast.local)
    assert (row.state, row.held) == ("yes" if honoured else "part", held)


def test_the_board_has_a_cell_for_every_local_in_order(cast: Cast, ground: Flask) -> None:
    rows = queries.board(make_debate(cast, open_halls=False))
    assert [(row.number, row.state) for row in rows] == [("88", "no"), ("156", "no")]
