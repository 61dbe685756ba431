"""Devices and cookies: made anew at sign-in, ended one by one or all, idle and old ones dead, sockets cut with them."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from flask import Flask

from forum.kernel import clock, live
from forum.kernel.database import db, transaction
from forum.kernel.doors import VISITOR
from forum.kernel.errors import Missing
from forum.roll.models import Member
from forum.signin import device_operations, queries, rules
from forum.signin.device_operations import open_device
from forum.signin.models import Device
from tests.conftest import NOW, make_settings
from tests.people import Cast, actor, sign_in

Read = Callable[[], str]


def test_the_cookie_is_made_anew_at_sign_in(open_forms: Flask, cast: Cast, last_code: Read) -> None:
    client = open_forms.test_client()
    client.get("/sign-in")
    with client.session_transaction() as cookie:
        cookie["planted"], cookie["csrf_token"] = "by somebody else", "known"
    client.post("/sign-in/code/new", data={"who": "1001"})
    client.post("/sign-in/code", data={"code": last_code()})
    client.get("/devices")
    with client.session_transaction() as cookie:
        assert "planted" not in cookie
        assert "asking" not in cookie
        assert cookie.get("csrf_token") != "known"


def test_a_planted_token_never_becomes_a_member_s(open_forms: Flask, cast: Cast, last_code: Read) -> None:
    client = open_forms.test_client()
    with client.session_transaction() as cookie:
        cookie["device"] = "planted"
    client.post("/sign-in/code/new", data={"who": "1001"})
    client.post("/sign-in/code", data={"code": last_code()})
    with client.session_transaction() as cookie:
        assert cookie["device"] != "planted"
    with open_forms.app_context(), transaction(write=False):
        assert queries.find_actor("planted", clock.now()) == VISITOR


def test_signing_in_again_in_one_browser_closes_the_device_before(
    open_forms: Flask, cast: Cast, last_code: Read
) -> None:
    client = sign_in(open_forms, cast.member)
    with client.session_transaction() as cookie:
        old = cookie["device"]
    client.post("/sign-in/code/new", data={"who": "1002"})
    client.post("/sign-in/code", data={"code": last_code()})
    with open_forms.app_context(), transaction(write=False):
        assert queries.find_actor(old, clock.now()) == VISITOR


@pytest.mark.parametrize(("base_url", "secure"), [("https://vote.example", True), ("http://localhost", False)])
def test_the_cookie_s_flags_are_strict(tmp_path, base_url: str, secure: bool) -> None:  # type: ignore[no-untyped-def]
    import wsgi

    app = wsgi.create_app(make_settings(tmp_path / "own", base_url=base_url))
    with app.app_context():
        db.create_all()
    cookie = app.test_client().get("/sign-in", base_url=base_url).headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert ("Secure" in cookie) == secure


def test_a_shared_machine_keeps_no_lasting_cookie(open_forms: Flask, cast: Cast, last_code: Read) -> None:
    flags = []
    for shared in ("1", ""):
        client = open_forms.test_client()
        client.post("/sign-in/code/new", data={"who": "1001", "shared": shared})
        answer = client.post("/sign-in/code", data={"code": last_code()})
        flags.append("Expires" in answer.headers["Set-Cookie"])
    assert flags == [False, True]


@pytest.mark.parametrize(
    ("kiosk", "seen", "age", "live"),
    [(False, 11 * 60, 11 * 60, True), (False, 12 * 60, 12 * 60, False), (True, 4, 4, True), (True, 5, 5, False),
     (False, 1, 14 * 24 * 60, False), (False, 1, 14 * 24 * 60 - 1, True)],
)  # fmt: skip
def test_idle_and_old_devices_sign_nobody_in(
    ground: Flask, cast: Cast, kiosk: bool, seen: int, age: int, live: bool
) -> None:
    token = open_device(cast.member, "a phone", now=NOW - timedelta(minutes=age), second_factor=False, kiosk=kiosk)
    db.session.scalars(db.select(Device)).one().seen_at = NOW - timedelta(minutes=seen)
    db.session.flush()
    assert queries.find_actor(token, NOW).is_member == live


def test_a_device_is_fresh_for_ten_minutes(ground: Flask, cast: Cast) -> None:
    token = open_device(cast.member, "a phone", now=NOW, second_factor=True)
    found = queries.find_actor(token, NOW + timedelta(minutes=9, seconds=59))
    assert (found.fresh, found.second_factor, found.name) == (True, True, "Marta Quill")
    assert not queries.find_actor(token, NOW + timedelta(minutes=10)).fresh


def test_a_visit_keeps_a_device_alive_and_does_not_wake_a_dead_one(app: Flask, cast: Cast) -> None:
    with app.app_context():
        with transaction(write=True):
            token = open_device(cast.member, "a phone", now=NOW, second_factor=False)
        later = NOW + timedelta(hours=11)
        device_operations.touch_device(token, later)
        with transaction(write=False):
            assert queries.find_actor(token, later + timedelta(hours=11)).is_member
        device_operations.touch_device(token, later + timedelta(hours=13))
        with transaction(write=False):
            assert queries.find_actor(token, later + timedelta(hours=13)) == VISITOR


def test_a_device_is_written_at_most_once_a_minute(app: Flask, cast: Cast) -> None:
    with app.app_context():
        with transaction(write=True):
            token = open_device(cast.member, "a phone", now=NOW, second_factor=False)
        seen: list[datetime] = []
        for seconds in (10, 61, 70, 125):
            device_operations.touch_device(token, NOW + timedelta(seconds=seconds))
            with transaction(write=False):
                seen.append(db.session.scalars(db.select(Device.seen_at)).one())
        assert [(each - NOW).seconds for each in seen] == [0, 0, 70, 70]


def test_one_s_own_device_can_be_closed_and_its_sockets_are_cut(
    ground: Flask, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    cut: list[str] = []
    monkeypatch.setattr(live, "cut", cut.append)
    token = open_device(cast.member, "a phone", now=NOW, second_factor=False)
    device = db.session.scalars(db.select(Device)).one()
    device_operations.close_device(actor(cast.member), device.id, now=NOW)
    assert queries.find_actor(token, NOW) == VISITOR
    assert cut == [f"device:{device.id}"]


def test_nobody_closes_anothers_device(ground: Flask, cast: Cast) -> None:
    open_device(cast.member, "a phone", now=NOW, second_factor=False)
    device = db.session.scalars(db.select(Device)).one()
    for stranger in (cast.seconder, cast.officer):
        with pytest.raises(Missing):
            device_operations.close_device(actor(stranger), device.id, now=NOW)


def test_signing_out_elsewhere_keeps_this_device(open_forms: Flask, cast: Cast) -> None:
    here, there, other = (sign_in(open_forms, each) for each in (cast.member, cast.member, cast.seconder))
    assert here.post("/devices/sign-out-others").status_code == 302
    assert here.get("/devices").status_code == 200
    assert there.get("/devices").status_code == 302
    assert other.get("/devices").status_code == 200


def test_a_closed_device_s_socket_is_closed_too(open_forms: Flask, cast: Cast) -> None:
    open_forms.config["WTF_CSRF_ENABLED"] = True
    here, there = sign_in(open_forms, cast.member), sign_in(open_forms, cast.member)
    token = re.search(r'name="csrf-token" content="([^"]+)"', there.get("/devices").text)
    assert token
    socket = live.socketio.test_client(open_forms, flask_test_client=there, auth={"token": token[1]})
    assert socket.is_connected()
    open_forms.config["WTF_CSRF_ENABLED"] = False
    here.post("/devices/sign-out-others")
    assert not socket.is_connected()


@pytest.mark.parametrize("end", ["revoked elsewhere", "idle", "left the union"])
def test_a_socket_of_a_device_that_ended_in_another_process_is_found_and_closed(
    open_forms: Flask, cast: Cast, end: str
) -> None:
    open_forms.config["WTF_CSRF_ENABLED"] = True
    here, there = sign_in(open_forms, cast.member), sign_in(open_forms, cast.seconder)
    sockets = []
    for client in (here, there):
        token = re.search(r'name="csrf-token" content="([^"]+)"', client.get("/devices").text)
        assert token
        sockets.append(live.socketio.test_client(open_forms, flask_test_client=client, auth={"token": token[1]}))
    with open_forms.app_context():
        with transaction(write=True):
            device = db.session.scalars(db.select(Device).where(Device.member_id == cast.member)).one()
            if end == "revoked elsewhere":
                device.revoked_at = clock.now()
            elif end == "idle":
                device.seen_at = clock.now() - rules.IDLE_ON_AN_OWN_ONE
            else:
                db.session.get_one(Member, cast.member).left_at = clock.now()
        live.close_dead()
    assert [socket.is_connected() for socket in sockets] == [False, True]


def test_the_page_names_devices_and_tells_no_place(open_forms: Flask, cast: Cast) -> None:
    client = sign_in(open_forms, cast.member)
    page = client.get("/devices").text
    assert "test browser" in page
    assert "127.0.0.1" not in page


@pytest.mark.parametrize(
    ("sent", "label"),
    [("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Mobile/15E148 Safari/604.1", "Safari, iPhone"),
     ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/156.0 Safari/537.36 Edg/156.0", "Edge, Windows"),
     ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox, Linux"), ("", "?"),
     ("<script>alert(1)</script>", "scriptalert1/script")],
)  # fmt: skip
def test_a_device_is_described_in_plain_words(sent: str, label: str) -> None:
    assert rules.device_label(sent) == label


def test_finding_the_actor_takes_one_query_besides_appointments(ground: Flask, cast: Cast) -> None:
    from tests.forum.signin.test_enumeration import counted

    token = open_device(cast.member, "a phone", now=NOW, second_factor=False)
    with counted(ground) as statements:
        queries.find_actor(token, NOW)
    assert len([each for each in statements if "appointment" not in each]) == 1
    assert len(statements) <= 3
