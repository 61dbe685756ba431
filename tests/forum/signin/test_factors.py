"""Authenticator apps, recovery codes, the proof of office holders, the fresh sign-in, the operator's reset."""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta

import pyotp
import pytest
from flask import Flask
from flask.testing import FlaskClient

from forum.kernel import audit, clock
from forum.kernel.database import db, transaction
from forum.kernel.errors import Invalid, Refused
from forum.kernel.mail import Outgoing
from forum.roll.models import Member
from forum.signin import device_operations, factor_operations, factors, passwords, queries
from forum.signin.models import Account
from tests.conftest import NOW
from tests.people import Cast, actor, sign_in

PASSWORD = "a lamp in the quiet yard"


@pytest.fixture
def moving(tmp_path) -> Iterator[Callable[[int], None]]:  # type: ignore[no-untyped-def]
    clock.follow(tmp_path / "offset")
    yield lambda seconds: clock.move_to(clock.now() + timedelta(seconds=seconds))
    clock.follow(None)


def secret_on(client: FlaskClient, url: str = "/second-factor") -> str:
    found = re.search(r'<p class="secret">([A-Z2-7 ]+)</p>', client.get(url).text)
    assert found
    return found[1].replace(" ", "")


def code_of(secret: str) -> str:
    return pyotp.TOTP(secret).at(int(clock.now().timestamp()))


def enrol(client: FlaskClient) -> str:
    secret = secret_on(client)
    assert client.post("/second-factor", data={"code": code_of(secret)}).location.startswith("/second-factor/codes")
    return secret


def give_password(app: Flask, member_id: int) -> None:
    with app.app_context(), transaction(write=True):
        db.session.get_one(Account, member_id).password_hash = passwords.make_hash(PASSWORD)


def test_an_officer_is_led_to_a_second_proof_and_back(open_forms: Flask, cast: Cast) -> None:
    client = sign_in(open_forms, cast.host, second_factor=False)
    url = f"/locals/{cast.local}/roll"
    led = client.get(url)
    assert led.location.startswith("/second-factor?next=")
    secret = secret_on(client, led.location)
    client.post("/second-factor", data={"code": code_of(secret), "next": url})
    assert client.get(url).status_code == 200


def test_the_offered_key_is_the_same_at_each_look_and_differs_by_device(open_forms: Flask, cast: Cast) -> None:
    one, other = (
        sign_in(open_forms, cast.officer, second_factor=False),
        sign_in(open_forms, cast.officer, second_factor=False),
    )
    assert secret_on(one) == secret_on(one) != secret_on(other)


def test_an_app_is_kept_under_encryption(open_forms: Flask, cast: Cast) -> None:
    secret = enrol(sign_in(open_forms, cast.officer, second_factor=False))
    with open_forms.app_context(), transaction(write=False):
        stored = db.session.get_one(Account, cast.officer).totp_secret
    assert stored
    assert secret not in stored
    assert factors.unlock(b"another installation's secret!!!", stored) == ""


def test_a_code_of_the_app_works_once_and_for_half_a_minute(
    open_forms: Flask, cast: Cast, moving: Callable[[int], None]
) -> None:
    secret = enrol(sign_in(open_forms, cast.officer, second_factor=False))
    moving(60)
    code = code_of(secret)
    client = sign_in(open_forms, cast.officer, second_factor=False)
    assert client.post("/second-factor", data={"code": code}).location == "/"
    again = sign_in(open_forms, cast.officer, second_factor=False)
    assert again.post("/second-factor", data={"code": code}).status_code == 422
    late = code_of(secret)
    moving(120)
    assert again.post("/second-factor", data={"code": late}).status_code == 422


@pytest.mark.parametrize("code", ["", "000000", "12345", "1234567", "abcdef", "١٢٣٤٥٦"])
def test_a_wrong_code_shows_nothing(open_forms: Flask, cast: Cast, code: str) -> None:
    enrol(sign_in(open_forms, cast.officer, second_factor=False))
    client = sign_in(open_forms, cast.officer, second_factor=False)
    assert client.post("/second-factor", data={"code": code}).status_code == 422
    assert client.get("/roll").status_code in (302, 403)


def test_guessing_codes_is_slowed(open_forms: Flask, cast: Cast) -> None:
    enrol(sign_in(open_forms, cast.officer, second_factor=False))
    client = sign_in(open_forms, cast.officer, second_factor=False)
    answers = [client.post("/second-factor", data={"code": f"00000{n}"}).status_code for n in range(7)]
    assert answers[0] == 422
    assert answers[-1] == 429


def test_a_mailbox_thief_cannot_add_an_app_beside_the_one_there(open_forms: Flask, cast: Cast) -> None:
    enrol(sign_in(open_forms, cast.officer, second_factor=False))
    thief = sign_in(open_forms, cast.officer, second_factor=False)
    assert "secret" not in thief.get("/second-factor?add=1").text.replace("signin", "")
    assert thief.post("/second-factor", data={"code": "123456", "add": "1"}).status_code == 403


def test_a_recovery_code_stands_in_once(open_forms: Flask, cast: Cast) -> None:
    client = sign_in(open_forms, cast.officer, second_factor=False)
    enrol(client)
    codes = re.findall(r"<li>([A-Z2-9]{4}(?: [A-Z2-9]{4}){3})</li>", client.post("/second-factor/codes").text)
    assert len(set(codes)) == 10
    lost = sign_in(open_forms, cast.officer, second_factor=False)
    assert lost.post("/second-factor", data={"recovery": codes[3].lower()}).status_code == 302
    assert lost.post("/second-factor", data={"recovery": codes[3]}).status_code == 422
    stranger = sign_in(open_forms, cast.officers[1], second_factor=False)
    enrol(stranger)
    assert stranger.post("/second-factor", data={"recovery": codes[4]}).status_code == 422


