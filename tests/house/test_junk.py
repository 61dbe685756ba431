"""T10: junk in every form, query and socket event, sent to things that exist, by those whom the door lets in."""

import io
import os
import random
import re
from functools import cache
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from forum.kernel import clock
from forum.kernel.database import transaction
from forum.kernel.live import EVENTS
from tests.build_sittings import connect
from tests.build_town import Town, make_town
from tests.house.source import ROOT
from tests.people import Cast, sign_in

pytestmark = pytest.mark.sqlite_alone

ASKED = re.compile(r"""(?:line|text|choices?|number|ticked|instant|get|read_number)\((?:reader, )?"([a-z]\w*)["\s]""")
EXTREME = (
    "", " ", "0", "-1", "1", "2", "9" * 9, "9" * 19, "9" * 30, "1e9", "²", "١٢", "NaN", "true", "yes", "a\x00b",
    "\ud800", "\u202e", "x" * 11_000, "%s %(a)s {0} {{7*7}}", "post:²", "message:9999999999", "A-²", "[]", "null",
    "9999-12-31T23:59", "0001-01-01T00:00", "2026-13-40T99:99", "2027-01-01T10:00+23:59", "own", "../../etc/passwd",
    "/q/\r\nX: y", "//evil.example", "a\nb\nc", "<b>", "100 %", "é" * 300,
)  # fmt: skip
PLAUSIBLE = {
    "option": ("1", "2", "3", "4", "5", "6"), "side": ("for", "against"), "ground": ("threat", "impossible"),
    "ruling": ("upheld", "restored", "dismissed"), "value": ("agree", "pass"), "agreed": ("yes", "no"),
    "template": ("ratification", "weiner", "own"), "origin": ("post:1", "post:2", "message:1"), "hall": ("1", "3"),
    "audience": ("all", "council", "local"), "council": ("1", ""), "local": ("156",), "pinned": ("A-1", "1"),
    "statement": ("1", ""),
    "revision": ("1",), "version": ("0", "1", "2"), "minutes": ("words",), "question": ("Well?",), "days": ("1", "60"),
    "choices": ("yes\nno",), "choice": ("0", "1"), "into": ("A-1",), "argument": ("A-1",), "seconds": ("30", "0"),
    "video_url": ("https://meet.example.org/88",), "leaning": ("undecided", "1"),
    "starts_at": ("2031-01-01T10:00",), "language": ("en", "es"),
    "purpose": ("spares", "turnout", "challenge", "units"), "asks": ("me", "remove"), "paper": ("A4",),
    "how": ("mail", "letter"), "where": ("here", "online"),
}  # fmt: skip
PLACES = re.compile(r"""_number\(sent, "([a-z]\w*)["\s]""")  # numbers that events ask for, forms have in their address
QUERIES = re.compile(r"""(?:request\.args\.get\(|asked_number\(.*?, )\"(\w+)\"""")
LEFT_ALONE = ("/sign-out", "/devices", "/static")


@cache
def fields(pattern: re.Pattern[str] = ASKED) -> tuple[str, ...]:
    """Every name that the product asks a form, a query or a payload for, read from its source."""
    files = [file for top in ("forum", "referendum") for file in (ROOT / top).rglob("*.py")]
    return tuple(sorted({name for file in files for name in pattern.findall(file.read_text(encoding="utf-8"))}))


