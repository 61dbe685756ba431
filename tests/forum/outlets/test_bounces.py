"""Mail that a server took and that came back: believed at the mail's own sender alone, once, and for a time."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from click.testing import CliRunner
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from forum.kernel import bounces, clock, mail, mail_senders
from forum.kernel.bounces import Failure, Outcome
from forum.kernel.cli import mail_group
from forum.kernel.database import db, transaction
from forum.kernel.mail import Outgoing, Reader
from forum.kernel.mail_troubles import MailTrouble
from forum.kernel.wishes import MailKind
from tests.people import Cast
from tests.post_office import PostOffice, serving

ADDRESS = "m1001@example.org"
FACTS = {"measure": type("Hiding", (), {"id": 7, "deed": "hide", "path": "/moderation/hidings/7"})}


def notice(to: str, *, action: str = "failed", diagnosis: str = "smtp; 550 5.1.1 no such user") -> bytes:
    """A notice as a mail server writes it, with the mail it could not deliver."""
    return (
        f"Return-Path: <>\r\nFrom: MAILER-DAEMON@far.example\r\nTo: {to}\r\nSubject: Undelivered\r\n"
        "MIME-Version: 1.0\r\nContent-Type: multipart/report; report-type=delivery-status; boundary=\"b\"\r\n\r\n"
        "--b\r\n\r\nIt could not be delivered.\r\n"
        "--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; far.example\r\n\r\n"
        f"Final-Recipient: rfc822; {ADDRESS}\r\nAction: {action}\r\nStatus: 5.1.1\r\n"
        f"Diagnostic-Code: {diagnosis}\r\n\r\n"
        "--b\r\nContent-Type: message/rfc822\r\n\r\nSubject: What was sent\r\n\r\nHello.\r\n--b--\r\n"
    ).encode()


@pytest.fixture(autouse=True)
def _noon(monkeypatch: pytest.MonkeyPatch) -> None:
    noon = clock.now().replace(hour=18)
    monkeypatch.setattr(clock, "now", lambda: noon)


@pytest.fixture
def office(app: Flask) -> Iterator[PostOffice]:
    """A server that takes everything, for an installation that reads what comes back."""
    office = PostOffice()
    app.config["HUSTINGS"] = replace(app.config["HUSTINGS"], mail_bounce="bounce@union.example")
    with serving(app, office):
        yield office


def write(app: Flask, member: int, address: str = ADDRESS) -> None:
    with app.app_context(), transaction(write=True):
        reader = Reader(member, address, "en")
        mail.send_wanted("appeal_to_rule", [reader], MailKind.DIGEST, now=clock.now(), **FACTS)


def pipe(app: Flask, raw: bytes, *words: str) -> str:
    """What the command says when the mail server hands it a message."""
    with app.app_context():
        said = CliRunner().invoke(mail_group, ["bounce", *words], input=raw, catch_exceptions=False)
    assert said.exit_code == 0
    return said.output.strip()


def trouble(app: Flask) -> MailTrouble | None:
    with app.app_context(), transaction(write=False) as session:
        found: MailTrouble | None = session.get(MailTrouble, ADDRESS)
        if found is not None:
            session.expunge(found)
        return found


@pytest.mark.parametrize("by", ["option", "header"])
def test_what_comes_back_to_a_mail_s_own_sender_is_listed_and_stops_general_mail(
    app: Flask, cast: Cast, office: PostOffice, by: str
) -> None:
    write(app, cast.member)
    (sender,) = office.senders
    assert re.fullmatch(r"bounce\+[0-9]+\.[a-z2-7]{20}@union\.example", sender)
    assert sender not in str(office.messages[0]["From"])
    raw, words = (notice("x@y"), ("--recipient", sender.upper())) if by == "option" else (notice(sender), ())
    assert pipe(app, raw, *words) == Outcome.LISTED
    found = trouble(app)
    assert found is not None
    assert (found.code, found.said, found.count, found.bounced) == (550, "5.1.1 no such user", 1, True)
    assert found.stopped_at == clock.now()
    assert pipe(app, raw, *words) == Outcome.TOLD_BEFORE
    write(app, cast.member)
    assert len(office.messages) == 1


def test_a_mail_taken_later_says_nothing_of_an_address_whose_mail_came_back(
    app: Flask, cast: Cast, office: PostOffice
) -> None:
    write(app, cast.member)
    pipe(app, notice(office.senders[0]))
    with app.app_context(), transaction(write=True):
        mail.send("sign_in_code", ADDRESS, language="en", now=clock.now(), code="1", member="M")
    assert len(office.messages) == 2
    assert trouble(app) is not None


def test_a_sender_that_we_did_not_make_counts_for_nothing(app: Flask, cast: Cast, office: PostOffice) -> None:
    write(app, cast.member)
    write(app, cast.seconder, "m1002@example.org")
    own, other = office.senders
    number, seal = own.partition("+")[2].partition("@")[0].split(".")
    forged = (
        "bounce@union.example", own.replace(seal, "a" * 20), own.replace(f"+{number}.", f"+{other[7:].split('.')[0]}."),
        own.replace(seal, seal[:19]), f"bounce+{number}.@union.example", f"bounce+9999999999.{seal}@union.example",
        f"bounce+-1.{seal}@union.example", "",
    )  # fmt: skip
    for to in forged:
        assert pipe(app, notice(to)) == Outcome.NOT_OURS, to
        assert pipe(app, notice(own), "--recipient", to or "x") == Outcome.NOT_OURS, to
    assert trouble(app) is None


@pytest.mark.parametrize(
    "raw",
    [
        notice("{}", action="delayed"), notice("{}", action="delivered"), notice("{}", action="expanded"),
        b"To: {}\r\nSubject: I am away\r\n\r\nUntil Monday.", b"", b"\x00" * 5000,
        b"To: {}\r\nContent-Type: message/delivery-status\r\n\r\nAction: failed\r\nStatus: 5.0.0\r\n",
        b"To: {}\r\nContent-Type: multipart/mixed; boundary=m\r\n\r\n--m\r\n" + notice("{}") + b"\r\n--m--\r\n",
        notice("{}").replace(b"multipart/report", b"multipart/mixed"),
    ],
)  # fmt: skip
def test_what_is_no_notice_of_a_mail_given_up_is_let_go(
    app: Flask, cast: Cast, office: PostOffice, raw: bytes
) -> None:
    write(app, cast.member)
    assert pipe(app, raw.replace(b"{}", office.senders[0].encode())) == Outcome.NO_NOTICE
    assert trouble(app) is None


def test_a_notice_of_long_ago_is_not_believed(
    app: Flask, cast: Cast, office: PostOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(app, cast.member)
    late = clock.now() + bounces.BELIEVED_FOR + timedelta(minutes=1)
    monkeypatch.setattr(clock, "now", lambda: late)
    assert pipe(app, notice(office.senders[0])) == Outcome.TOO_OLD
    with app.app_context(), transaction(write=True) as session:
        session.execute(db.update(Outgoing).values(address=""))
    assert pipe(app, notice(office.senders[0])) == Outcome.NOT_OURS, "it is no longer known whose it was"


def test_without_an_address_for_it_every_mail_leaves_as_before(app: Flask, cast: Cast, office: PostOffice) -> None:
    app.config["HUSTINGS"] = replace(app.config["HUSTINGS"], mail_bounce="")
    write(app, cast.member)
    assert office.senders == [app.config["HUSTINGS"].mail_from]


@pytest.mark.parametrize(
    ("diagnosis", "failure"),
    [
        ("smtp; 550-5.1.1 no such user", Failure(550, "5.1.1 no such user")),
        ("X-Notes; Gone \x1b[31m\ud800 fishing".encode("utf-8", "replace").decode(), Failure(0, "Gone [31m? fishing")),
        ("", Failure(0, "5.1.1")),
        ("smtp; 421 " + "x" * 900, Failure(421, "x" * 300)),
    ],
)  # fmt: skip
def test_what_the_far_server_said_is_kept_in_one_short_line(diagnosis: str, failure: Failure) -> None:
    assert bounces.read_failure(notice("x@y", diagnosis=diagnosis)) == failure


def test_parts_within_parts_are_not_followed(app: Flask) -> None:
    deep = b"".join(b"Content-Type: multipart/report; boundary=b%d\r\n\r\n--b%d\r\n" % (at, at) for at in range(1500))
    assert bounces.read_failure(deep + notice("x@y")) is None


@given(st.binary(max_size=300), st.integers(0, 900))
def test_no_damage_to_a_notice_makes_the_reader_fail(junk: bytes, at: int) -> None:
    raw = notice("bounce+1.aaaaaaaaaaaaaaaaaaaa@union.example")
    for hostile in (junk, raw[:at] + junk, raw[:at] + junk + raw[at:]):
        found = bounces.read_failure(hostile)
        assert found is None or found.said.isprintable()
        for each in bounces.receivers(hostile):
            mail_senders.found_in(each)
