"""Mail to many, portion by portion: nobody forgotten, nobody twice, whatever is killed when."""

from dataclasses import replace
from datetime import datetime

import pytest
from flask import Flask

from forum.kernel import mail, mailings
from forum.kernel.database import db, transaction
from forum.kernel.mailings import Mailing

READERS = 250


class Killed(BaseException):
    """As if somebody had pulled the plug."""


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """A kind whose readers are the numbers from 1 to 250; gives the portions' sizes as they are written."""
    portions: list[int] = []

    def write(mailing: Mailing, most: int) -> int | None:
        numbers = range(mailing.after + 1, min(READERS, mailing.after + most) + 1)
        portions.append(len(numbers))
        people = [(f"{number}@example.org", "en") for number in numbers]
        measure = type("Hiding", (), {"deed": "hide", "path": f"/{mailing.subject_id}"})
        mail.send_many("appeal_to_rule", people, now=mailing.at, measure=measure)
        return numbers[-1] if numbers else None

    monkeypatch.setitem(mailings.KINDS, "test", write)
    return portions


def start(app: Flask, now: datetime) -> int:
    with app.app_context(), transaction(write=True):
        mailings.start("test", 7, now)
        return int(db.session.scalars(db.select(Mailing.id)).one())


def told(app: Flask) -> list[int]:
    with app.app_context():
        return [int(each.split("@")[0]) for each in db.session.scalars(db.select(mail.Outgoing.address))]


def test_everybody_is_told_once_in_portions(app: Flask, now: datetime, written: list[int]) -> None:
    mailing_id = start(app, now)
    assert written == [100, 100, 50, 0]
    assert sorted(told(app)) == list(range(1, READERS + 1))
    with app.app_context():
        mailings.go_on(mailing_id)
        mailings.go_on_with_all()
    assert len(told(app)) == READERS, "a job that runs again tells nobody twice"


@pytest.mark.parametrize("portion", [1, 2, 3])
def test_a_killed_job_is_taken_up_where_it_stood(
    app: Flask, now: datetime, written: list[int], monkeypatch: pytest.MonkeyPatch, portion: int
) -> None:
    real = mail.send_many

    def killed(*args: object, **facts: object) -> None:
        real(*args, **facts)  # type: ignore[arg-type]
        if len(written) == portion:
            raise Killed

    monkeypatch.setattr(mail, "send_many", killed)
    with pytest.raises(Killed):
        start(app, now)
    assert len(told(app)) == 100 * (portion - 1), "a portion is written whole or not at all"
    monkeypatch.setattr(mail, "send_many", real)
    with app.app_context():
        mailings.go_on_with_all()
    assert sorted(told(app)) == list(range(1, READERS + 1))


def test_mails_are_written_no_faster_than_they_leave(
    app: Flask, now: datetime, written: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mailings, "MOST_WAITING", 150)
    app.config["HUSTINGS"] = replace(app.config["HUSTINGS"], mail_host="127.0.0.1", mail_port=1)
    start(app, now)
    assert len(told(app)) == 200, "the server is away: the rest waits"
    app.config["HUSTINGS"] = replace(app.config["HUSTINGS"], mail_host="")
    with app.app_context():
        mailings.go_on_with_all()
    assert sorted(told(app)) == list(range(1, READERS + 1))


def test_a_long_mailing_makes_room_for_other_jobs_and_goes_on(
    app: Flask, now: datetime, written: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mailings, "PORTIONS_A_RUN", 1)
    queued: list[str] = []
    run = app.extensions["hustings_jobs"]["run"]

    def note(name: str, payload: dict[str, object]) -> None:
        queued.append(name)
        run(name, payload)

    monkeypatch.setitem(app.extensions["hustings_jobs"], "run", note)
    start(app, now)
    assert queued.count("forum.kernel.mailings.go_on") == 4
    assert sorted(told(app)) == list(range(1, READERS + 1))
