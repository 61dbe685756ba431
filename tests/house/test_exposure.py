"""U1: what the roll knows of members, and what halls say, reaches nobody for whom it is not meant."""

import re
from collections.abc import Iterator

import pytest
from flask import Flask

from forum.kernel import clock
from forum.kernel.database import db, transaction
from forum.roll.models import Local, Member
from tests.build_sittings import connect
from tests.build_town import Town, make_town
from tests.people import Cast, sign_in

NUMBER = "zq-canary-{}-zq"
EMAIL = "zqcanary{}@roll.example"
SMALL = "Zq-local-"
CANARY = re.compile(r"zq-?canary-?(\d+)")
SAID = tuple(f"Words of the {field}" for field in ("hall post", "message", "reason", "appeal", "poll", "question to"))


@pytest.fixture
def town(app: Flask, cast: Cast) -> Town:
    """The town, with a roll whose numbers and addresses can be told from anything else."""
    app.config["WTF_CSRF_ENABLED"] = False
    app.config["RAISE_FAILURES"] = False
    with app.test_request_context(), transaction(write=True):
        town = make_town(cast, now=clock.now())
        for member in db.session.scalars(db.select(Member)):
            member.number, member.email = NUMBER.format(member.id), EMAIL.format(member.id)
    return town


def pages(app: Flask, town: Town, member_id: int) -> Iterator[tuple[str, int, str]]:
    """Every page there is, fetched by one person: (address, status, everything that came back)."""
    browser = sign_in(app, member_id) if member_id else app.test_client()
    for rule in app.url_map.iter_rules():
        if "GET" in (rule.methods or ()) and rule.endpoint != "static":
            for address in town.addresses(rule):
                answer = browser.get(address)
                yield address, answer.status_code, f"{answer.headers}\n{answer.get_data().decode(errors='replace')}"


@pytest.mark.parametrize("kind", ["visitor", "member", "elsewhere", "suspended", "retired", "other_host"])
def test_no_page_tells_anothers_address_or_number(app: Flask, town: Town, kind: str) -> None:
    me = getattr(town.cast, kind, 0)
    wrong: dict[str, object] = {}
    read = 0
    for address, status, page in pages(app, town, me):
        if status >= 500:
            wrong[address] = status
        read += status == 200
        if kind == "other_host" and address == f"/locals/{town.cast.other_local}/roll":
            continue  # a host's own roll is the host's
        if told := set(CANARY.findall(page)) - {str(me)}:
            wrong[address] = told
    assert not wrong
    assert read > (30 if kind == "visitor" else 50)


def test_a_host_reads_the_own_roll_and_no_other(app: Flask, town: Town) -> None:
    """The canaries do sing where they may."""
    browser = sign_in(app, town.cast.other_host)
    assert set(CANARY.findall(browser.get(f"/locals/{town.cast.other_local}/roll").text)) > {str(town.cast.elsewhere)}
    assert browser.get(f"/locals/{town.cast.local}/roll").status_code in (403, 404)


def test_a_visitor_reads_no_name_of_a_member_no_small_local_and_nothing_said_in_a_hall(app: Flask, town: Town) -> None:
    """Claims, titles and statements are public; who moved them, and what halls and sessions say, is the members'."""
    names = ("Marta Quill", "Len Fairweather", "Priya Nand", "Sam Stray", "Rosa Alt", SMALL)
    with app.app_context(), transaction(write=True):
        for local in db.session.scalars(db.select(Local)):
            local.number = f"{SMALL}{local.id}"  # none of them has thirty members
    told = {}
    for address, _status, page in pages(app, town, 0):
        if re.fullmatch(r"/q/\d+(/halls)?", address):
            page = page.replace(SMALL, "")  # every local under the charge: who has honoured it is public
        words = [each for each in (*names, *SAID) if each in page]
        if words:
            told[address] = words
    assert not told
    hall = sign_in(app, town.cast.elsewhere).get(f"/halls/{town.debate.hall}").text
    assert "Marta Quill" in hall
    assert "Words of the hall post" in hall
    assert SMALL in hall


def test_sockets_tell_a_member_no_address_and_no_number(app: Flask, town: Town) -> None:
    socket = connect(app, sign_in(app, town.cast.elsewhere))
    answers = [
        socket.emit("join", {"room": f"sitting:{town.debate.sitting}"}, callback=True),
        socket.emit("catch_up", {"sitting": town.debate.sitting, "after": 0}, callback=True),
    ]
    assert "Words of the message" in str(answers)
    assert not CANARY.findall(str(answers))
