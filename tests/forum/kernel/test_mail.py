"""The outbox: one text for many, what is urgent first, and a server that is away or says no."""

import smtplib
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from email.message import EmailMessage

import pytest
from flask import Flask, render_template

from forum.kernel import clock, jobs, mail
from forum.kernel.database import attempt, db, transaction
from forum.kernel.errors import Refused

FACTS = {"measure": type("Hiding", (), {"id": 7, "deed": "hide", "path": "/moderation/hidings/7"})}


class Server:
    """An SMTP server that keeps what it is given, and refuses one address."""

    def __init__(self, refused: str = "") -> None:
        self.refused = refused
        self.got: list[str] = []
        self.tried: list[str] = []

    def send_message(self, message: EmailMessage, from_addr: str) -> None:
        self.tried.append(message["To"])
        if message["To"] == self.refused:
            raise smtplib.SMTPRecipientsRefused({})
        self.got.append(message["To"])


def served(app: Flask, monkeypatch: pytest.MonkeyPatch, server: Server) -> None:
    @contextmanager
    def connect(_settings: object):  # type: ignore[no-untyped-def]
        yield server

    app.config["HUSTINGS"] = replace(app.config["HUSTINGS"], mail_host="post.example.org")
    monkeypatch.setattr(mail, "connect", connect)


def people(count: int) -> list[tuple[str, str]]:
    return [(f"m{number}@example.org", "fr" if number % 2 else "en") for number in range(count)]


def test_a_mail_to_many_is_rendered_once_a_language(
    app: Flask, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[str] = []

    def render(name: str, **facts: object) -> str:
        made.append(name)
        return render_template(name, **facts)

    monkeypatch.setattr(mail, "render_template", render)
    with app.app_context(), transaction(write=True):
        mail.send_many("appeal_to_rule", people(60), now=now, **FACTS)
    assert len(made) == 6
    with app.app_context():
        rows = db.session.scalars(db.select(mail.Outgoing).order_by(mail.Outgoing.id)).all()
        assert [row.address for row in rows] == [address for address, _ in people(60)]
        assert len({row.subject for row in rows}) == 2
        assert mail.waiting_count() == 60


def test_what_goes_to_one_person_leaves_before_what_goes_to_many(
    app: Flask, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    with app.app_context(), transaction(write=True):
        mail.send_many("appeal_to_rule", people(3), now=now, **FACTS)
        mail.send("appeal_to_rule", "one@example.org", language="en", now=now, **FACTS)
    server = Server()
    served(app, monkeypatch, server)
    with app.app_context():
        mail.deliver_mail()
    assert server.got[0] == "one@example.org"
    assert len(server.got) == 4


def test_a_refused_mail_holds_up_nobody_and_is_tried_once_a_run(
    app: Flask, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    with app.app_context(), transaction(write=True):
        mail.send_many("appeal_to_rule", people(mail.PORTION + 5), now=now, **FACTS)
    server = Server(refused="m3@example.org")
    served(app, monkeypatch, server)
    with app.app_context():
        mail.deliver_mail()
        assert server.tried.count("m3@example.org") == 1
        assert len(server.got) == mail.PORTION + 4
        left = db.session.scalars(db.select(mail.Outgoing).where(mail.Outgoing.sent_at.is_(None))).one()
        assert (left.address, left.tries) == ("m3@example.org", 1)


def test_while_there_is_no_server_mails_wait_and_no_try_is_counted(
    app: Flask, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    with app.app_context(), transaction(write=True):
        mail.send_many("appeal_to_rule", people(2), now=now, **FACTS)
    app.config["HUSTINGS"] = replace(app.config["HUSTINGS"], mail_host="127.0.0.1", mail_port=1)
    with app.app_context():
        for _ in range(mail.MOST_TRIES + 1):
            mail.deliver_mail()
        assert set(db.session.scalars(db.select(mail.Outgoing.tries))) == {0}
    server = Server()
    served(app, monkeypatch, server)
    with app.app_context():
        mail.deliver_mail()
    assert len(server.got) == 2


def test_the_same_job_leaves_once_a_transaction(app: Flask, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    ran: list[str] = []
    monkeypatch.setitem(app.extensions["hustings_jobs"], "run", lambda name, _payload: ran.append(name))
    with app.app_context(), transaction(write=True):
        for _ in range(3):
            mail.send("appeal_to_rule", "one@example.org", language="en", now=now, **FACTS)
        jobs.enqueue(mail.deliver_mail, again=True)
    assert ran == ["forum.kernel.mail.deliver_mail"] * 2


def refused_attempt(now: datetime) -> None:
    with attempt():
        jobs.enqueue(mail.deliver_mail, again=True)
        mail.send("appeal_to_rule", "goes@example.org", language="en", now=now, **FACTS)
        raise Refused("no")


def test_what_a_refused_attempt_wanted_to_send_is_forgotten(app: Flask, now: datetime) -> None:
    with app.app_context(), transaction(write=True):
        mail.send("appeal_to_rule", "stays@example.org", language="en", now=now, **FACTS)
        with pytest.raises(Refused):
            refused_attempt(now)
        assert len(db.session.info["on_commit"]) == 1
        assert list(db.session.scalars(db.select(mail.Outgoing.address))) == ["stays@example.org"]


def test_a_month_after_its_end_a_mail_is_only_counted(
    app: Flask, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mail, "FORGOTTEN_AT_ONCE", 2)
    with app.app_context(), transaction(write=True):
        mail.send_many("appeal_to_rule", people(6), now=now, **FACTS)
        rows = db.session.scalars(db.select(mail.Outgoing).order_by(mail.Outgoing.id)).all()
        for row, at in zip(rows, (now, now, now, now + timedelta(days=1)), strict=False):
            row.sent_at = at
        rows[4].tries = mail.MOST_TRIES
    monkeypatch.setattr(clock, "now", lambda: now + timedelta(days=30, seconds=1))
    with app.app_context():
        mail.forget_addresses()
        rows = db.session.scalars(db.select(mail.Outgoing).order_by(mail.Outgoing.id)).all()
        assert [row.address for row in rows] == ["", "", "", "m3@example.org", "", "m5@example.org"]
        assert {(row.subject, row.text, row.html) for row in rows if not row.address} == {("", "", "")}
        assert rows[5].text
        assert {row.name for row in rows} == {"appeal_to_rule"}
