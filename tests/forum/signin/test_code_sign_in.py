"""Signing in by a mailed code: it works once, for ten minutes, in one browser, five times tried."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from forum.kernel import clock, database
from forum.kernel.database import db, transaction
from forum.kernel.mail import Outgoing
from forum.roll.models import Local, Member
from forum.signin import queries, rules
from tests.people import Cast, make_member, sign_in

Read = Callable[[], str]


@pytest.fixture
def later(tmp_path):  # type: ignore[no-untyped-def]
    clock.follow(tmp_path / "offset")

    def move(by: timedelta) -> None:
        clock.move_to(clock.now() + by)

    return move


def ask(client: FlaskClient, who: str, **more: str):  # type: ignore[no-untyped-def]
    return client.post("/sign-in/code/new", data={"who": who, **more})


def is_in(client: FlaskClient) -> bool:
    return client.get("/devices").status_code == 200


def test_a_member_signs_in_by_number_and_mailed_code(open_forms: Flask, cast: Cast, last_code: Read) -> None:
    client = open_forms.test_client()
    assert ask(client, "1001", next="/devices").location == "/sign-in/code"
    answer = client.post("/sign-in/code", data={"code": last_code()})
    assert answer.location == "/devices"
    assert "Marta Quill" in client.get("/devices").text


def test_a_member_signs_in_by_address_in_any_case(open_forms: Flask, cast: Cast, last_code: Read) -> None:
    client = open_forms.test_client()
    ask(client, " M1001@Example.org ")
    client.post("/sign-in/code", data={"code": last_code().replace(" ", "-")})
    assert is_in(client)


def test_a_number_typed_with_gaps_is_found_but_never_before_one_that_has_them(
    open_forms: Flask, cast: Cast, last_code: Read
) -> None:
    client = open_forms.test_client()
    ask(client, " 10 0-1 ")
    client.post("/sign-in/code", data={"code": last_code()})
    assert is_in(client)
    with open_forms.app_context(), transaction(write=True):
        other = make_member("10 01", "Another Quill", db.session.get_one(Local, cast.local))
        assert [each.id for each in queries.members_called(rules.identity("10 01"))] == [other]
        assert [each.id for each in queries.members_called(rules.identity("1001"))] == [cast.member]


def test_wrong_passwords_are_slowed_with_whatever_gaps_the_number_is_typed(open_forms: Flask, cast: Cast) -> None:
    client = open_forms.test_client()
    typed = ("1001", "1 001", "10 01", "1-001", "100.1")
    answers = [client.post("/sign-in/password", data={"who": who, "password": "wrong words here"}) for who in typed]
    assert 429 not in [each.status_code for each in answers]
    assert client.post("/sign-in/password", data={"who": "10-0-1", "password": "wrong"}).status_code == 429


def test_a_code_works_once(open_forms: Flask, cast: Cast, last_code: Read) -> None:
    client = open_forms.test_client()
    ask(client, "1001")
    with client.session_transaction() as cookie:
        kept = dict(cookie)
    client.post("/sign-in/code", data={"code": last_code()})
    other = open_forms.test_client()
    with other.session_transaction() as cookie:
        cookie.update(kept)
    assert other.post("/sign-in/code", data={"code": last_code()}).status_code == 422
    assert not is_in(other)


def test_a_code_does_not_work_in_another_browser(open_forms: Flask, cast: Cast, last_code: Read) -> None:
    asker, thief = open_forms.test_client(), open_forms.test_client()
    ask(asker, "1001")
    code = last_code()
    ask(thief, "9999")
    assert thief.post("/sign-in/code", data={"code": code}).status_code == 422
    assert not is_in(thief)


def test_a_code_ends_after_ten_minutes(open_forms: Flask, cast: Cast, last_code: Read, later) -> None:  # type: ignore[no-untyped-def]
    client = open_forms.test_client()
    ask(client, "1001")
    later(timedelta(minutes=10))
    assert client.post("/sign-in/code", data={"code": last_code()}).status_code == 422


def test_after_five_wrong_tries_the_right_code_is_wrong_too(
    open_forms: Flask, cast: Cast, last_code: Read, monkeypatch
) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setattr("forum.signin.pace.count_failure", lambda *_: None)
    client = open_forms.test_client()
    ask(client, "1001")
    for _ in range(5):
        assert client.post("/sign-in/code", data={"code": "0000 0000"}).status_code == 422
    assert client.post("/sign-in/code", data={"code": last_code()}).status_code == 422
    assert not is_in(client)


def test_spending_anothers_tries_does_not_bar_the_member(open_forms: Flask, cast: Cast, last_code: Read) -> None:
    member = open_forms.test_client()
    ask(member, "1001")
    code = last_code()
    for address in range(6):
        nuisance = open_forms.test_client()
        nuisance.environ_base["REMOTE_ADDR"] = f"10.0.0.{address}"
        ask(nuisance, "1001")
        for _ in range(5):
            nuisance.post("/sign-in/code", data={"code": "1"})
    member.environ_base["REMOTE_ADDR"] = "10.9.9.9"
    assert member.post("/sign-in/code", data={"code": code}).status_code == 302


def test_several_members_of_one_address_are_told_to_use_their_number(
    open_forms: Flask, cast: Cast, mails: Callable[[], list[Outgoing]]
) -> None:
    with open_forms.app_context(), database.transaction(write=True) as session:
        session.get_one(Member, cast.seconder).email = "m1001@example.org"
    ask(open_forms.test_client(), "m1001@example.org")
    assert "member number" in mails()[-1].text


def test_nobody_unknown_gets_a_mail(open_forms: Flask, cast: Cast, mails: Callable[[], list[Outgoing]]) -> None:
    ask(open_forms.test_client(), "no-such-number")
    ask(open_forms.test_client(), "nobody@example.org")
    assert mails() == []


@pytest.mark.parametrize(
    "onward", ["https://evil.example/", "//evil.example", "/\\evil.example", "/\t/evil.example", "javascript:x"]
)
def test_nobody_is_led_to_a_foreign_place(open_forms: Flask, cast: Cast, last_code: Read, onward: str) -> None:
    client = open_forms.test_client()
    ask(client, "1001", next=onward)
    assert client.post("/sign-in/code", data={"code": last_code()}).location == "/"


def test_asking_over_and_over_is_slowed_but_ends(open_forms: Flask, cast: Cast) -> None:
    client = open_forms.test_client()
    answers = [ask(client, "1001").status_code for _ in range(7)]
    assert answers[:5] == [302] * 5
    assert answers[-1] == 429


def test_fifty_members_behind_one_address_sign_in_even_if_some_mistype(
    open_forms: Flask, cast: Cast, last_code: Read
) -> None:
    with open_forms.app_context(), database.transaction(write=True) as session:
        here = session.get_one(Local, cast.local)
        for number in range(50):
            make_member(f"N{number}", f"Neighbour {number}", here)
    for number in range(50):
        client = open_forms.test_client()
        assert ask(client, f"N{number}").status_code == 302
        if number % 5 == 0:
            client.post("/sign-in/code", data={"code": "12"})
        assert client.post("/sign-in/code", data={"code": last_code()}).status_code == 302, number


def test_signing_out_ends_the_device_and_clears_the_browser(open_forms: Flask, cast: Cast) -> None:
    client = sign_in(open_forms, cast.member)
    with client.session_transaction() as cookie:
        kept = dict(cookie)
    answer = client.post("/sign-out")
    assert "storage" in answer.headers["Clear-Site-Data"]
    thief = open_forms.test_client()
    with thief.session_transaction() as cookie:
        cookie.update(kept)
    assert not is_in(thief)


def test_a_code_page_without_a_question_asked_leads_back(open_forms: Flask) -> None:
    assert open_forms.test_client().get("/sign-in/code").location == "/sign-in"