@pytest.fixture
def town(app: Flask, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Town:
    app.config["WTF_CSRF_ENABLED"] = False
    app.config["RAISE_FAILURES"] = False
    monkeypatch.setattr("forum.kernel.limits.hit", lambda *_: None)
    monkeypatch.setattr("forum.signin.pace.refuse_hurry", lambda *_: None)
    with app.test_request_context(), transaction(write=True):
        return make_town(cast, now=clock.now())


@pytest.fixture
def browsers(app: Flask, town: Town) -> list[FlaskClient]:
    """A member, a host, an officer, a teller, a trustee and a visitor."""
    cast = town.cast
    members = (cast.member, cast.host, cast.officer, cast.tellers[0], cast.trustees[0])
    return [*(sign_in(app, each) for each in members), app.test_client()]


def sent(dice: random.Random, *, extreme: float = 0.3) -> dict[str, str]:
    """A form with every field there is: plausible, extreme, or left out."""
    filled = {}
    for name in fields():
        throw = dice.random()
        if throw < 0.6:
            filled[name] = dice.choice(PLAUSIBLE.get(name, ("some words", "1")))
        elif throw < 0.6 + extreme:
            filled[name] = dice.choice(EXTREME)
    return filled


def placed(dice: random.Random) -> dict[str, int]:
    """The numbers of things that an event is about."""
    return {name: dice.choice((0, 1, 1, 2)) for name in fields(PLACES)}


def nested(dice: random.Random, depth: int = 0) -> Any:
    """Any JSON, as a socket or a script may send it."""
    if depth > 3 or dice.random() < 0.6:
        return dice.choice((*EXTREME, None, True, -1, 0, 2**40, 2**70, 1.5, float("inf")))
    inner = [nested(dice, depth + 1) for _ in range(3)]
    return inner if dice.random() < 0.5 else dict(zip("abc", inner, strict=True))


seeds = given(st.integers(0, 2**32))
few = settings(
    max_examples=int(os.environ.get("HUSTINGS_JUNK", "2")),  # more by hand
    database=None, derandomize=True, phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)  # fmt: skip


def rules_of(app: Flask, method: str) -> list[Any]:
    return [
        rule
        for rule in app.url_map.iter_rules()
        if method in (rule.methods or ()) and not rule.rule.startswith(LEFT_ALONE)
    ]


@few
@seeds
def test_no_form_fails_on_junk(app: Flask, town: Town, browsers: list[FlaskClient], seed: int) -> None:
    dice = random.Random(seed)
    failed = []
    for rule in rules_of(app, "POST"):
        address = dice.choice(list(town.addresses(rule)))
        form = {name: value.encode("utf-8", "replace").decode() for name, value in sent(dice).items()}
        for browser in dice.sample(browsers, 2):
            answer = browser.post(address, data=form)
            if answer.status_code >= 500:
                failed.append((address, answer.status_code))
    assert not failed


@few
@seeds
def test_no_json_and_no_upload_fails_on_junk(app: Flask, town: Town, browsers: list[FlaskClient], seed: int) -> None:
    dice = random.Random(seed)
    failed = []
    for rule in rules_of(app, "POST"):
        address = dice.choice(list(town.addresses(rule)))
        browser = dice.choice(browsers)
        raw = dice.randbytes(dice.choice((0, 10, 3000)))
        upload = {name: (io.BytesIO(raw), dice.choice(EXTREME[:15])) for name in ("file", "part")}
        answers = (
            browser.post(address, json=nested(dice)),
            browser.post(address, data=raw, content_type="application/json"),
            browser.post(address, data="[" * 20_000, content_type="application/json"),
            browser.post(address, data=raw, content_type="multipart/form-data; boundary=x"),
            browser.post(address, data=upload),
        )
        failed += [(address, answer.status_code) for answer in answers if answer.status_code >= 500]
    assert not failed


@few
@seeds
def test_no_page_fails_on_a_junk_query(app: Flask, town: Town, browsers: list[FlaskClient], seed: int) -> None:
    dice = random.Random(seed)
    failed = []
    for rule in rules_of(app, "GET"):
        address = dice.choice(list(town.addresses(rule)))
        for _ in range(2):
            query = {name: dice.choice(EXTREME).encode("utf-8", "replace")[:60] for name in fields(QUERIES)}
            answer = dice.choice(browsers[:5]).get(address, query_string=query)
            if answer.status_code >= 500:
                failed.append((address, query, answer.status_code))
            answer.close()  # a stream holds its request open
    assert not failed


@few
@seeds
def test_no_socket_event_fails_on_junk(app: Flask, town: Town, seed: int) -> None:
    dice = random.Random(seed)
    failed = []
    for member in (town.cast.member, town.cast.host, town.cast.tellers[0], 0):
        socket = connect(app, sign_in(app, member) if member else app.test_client())
        for event in EVENTS:
            loose = {name: nested(dice) for name in dice.sample(fields(), 20)}
            close = {**sent(dice), **placed(dice), "sitting": town.debate.sitting, "room": dice.choice(ROOMS)}
            for payload in (nested(dice), {**loose, "sitting": town.debate.sitting}, close):
                answer = socket.emit(event, payload, callback=True)
                if not isinstance(answer, dict) or "Something went wrong" in str(answer.get("refused")):
                    failed.append((event, answer))
    assert not failed


def test_every_event_is_one_that_these_payloads_reach(app: Flask, town: Town) -> None:
    """Junk shows little where it never gets past the reading: each event is asked with words that it can read. For a
    new event whose field is new, `PLAUSIBLE` says what may stand there.
    """
    dice = random.Random(1)
    sockets = [connect(app, sign_in(app, each)) for each in (town.cast.host, town.cast.member)]
    unread = set(EVENTS)
    for event in EVENTS:
        for _ in range(60):
            place = {**placed(dice), "sitting": town.debate.sitting, "room": ROOMS[0]}
            answer = dice.choice(sockets).emit(event, {**sent(dice, extreme=0.0), **place}, callback=True)
            if "problems" not in answer and answer.get("status") not in (404, 429):
                unread.discard(event)
                break
    assert not unread


ROOMS = ("sitting:1", "sitting:²", "sitting:999999999999", "sitting:", ":", "device:1", "member:2", "sitting:-1")
