"""A wall or a phone that only listens stays signed in while the session is open, also on a shared machine."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask_socketio import SocketIOTestClient
from sqlalchemy import update

from forum.kernel import clock
from forum.kernel.database import db, transaction
from forum.signin import device_operations
from forum.signin.models import Device
from forum.signin.queries import living_devices
from tests.build_sittings import Ground, connect, make_debate
from tests.people import Cast, sign_in

MINUTES = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def _own_clock(tmp_path: Path) -> None:
    clock.follow(tmp_path / "clock")


@pytest.fixture
def debate(app: Flask, cast: Cast) -> Ground:
    with app.app_context(), transaction(write=True):
        return make_debate(cast, now=clock.now())


@pytest.fixture
def wall(app: Flask, cast: Cast, debate: Ground) -> SocketIOTestClient:
    """A hall's machine, signed in as a shared one."""
    device_operations._touched.clear()
    browser = sign_in(app, cast.member)
    with app.app_context(), transaction(write=True) as session:
        session.execute(update(Device).values(kiosk=True))
    return connect(app, browser)


def lives(app: Flask) -> bool:
    with app.app_context():
        device_id = db.session.scalars(db.select(Device.id)).one()
        return living_devices({device_id}, clock.now()) == {device_id}


def listen(app: Flask, wall: SocketIOTestClient, sitting: int, start: datetime, *, here: bool = True) -> bool:
    """An hour in the room, asking for what was missed every two minutes, and touching nothing."""
    for minutes in range(2, 61, 2):
        clock.move_to(start + minutes * MINUTES)
        wall.emit("catch_up", {"sitting": sitting, "after": 0, "here": here}, callback=True)
    clock.move_to(start + 64 * MINUTES)
    return lives(app)


def test_listening_in_an_open_session_keeps_the_wall_alight(
    app: Flask, wall: SocketIOTestClient, debate: Ground
) -> None:
    start = clock.now()
    answer = wall.emit("join", {"room": f"sitting:{debate.sitting}"}, callback=True)
    assert answer["ok"]
    assert "in use" not in answer
    assert listen(app, wall, debate.sitting, start)


def test_a_session_that_is_not_open_keeps_nobody_signed_in(
    app: Flask, wall: SocketIOTestClient, debate: Ground
) -> None:
    assert not listen(app, wall, debate.scheduled, clock.now())


def test_a_page_left_alone_goes_idle(app: Flask, wall: SocketIOTestClient) -> None:
    clock.move_to(clock.now() + 6 * MINUTES)
    assert not lives(app)


def test_a_page_of_the_room_that_nobody_touches_keeps_nobody_signed_in(
    app: Flask, wall: SocketIOTestClient, debate: Ground
) -> None:
    assert not listen(app, wall, debate.sitting, clock.now(), here=False)
