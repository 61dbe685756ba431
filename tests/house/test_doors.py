"""Every route crossed with every kind of person: who is let in, who is sent away; and what every answer carries."""

import re
import secrets
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from forum.kernel import clock
from forum.kernel.database import db, transaction
from forum.questions.models import Appointment, Question
from tests.people import Cast, sign_in

pytestmark = pytest.mark.sqlite_alone

PEOPLE = (
    "visitor", "member", "elsewhere", "suspended", "retired", "host", "officer", "teller", "trustee", "observer",
)  # fmt: skip
ADMITTED = {
    "anyone": set(PEOPLE), "members": set(PEOPLE) - {"visitor"}, "hosts": {"host"}, "officers": {"officer"},
    "tellers": {"teller"}, "serving tellers": {"teller"}, "trustees": {"trustee"}, "observers": {"observer"},
    "chairs": {"host", "teller"}, "leaders": {"host", "officer"},
    "signers": {"officer", "teller", "observer"},
}  # fmt: skip


CLOSED_TO_SCRIPTS = "camera=(), microphone=(), geolocation=(), payment=(), usb=()"


@pytest.fixture
def browsers(app: Flask, cast: Cast) -> dict[str, FlaskClient]:
    """A signed-in browser for every kind of person; the office holders hold theirs for one question."""
    app.config["WTF_CSRF_ENABLED"] = False
    app.config["RAISE_FAILURES"] = False
    with app.app_context(), transaction(write=True):
        now = clock.now()
        question = Question(
            public_id=secrets.token_urlsafe(12), number=1, state="debating", template="ratification", title="Shall we?",
            created_at=now, created_by_id=cast.officer, debate_opens_at=now - timedelta(days=1),
        )  # fmt: skip
        db.session.add(question)
        db.session.flush()
        holders = {"teller": cast.tellers[0], "trustee": cast.trustees[0], "observer": cast.observer}
        for role, holder in holders.items():
            db.session.add(Appointment(question_id=question.id, member_id=holder, role=role, named_at=now))
    members = {
        "member": cast.member, "elsewhere": cast.elsewhere, "suspended": cast.suspended, "retired": cast.retired,
        "host": cast.host, "officer": cast.officer, **holders,
    }  # fmt: skip
    return {"visitor": app.test_client(), **{kind: sign_in(app, member) for kind, member in members.items()}}


def routes(app: Flask) -> list[tuple[Rule, str]]:
    return [
        (rule, method)
        for rule in app.url_map.iter_rules()
        for method in sorted((rule.methods or set()) & {"GET", "POST"})
        if rule.endpoint != "static"
    ]


def address(rule: Rule) -> str:
    """A well-formed address of the route, of something that does not exist."""
    return re.sub(r"<(?:(\w+)(?:\([^)]*\))?:)?\w+>", lambda part: "999999" if part[1] == "int" else "zz", rule.rule)


def test_every_route_lets_in_whom_its_door_names_and_nobody_else(
    app: Flask, browsers: dict[str, FlaskClient], monkeypatch: pytest.MonkeyPatch
) -> None:
    wrong = []
    for kind, browser in browsers.items():
        if kind == "elsewhere":  # a visitor and a member have seen every page drawn
            monkeypatch.setattr("flask.templating._render", lambda *_: "a page")
        for rule, method in routes(app):
            view = app.view_functions[rule.endpoint]
            if "sign-out" in rule.rule or rule.rule.startswith("/devices"):
                continue  # these would sign the others of this test out
            answer = browser.open(address(rule), method=method)
            sent_to_sign_in = answer.status_code == 302 and "/sign-in" in answer.headers["Location"]
            let_in = kind in ADMITTED[view.door.name]  # type: ignore[attr-defined]
            if answer.status_code >= 500:
                wrong.append(f"{kind} {method} {rule.rule}: {answer.status_code}")
            elif not let_in and kind == "visitor" and not sent_to_sign_in:
                wrong.append(f"visitor {method} {rule.rule}: {answer.status_code}, not sent to sign in")
            elif not let_in and kind != "visitor" and answer.status_code not in (403, 429):
                wrong.append(f"{kind} {method} {rule.rule}: {answer.status_code}, not refused")
            elif let_in and sent_to_sign_in and kind != "visitor":
                wrong.append(f"{kind} {method} {rule.rule}: sent to sign in")
    assert not wrong, "\n".join(wrong)


def test_every_unsafe_route_needs_the_page_s_token(app: Flask, cast: Cast) -> None:
    browser = sign_in(app, cast.officer)
    app.config["RAISE_FAILURES"] = False
    for rule, method in routes(app):
        view = app.view_functions[rule.endpoint]
        if method == "POST" and view.csrf:  # type: ignore[attr-defined]
            answer = browser.post(address(rule), data={"x": "y"})
            assert answer.status_code == 409, f"{rule.rule} took a form without its token: {answer.status_code}"


def test_every_answer_carries_the_strict_headers(app: Flask, browsers: dict[str, FlaskClient]) -> None:
    for rule, method in routes(app):
        if method != "GET":
            continue
        for kind in ("visitor", "member"):
            headers = browsers[kind].get(address(rule)).headers
            policy = headers["Content-Security-Policy"]
            assert "unsafe" not in policy
            assert "frame-ancestors" in policy
            assert "default-src 'none'" in policy
            assert "script-src" not in policy or "require-trusted-types-for 'script'" in policy
            assert headers["X-Content-Type-Options"] == "nosniff"
            assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
            assert headers["Cache-Control"] == "no-store", rule.rule
            assert headers["Permissions-Policy"] == CLOSED_TO_SCRIPTS, rule.rule
            if rule.rule.startswith("/booth"):
                assert headers["Referrer-Policy"] == "no-referrer"


def test_the_cookie_is_closed_to_scripts_and_to_other_sites(app: Flask) -> None:
    page = app.test_client().get("/")
    cookies = page.headers.getlist("Set-Cookie")
    assert cookies
    assert all("HttpOnly" in cookie and "SameSite=Lax" in cookie for cookie in cookies)


def test_a_failure_shows_no_trace_and_a_number_to_ask_about(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    app.config["RAISE_FAILURES"] = False

    def fail(*_: object, **__: object) -> None:
        raise ZeroDivisionError("secret of the house")

    monkeypatch.setattr("referendum.casting.queries.whereabouts", fail)
    page = app.test_client().get("/tracker?tracker=" + "a" * 43)
    assert page.status_code == 500
    assert b"secret of the house" not in page.data
    assert b"Traceback" not in page.data


def test_a_request_under_a_foreign_host_name_is_not_answered(app: Flask) -> None:
    app.config["RAISE_FAILURES"] = False
    assert app.test_client().get("/", headers={"Host": "evil.example"}).status_code == 400
    assert app.test_client().get("/").status_code == 200
