"""Every socket event crossed with every kind of person, on the same doors as the pages."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_socketio import SocketIOTestClient

from forum.kernel.live import EVENTS, socketio
from tests.house.test_doors import ADMITTED, PEOPLE, browsers
from tests.people import Cast

__all__ = ["browsers"]


def socket_of(app: Flask, browser: FlaskClient) -> SocketIOTestClient:
    """A socket of this browser, connected with its page's token."""
    page = browser.get("/").get_data(as_text=True)
    token = page.split('name="csrf-token" content="')[1].split('"')[0]
    return socketio.test_client(app, flask_test_client=browser, auth={"token": token})


def test_every_event_lets_in_whom_its_door_names_and_nobody_else(app: Flask, browsers: dict[str, FlaskClient]) -> None:
    wrong = []
    for kind in PEOPLE:
        socket = socket_of(app, browsers[kind])
        for event, door in EVENTS.items():
            answer = socket.emit(event, {"sitting": 999999, "id": 999999}, callback=True)
            if not isinstance(answer, dict):
                wrong.append(f"{kind} {event}: no answer")
            elif kind not in ADMITTED[door.name] and "refused" not in answer:
                wrong.append(f"{kind} {event}: let in")
            elif "Something went wrong" in str(answer.get("refused", "")):
                wrong.append(f"{kind} {event}: failed")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize(
    "payload", [None, [], "text", 7, {"a": {"b": ["c"] * 50}}, {"sitting": "x" * 5000}, {"sitting": -1}]
)
def test_nonsense_is_answered_with_a_refusal(app: Flask, browsers: dict[str, FlaskClient], payload: object) -> None:
    socket = socket_of(app, browsers["member"])
    for event in EVENTS:
        answer = socket.emit(event, payload, callback=True)
        assert isinstance(answer, dict)
        assert "Something went wrong" not in str(answer.get("refused", "")), event


def test_a_socket_without_the_page_s_token_is_not_connected(
    app: Flask, cast: Cast, browsers: dict[str, FlaskClient]
) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    browsers["member"].get("/")
    assert not socketio.test_client(app, flask_test_client=browsers["member"], auth={"token": "no"}).is_connected()
    assert not socketio.test_client(app, flask_test_client=browsers["member"]).is_connected()
