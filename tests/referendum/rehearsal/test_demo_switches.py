"""The demo's switches: they do what they say in a demo, and do not exist outside one."""

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_wtf.csrf import generate_csrf

from forum.kernel import clock
from forum.kernel.database import db, transaction
from forum.kernel.settings import documented
from forum.signin.models import Device
from referendum.rehearsal.demo_queries import cast
from referendum.rehearsal.instance import Instance
from referendum.rehearsal.mailbox import Mailbox

Demo = tuple[Flask, Instance]


def browser(demo: Demo) -> FlaskClient:
    demo[0].config["WTF_CSRF_ENABLED"] = False
    demo[0].config["SERVER_NAME"] = demo[1].address.removeprefix("http://")
    return demo[0].test_client()


def devices(app: Flask) -> list[Device]:
    with app.app_context(), transaction(write=False):
        found = list(db.session.scalars(db.select(Device).order_by(Device.id)))
        db.session.expunge_all()
    return found


def test_no_switch_exists_outside_a_demo_though_one_runs_in_the_same_process(demo: Demo, app: Flask) -> None:
    assert any(rule.rule.startswith("/demo/") for rule in demo[0].url_map.iter_rules())
    assert not any("demo" in rule.rule or rule.endpoint.startswith("demo") for rule in app.url_map.iter_rules())
    assert app.test_client().post("/demo/become", data={"who": "officer"}).status_code in (400, 404)
    assert b'class="demo"' not in app.test_client().get("/").data


def test_no_environment_can_make_a_demo() -> None:
    assert not any("DEMO" in name for name, _, _ in documented())


def test_the_bar_stands_on_a_page_of_a_demo_with_its_whole_cast(demo: Demo) -> None:
    page = browser(demo).get("/").text
    assert 'class="demo"' in page
    assert all(f'value="{role.key}"' in page for role in cast())


@pytest.mark.parametrize("role", cast(), ids=lambda role: role.key)
def test_a_visitor_becomes_any_of_the_cast_freshly_and_with_a_second_factor(demo: Demo, role) -> None:  # type: ignore[no-untyped-def]
    client = browser(demo)
    assert client.post("/demo/become", data={"who": role.key}).status_code == 302
    (device,) = devices(demo[0])
    assert device.second_factor_at == device.fresh_at
    assert clock.now() - device.fresh_at < timedelta(minutes=1)
    assert 'aria-pressed="true"><b>' in client.get("/").text


def test_nobody_becomes_a_person_who_is_not_of_the_cast(demo: Demo) -> None:
    assert browser(demo).post("/demo/become", data={"who": "somebody"}).status_code == 404
    assert devices(demo[0]) == []


def test_a_visitor_again_is_signed_out(demo: Demo) -> None:
    client = browser(demo)
    client.post("/demo/become", data={"who": "host"})
    client.post("/demo/become", data={"who": "visitor"})
    with client.session_transaction() as cookie:
        assert "device" not in cookie


def test_becoming_somebody_needs_the_page_s_own_token(demo: Demo) -> None:
    client = browser(demo)
    demo[0].config["WTF_CSRF_ENABLED"] = True
    assert client.post("/demo/become", data={"who": "officer"}).status_code == 409
    with demo[0].test_request_context():
        assert generate_csrf()
    assert devices(demo[0]) == []


@pytest.mark.parametrize(("step", "by"), [("hour", 1), ("day", 24), ("week", 7 * 24)])
def test_the_clock_moves_on_and_whoever_was_signed_in_stays_so(demo: Demo, step: str, by: int) -> None:
    client = browser(demo)
    client.post("/demo/become", data={"who": "officer"})
    before = clock.now()
    assert client.post("/demo/clock", data={"by": step}).status_code == 302
    assert timedelta(0) <= clock.now() - before - timedelta(hours=by) < timedelta(minutes=1)
    (device,) = devices(demo[0])
    assert clock.now() - device.fresh_at < timedelta(minutes=1)


def test_the_clock_goes_nowhere_for_a_step_that_is_none(demo: Demo) -> None:
    before = clock.now()
    assert browser(demo).post("/demo/clock", data={"by": "month"}).status_code == 404
    assert browser(demo).post("/demo/clock", data={"by": "next"}).status_code == 404  # nothing is to come
    assert clock.now() - before < timedelta(minutes=1)


def test_a_letter_links_to_the_demo_and_to_nowhere_else(demo: Demo) -> None:
    instance = demo[1]
    booth = f"{instance.address}/booth/abc#code=xyz"
    text = f"Vote here: {booth}.\n<script>alert(1)</script> http://evil.example/{instance.address}"
    Mailbox(instance.mailbox).put("okafor@members.invalid", "Your voting code", text, clock.now().isoformat())
    page = browser(demo).get("/demo/mailbox/1").text
    assert f'<a href="{booth}">' in page
    assert "<script>alert" not in page
    assert 'href="http://evil' not in page
    assert browser(demo).get("/demo/mailbox/2").status_code == 404


def test_the_mailbox_shows_one_address_when_asked_for_one(demo: Demo) -> None:
    box = Mailbox(demo[1].mailbox)
    box.put("a@members.invalid", "For the one", "x", clock.now().isoformat())
    box.put("b@members.invalid", "For the other", "x", clock.now().isoformat())
    page = browser(demo).get("/demo/mailbox?to=a@members.invalid").text
    assert "For the one" in page
    assert "For the other" not in page


def test_a_demo_reached_under_another_name_sends_the_visitor_to_its_own_address(demo: Demo) -> None:
    answer = browser(demo).get("/", base_url="http://localhost:1")
    assert answer.status_code == 307
    assert answer.headers["Location"] == f"{demo[1].address}/"


def test_a_demo_does_not_answer_under_a_name_that_was_bent_to_this_machine(demo: Demo) -> None:
    assert browser(demo).get("/", base_url="http://rebound.example").status_code == 400


def test_after_becoming_somebody_the_visitor_is_on_the_same_page(demo: Demo) -> None:
    client = browser(demo)
    referrer = {"Referer": f"{demo[1].address}/sittings?page=1"}
    assert client.post("/demo/become", data={"who": "host"}, headers=referrer).location == "/sittings?page=1"
    foreign = {"Referer": "https://evil.example/sittings"}
    assert client.post("/demo/become", data={"who": "host"}, headers=foreign).location == "/"
