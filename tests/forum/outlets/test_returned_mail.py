"""Mail over a real SMTP server on loopback: what arrives, what is refused for now or for good, who hears of it."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask

from forum.kernel import clock, mail, mail_troubles
from forum.kernel.database import db, transaction
from forum.kernel.mail import Outgoing, Reader
from forum.kernel.mail_troubles import MailTrouble
from forum.kernel.wishes import MailKind
from forum.questions.models import Appointment
from forum.roll.models import Member
from tests.build_sittings import Ground
from tests.people import Cast, sign_in
from tests.post_office import PostOffice, serving

FACTS = {"measure": type("Hiding", (), {"id": 7, "deed": "hide", "path": "/moderation/hidings/7"})}


@pytest.fixture
def office(app: Flask) -> Iterator[PostOffice]:
    office = PostOffice()
    with serving(app, office):
        yield office


@pytest.fixture(autouse=True)
def _noon(monkeypatch: pytest.MonkeyPatch) -> None:
    noon = clock.now().replace(hour=18)
    monkeypatch.setattr(clock, "now", lambda: noon)


def write(app: Flask, *members: int) -> None:
    """Write general mail to these members; it leaves at once."""
    with app.app_context(), transaction(write=True) as session:
        rows = session.execute(db.select(Member.id, Member.email).where(Member.id.in_(members))).all()
        readers = [Reader(number, address, "en") for number, address in rows]
        mail.send_wanted("appeal_to_rule", readers, MailKind.SESSIONS, now=clock.now(), **FACTS)


def outbox(app: Flask) -> dict[str, tuple[bool, int]]:
    with app.app_context():
        rows = db.session.scalars(db.select(Outgoing)).all()
        return {row.address: (row.sent_at is not None, row.tries) for row in rows}


def test_a_mail_that_can_be_stopped_arrives_with_the_headers_of_one_click(
    app: Flask, cast: Cast, office: PostOffice
) -> None:
    write(app, cast.member)
    (message,) = office.messages
    link = str(message["List-Unsubscribe"])
    assert link.startswith("<http://localhost/mail/stop/")
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    body = message.get_body(("plain",))
    assert body is not None
    assert link.strip("<>") in body.get_content()
    app.config["WTF_CSRF_ENABLED"] = True
    path = link.strip("<>").removeprefix("http://localhost")
    assert app.test_client().post(path, data={"List-Unsubscribe": "One-Click"}).status_code == 200
    write(app, cast.member)
    assert len(office.messages) == 1


def test_a_refusal_for_good_is_not_tried_again_and_stops_general_mail(
    app: Flask, cast: Cast, office: PostOffice
) -> None:
    office.refuses["m1001@example.org"] = "550 5.1.1 no such user"
    write(app, cast.member, cast.seconder)
    assert outbox(app) == {"m1001@example.org": (False, mail.MOST_TRIES), "m1002@example.org": (True, 0)}
    with app.app_context():
        mail.deliver_mail()
        trouble = db.session.get_one(MailTrouble, "m1001@example.org")
        assert (trouble.code, trouble.said, trouble.stopped_at) == (550, "5.1.1 no such user", clock.now())
    write(app, cast.member)
    assert office.tried.count("m1001@example.org") == 1


def test_a_refusal_for_now_is_tried_again_after_twice_the_wait(
    app: Flask, cast: Cast, office: PostOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.refuses["m1001@example.org"] = "451 4.2.1 greylisted"
    start = clock.now()
    write(app, cast.member)
    waits = []
    for tries in range(1, 4):
        waits.append(mail_troubles.wait_after(tries))
        with app.app_context():
            mail.deliver_mail()
        assert office.tried.count("m1001@example.org") == tries, "not before its time"
        start += waits[-1]
        monkeypatch.setattr(clock, "now", lambda at=start: at)
        with app.app_context():
            mail.deliver_mail()
        assert office.tried.count("m1001@example.org") == tries + 1
    assert waits[1] == 2 * waits[0]
    office.refuses.clear()
    monkeypatch.setattr(clock, "now", lambda: start + timedelta(days=1))
    with app.app_context():
        mail.deliver_mail()
        assert db.session.scalar(db.select(MailTrouble.address)) is None, "the address takes mail again"
    assert outbox(app) == {"m1001@example.org": (True, 4)}


def test_the_last_try_gives_up_and_stops_the_address(app: Flask, cast: Cast, office: PostOffice) -> None:
    office.refuses["m1001@example.org"] = "451 4.2.1 greylisted"
    write(app, cast.member)
    with app.app_context():
        with transaction(write=True) as session:
            session.execute(db.update(Outgoing).values(tries=mail.MOST_TRIES - 1, not_before=None))
        mail.deliver_mail()
        assert db.session.get_one(MailTrouble, "m1001@example.org").stopped_at is not None


def test_a_code_that_somebody_asked_for_is_tried_in_spite_of_it(app: Flask, cast: Cast, office: PostOffice) -> None:
    with app.app_context(), transaction(write=True):
        mail_troubles.note("m1001@example.org", 550, "no", given_up=True, now=clock.now())
        mail.send("sign_in_code", "m1001@example.org", language="en", now=clock.now(), code="1", member="M")
    assert len(office.messages) == 1
    with app.app_context():
        assert db.session.get(MailTrouble, "m1001@example.org") is None


def returned(app: Flask, cast: Cast) -> None:
    with app.app_context(), transaction(write=True):
        for address in ("m1001@example.org", "m1004@example.org", "gone@example.org"):
            mail_troubles.note(address, 550, f"<{address}> unknown", given_up=True, now=clock.now())


def test_who_holds_the_roll_sees_what_came_back(app: Flask, cast: Cast, full: Ground) -> None:
    returned(app, cast)
    page = sign_in(app, cast.tellers[0]).get("/roll/returned-mail").text
    assert "m1001@example.org" in page
    assert "m1004@example.org" in page
    assert "gone@example.org" not in page, "nobody on the roll has it"
    here = sign_in(app, cast.host).get(f"/locals/{cast.local}/roll/returned-mail").text
    assert "Marta Quill" in here
    assert "Priya Nand" not in here
    assert "@example.org" not in here, "hosts see no addresses"
    assert "returned-mail" in sign_in(app, cast.host).get(f"/locals/{cast.local}/roll").text


def test_nobody_else_sees_it(app: Flask, cast: Cast, full: Ground) -> None:
    app.config["RAISE_FAILURES"] = False
    returned(app, cast)
    for member in (cast.member, cast.officer, cast.observer):
        assert sign_in(app, member).get("/roll/returned-mail").status_code == 403
    assert sign_in(app, cast.host).get(f"/locals/{cast.other_local}/roll/returned-mail").status_code == 404
    with app.app_context(), transaction(write=True) as session:
        session.execute(db.delete(Appointment))
    assert sign_in(app, cast.tellers[0]).get("/roll/returned-mail").status_code == 403


def test_the_member_is_told_at_the_next_sign_in(app: Flask, cast: Cast, office: PostOffice) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    returned(app, cast)

    def enter(number: str) -> str:
        browser = app.test_client()
        browser.post("/sign-in/code/new", data={"who": number})
        body = office.messages[-1].get_body(("plain",))
        assert body is not None
        with app.app_context(), transaction(write=True):  # its own code has just arrived: the server changed its mind
            mail_troubles.note("m1001@example.org", 550, "no", given_up=True, now=clock.now())
        code = re.search(r"\d{4} \d{4}", body.get_content())
        assert code
        return browser.post("/sign-in/code", data={"code": code[0]}, follow_redirects=True).text

    assert "Mails to your address came back" in enter("1001")
    assert "Mails to your address came back" not in enter("1002")
