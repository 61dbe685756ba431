"""Members are asked once, before they read; nobody is kept out; nobody else learns the answer."""

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from forum.entry import queries
from forum.entry.models import EntryReading
from forum.kernel import clock
from forum.kernel.database import db, transaction
from tests.build_halls import ask_at_the_door, make_argument, make_debate, make_hall, make_post
from tests.build_sittings import make_sitting
from tests.people import Cast, sign_in

PAGE = "Before you read what others say"


@pytest.fixture
def asked(app: Flask, cast: Cast) -> dict[str, Any]:
    """A debate that asks, with a post and an argument: addresses of its pages, the ids of its options."""
    app.config["WTF_CSRF_ENABLED"] = False
    with app.test_request_context(), transaction(write=True):
        now = clock.now()
        question = make_debate(cast, now=now)
        ask_at_the_door(question)
        hall = make_hall(question, cast.local)
        make_post(hall, cast.member, now=now)
        argument = make_argument(question, cast.seconder, seconded_by=cast.host, now=now)
        sitting = make_sitting(hall.id, now=now, opened_by=cast.host)
        return {
            "number": question.number, "id": question.id, "options": [each.id for each in question.options],
            "entry": f"/q/{question.number}/entry",
            "inside": [
                f"/halls/{hall.id}?page=1", f"/halls/{hall.id}/print", f"/halls/{hall.id}/posts/1/history",
                f"/q/{question.number}/arguments", f"/q/{question.number}/read", f"/a/{argument.id}",
                f"/q/{question.number}/statements", f"/sittings/{sitting}/transcript", f"/q/{question.number}/alike",
            ],
        }  # fmt: skip


def sent_to(client: FlaskClient, address: str) -> str | None:
    answer = client.get(address)
    return answer.location if answer.status_code == 302 else None


def test_every_page_of_the_debate_leads_there_first_and_on_after_one_press(
    app: Flask, cast: Cast, asked: dict[str, Any]
) -> None:
    member = sign_in(app, cast.member)
    for address in asked["inside"]:
        assert (sent_to(member, address) or "").startswith(f"{asked['entry']}?next=")
    shown = member.get(sent_to(member, asked["inside"][0])).text
    assert PAGE in shown
    answer = member.post(asked["entry"], data={"skip": "1", "next": asked["inside"][0]})
    assert answer.location == asked["inside"][0]
    for address in asked["inside"]:
        assert member.get(address).status_code == 200


def test_an_answer_is_kept_shown_to_its_member_and_changed(app: Flask, cast: Cast, asked: dict[str, Any]) -> None:
    member, option = sign_in(app, cast.member), asked["options"][1]
    docket = member.get(f"/q/{asked['number']}").text
    member.post(asked["entry"], data={"leaning": str(option)})
    assert f'value="{option}" checked' in member.get(asked["entry"]).text
    page = member.get(f"/q/{asked['number']}").text
    assert "Where you stood as you came" in page
    assert "Where you stood as you came" not in docket
    member.post(asked["entry"], data={"leaning": "undecided"})
    with app.app_context():
        assert db.session.query(EntryReading).one().answer == "undecided"


def test_visitors_and_those_who_take_no_part_are_not_asked(app: Flask, cast: Cast, asked: dict[str, Any]) -> None:
    for person in (None, cast.suspended, cast.tellers[0], cast.observer):
        client = sign_in(app, person) if person else app.test_client()
        assert sent_to(client, asked["inside"][3]) is None
        assert client.get(asked["inside"][3]).status_code == 200
        assert PAGE not in client.get(asked["entry"]).text
        client.post(asked["entry"], data={"leaning": str(asked["options"][0])})
    with app.app_context():
        assert db.session.query(EntryReading).count() == 0


@pytest.mark.parametrize("leaning", ["", "999", "A", "unsaid ", "option"])
def test_what_is_none_of_the_answers_is_refused_at_its_field(
    app: Flask, cast: Cast, asked: dict[str, Any], leaning: str
) -> None:
    answer = sign_in(app, cast.member).post(asked["entry"], data={"leaning": leaning, "next": "/halls/1"})
    assert answer.status_code == 422
    assert "Your answer was not saved" in answer.text
    assert 'name="next" value="/halls/1"' in answer.text


@pytest.mark.parametrize("onward", ["https://evil.example", "//evil.example", "/\\evil", ""])
def test_it_leads_on_only_within_the_site(app: Flask, cast: Cast, asked: dict[str, Any], onward: str) -> None:
    answer = sign_in(app, cast.member).post(asked["entry"], data={"skip": "1", "next": onward})
    assert answer.location == f"/q/{asked['number']}"


def test_the_answer_stands_in_no_log(app: Flask, cast: Cast, asked: dict[str, Any], capfd: Any) -> None:
    member = sign_in(app, cast.member)
    member.post(asked["entry"], data={"leaning": str(asked["options"][1]), "next": asked["inside"][0]})
    written = "".join(capfd.readouterr())
    assert "leaning" not in written
    assert "leaning" not in (member.get(asked["inside"][0]).request.path)


def test_the_pages_of_a_debate_that_are_named_exist(app: Flask) -> None:
    assert set(queries.INSIDE) <= set(app.view_functions)
