"""Passkeys, made and shown by an authenticator in software; and every way in which one must not fit."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from forum.kernel.mail import Outgoing
from tests.forum.signin.authenticator import Authenticator
from tests.people import Cast, sign_in

Mails = Callable[[], list[Outgoing]]


def enrol(client: FlaskClient, key: Authenticator, onward: str = "/devices") -> Any:
    options = client.post("/passkey/new/options", json={}).json
    return client.post("/passkey/new", json={"credential": key.make(options), "next": onward})


def show(client: FlaskClient, key: Authenticator, **more: object) -> Any:
    options = client.post("/passkey/options", json={}).json
    return client.post("/passkey", json={"credential": key.show(options), "next": "/devices", **more})


@pytest.fixture
def held(open_forms: Flask, cast: Cast) -> Authenticator:
    """An officer's passkey."""
    key = Authenticator()
    assert enrol(sign_in(open_forms, cast.officer, second_factor=False), key).status_code == 200
    return key


def test_a_member_signs_in_with_a_passkey_alone_and_has_shown_a_second_factor(
    open_forms: Flask, cast: Cast, held: Authenticator
) -> None:
    client = open_forms.test_client()
    assert show(client, held).json == {"url": "/devices"}
    assert client.get("/devices").status_code == 200
    assert client.get("/second-factor").status_code == 200


def test_the_first_passkey_leads_to_recovery_codes_and_a_mail(open_forms: Flask, cast: Cast, mails: Mails) -> None:
    answer = enrol(sign_in(open_forms, cast.member, second_factor=False), Authenticator())
    assert answer.json["url"].startswith("/second-factor/codes")
    assert mails()[-1].name == "account_changed"


def test_a_visitor_is_asked_the_same_whoever_they_say_they_are(
    open_forms: Flask, cast: Cast, held: Authenticator
) -> None:
    client = open_forms.test_client()
    asked = [client.post("/passkey/options", json={"who": who}).json for who in ("2001", "nobody", "")]
    assert all(each["allowCredentials"] == [] for each in asked)
    assert {tuple(sorted(each)) for each in asked} == {tuple(sorted(asked[0]))}


@pytest.mark.parametrize(
    "change",
    [{"origin": "https://evil.example"}, {"home": "evil.example"}, {"verified": False}, {"key": Authenticator().key},
     {"credential_id": b"another"}, {"use_count": -1}],
    ids=["another site", "another home", "no finger", "another key", "unknown", "a copied key"],
)  # fmt: skip
def test_a_passkey_that_does_not_fit_opens_nothing(
    open_forms: Flask, cast: Cast, held: Authenticator, change: dict[str, Any]
) -> None:
    show(open_forms.test_client(), held)
    for name, value in change.items():
        setattr(held, name, value)
    client = open_forms.test_client()
    assert show(client, held).status_code == 403
    assert client.get("/devices").status_code == 302


def test_an_answer_fits_its_own_question_once(open_forms: Flask, cast: Cast, held: Authenticator) -> None:
    client = open_forms.test_client()
    answer = held.show(client.post("/passkey/options", json={}).json)
    with client.session_transaction() as cookie:
        kept = dict(cookie)
    assert client.post("/passkey", json={"credential": answer}).status_code == 200
    thief = open_forms.test_client()
    with thief.session_transaction() as cookie:
        cookie.update(kept)
    assert thief.post("/passkey", json={"credential": answer}).status_code in (403, 429)
    assert open_forms.test_client().post("/passkey", json={"credential": answer}).status_code == 403


def test_anothers_passkey_does_not_confirm_a_member(open_forms: Flask, cast: Cast, held: Authenticator) -> None:
    client = sign_in(open_forms, cast.officers[1], fresh=False, second_factor=False)
    assert show(client, held).status_code == 403


def test_showing_a_passkey_makes_a_stale_device_fresh(open_forms: Flask, cast: Cast, held: Authenticator) -> None:
    client = sign_in(open_forms, cast.officer, fresh=False)
    assert client.post("/second-factor/codes").location.startswith("/confirm")
    assert show(client, held).status_code == 200
    assert client.post("/second-factor/codes").status_code == 200


def test_a_second_passkey_needs_the_first_to_be_shown(open_forms: Flask, cast: Cast, held: Authenticator) -> None:
    mailbox_thief = sign_in(open_forms, cast.officer, second_factor=False)
    assert enrol(mailbox_thief, Authenticator()).status_code == 403
    assert show(mailbox_thief, held).status_code == 200
    assert enrol(mailbox_thief, Authenticator()).json == {"url": "/devices"}


def test_a_stale_device_cannot_add_a_passkey(open_forms: Flask, cast: Cast) -> None:
    assert enrol(sign_in(open_forms, cast.member, fresh=False, second_factor=False), Authenticator()).status_code == 403


def test_one_passkey_belongs_to_one_member(open_forms: Flask, cast: Cast, held: Authenticator) -> None:
    assert enrol(sign_in(open_forms, cast.member, second_factor=False), held).status_code == 403


def test_an_officer_keeps_at_least_one_second_factor(open_forms: Flask, cast: Cast, held: Authenticator) -> None:
    client = sign_in(open_forms, cast.officer)
    assert client.post("/devices/passkeys/1/remove").status_code == 403
    enrol(client, Authenticator())
    assert client.post("/devices/passkeys/1/remove").status_code == 302
    assert show(open_forms.test_client(), held).status_code == 403


def test_nobody_removes_anothers_passkey(open_forms: Flask, cast: Cast, held: Authenticator) -> None:
    assert sign_in(open_forms, cast.officers[1]).post("/devices/passkeys/1/remove").status_code == 404


ODD = {"id": "a", "rawId": "a", "type": "public-key", "response": []}


@pytest.mark.parametrize("sent", [None, [], "x", {}, *({"credential": each} for each in (None, {}, {"rawId": 7}, ODD))])
@pytest.mark.parametrize("url", ["/passkey", "/passkey/new"])
def test_what_no_browser_sends_is_refused_in_words(
    open_forms: Flask, cast: Cast, held: Authenticator, url: str, sent: object
) -> None:
    client = sign_in(open_forms, cast.officer)
    client.post(url + "/options" if "new" in url else "/passkey/options", json={})
    answer = client.post(url, json=sent)
    assert answer.status_code == 403
    assert "passkey" in answer.text