def test_new_recovery_codes_end_the_old(open_forms: Flask, cast: Cast) -> None:
    client = sign_in(open_forms, cast.officer, second_factor=False)
    enrol(client)
    find = r"<li>([A-Z2-9]{4}(?: [A-Z2-9]{4}){3})</li>"
    old = re.findall(find, client.post("/second-factor/codes").text)[0]
    client.post("/second-factor/codes")
    assert client.post("/second-factor", data={"recovery": old}).status_code == 422


def test_recovery_codes_need_a_second_factor_to_stand_in_for(ground: Flask, cast: Cast) -> None:
    with pytest.raises(Refused):
        factor_operations.make_recovery_codes(actor(cast.officer), now=NOW, pepper=b"p" * 32, language="en")


@pytest.mark.parametrize("show", [factor_operations.show_app, factor_operations.show_recovery])
def test_who_has_no_second_factor_cannot_show_one(ground: Flask, cast: Cast, show: Callable[..., None]) -> None:
    device_operations.open_device(cast.member, "a phone", now=NOW, second_factor=False)
    with pytest.raises(Invalid):
        show(actor(cast.member), "123456", now=NOW, pepper=b"p" * 32)


def test_a_password_makes_a_stale_device_fresh(open_forms: Flask, cast: Cast) -> None:
    give_password(open_forms, cast.member)
    client = sign_in(open_forms, cast.member, fresh=False, second_factor=False)
    new = {"password": "the second lamp of the yard"}
    assert client.post("/devices/password", data=new).location.startswith("/confirm")
    assert client.post("/confirm", data={"password": "wrong"}).status_code == 422
    assert client.post("/confirm", data={"password": PASSWORD, "next": "/devices"}).location == "/devices"
    assert client.post("/devices/password", data=new).location == "/devices"


def test_a_mailed_code_makes_a_stale_device_fresh(open_forms: Flask, cast: Cast, last_code: Callable[[], str]) -> None:
    client = sign_in(open_forms, cast.member, fresh=False, second_factor=False)
    page = client.post("/confirm/code/new", data={"next": "/devices"}).location
    assert "mailed=1" in page
    assert client.post("/confirm", data={"mailed": "11112222"}).status_code == 422
    assert client.post("/confirm", data={"mailed": last_code(), "next": "/devices"}).location == "/devices"
    assert client.get("/second-factor").status_code == 200


def test_anothers_mailed_code_does_not_confirm(open_forms: Flask, cast: Cast, last_code: Callable[[], str]) -> None:
    client = sign_in(open_forms, cast.member, fresh=False, second_factor=False)
    client.post("/sign-in/code/new", data={"who": "1002"})
    assert client.post("/confirm", data={"mailed": last_code()}).status_code == 422


def test_confirming_without_anything_is_answered_in_words(open_forms: Flask, cast: Cast) -> None:
    assert sign_in(open_forms, cast.member, fresh=False).post("/confirm", data={}).status_code == 422


def test_confirming_by_password_does_not_show_a_second_factor(open_forms: Flask, cast: Cast) -> None:
    give_password(open_forms, cast.host)
    client = sign_in(open_forms, cast.host, fresh=False, second_factor=False)
    client.post("/confirm", data={"password": PASSWORD})
    assert client.get(f"/locals/{cast.local}/roll").location.startswith("/second-factor")


def test_changing_the_password_signs_others_out_and_is_told(
    open_forms: Flask, cast: Cast, mails: Callable[[], list[Outgoing]]
) -> None:
    here, there = sign_in(open_forms, cast.member), sign_in(open_forms, cast.member)
    here.post("/devices/password", data={"password": "the second lamp of the yard"})
    assert there.get("/devices").status_code == 302
    assert mails()[-1].name == "account_changed"
    assert "lamp" not in mails()[-1].text


@pytest.mark.parametrize(
    "password",
    [
        "",
        "short",
        "password1234",
        "UnionStrong1",
        "aaaaaaaaaaaaaa",
        "abcabcabcabcabc",
        "Marta-Quill-1001",
        "1234567890123",
        "x" * 201,
    ],
)
def test_a_weak_password_is_refused_at_its_field(open_forms: Flask, cast: Cast, password: str) -> None:
    answer = sign_in(open_forms, cast.member).post("/devices/password", data={"password": password})
    assert answer.status_code == 422
    assert 'id="f-password-e"' in answer.text


@pytest.mark.parametrize(
    "password", ["four words are enough", "пароль длиной в поле", "pässwört wîth spàces", "k" * 5 + "9xQ2#vR8!z"]
)
def test_a_good_password_is_taken_as_it_is(open_forms: Flask, cast: Cast, password: str) -> None:
    sign_in(open_forms, cast.member).post("/devices/password", data={"password": password})
    client = open_forms.test_client()
    assert client.post("/sign-in/password", data={"who": "1001", "password": password}).location == "/"
    assert client.get("/devices").status_code == 200


def test_the_operator_s_reset_takes_everything_and_is_logged(ground: Flask, cast: Cast) -> None:
    token = device_operations.open_device(cast.officer, "a phone", now=NOW, second_factor=True)
    account = db.session.get_one(Account, cast.officer)
    account.totp_secret, account.totp_confirmed_at = "x", NOW
    factor_operations.reset_factors(db.session.get_one(Member, cast.officer), now=NOW)
    assert not queries.has_factor(cast.officer)
    assert not queries.find_actor(token, NOW).is_member
    entry = db.session.scalars(db.select(audit.AuditEntry)).one()
    assert (entry.act, entry.office) == ("reset_factors", "operator")
