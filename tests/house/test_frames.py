"""T10: frames that no page of ours sends, on the real server's WebSocket and by long polling: nothing fails, nobody
hangs, and whoever sends them is answered like anybody or cut off."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
from flask import Flask
from simple_websocket import Client, ConnectionClosed

import wsgi
from forum.kernel import clock
from forum.kernel.database import Base, db, transaction
from forum.kernel.live import EVENTS
from forum.kernel.settings import Settings
from tests.build_sittings import Ground, make_debate
from tests.conftest import make_settings
from tests.people import make_cast, sign_in
from tests.server import free_address, running

pytestmark = pytest.mark.sqlite_alone

PATIENCE = 20
DEEP = "[" * 5_000 + "]" * 5_000
WELL_FORMED = (
    "6", "40", "40/other,", "40/other,{}", "41/other,", '42/other,["say",{}]', '42["unknown",{}]', '427["unknown",{}]',
    '42["__class__",{}]', "43[1]", "437[]", "43999999999999[]", '4299999999999999999999["say",{"text":"x"}]',
    '42["say",{"text":NaN}]', '42["say",{"text":1e999}]', '42["say",[],[]]',
)  # fmt: skip
MALFORMED = (
    "", "4", "9", "x" * 50, "4" * 50, "42", "42[", "42[]", "42{}", "42[1]", "42[null]", '42["say"', '42["connect",{}]',
    '42["disconnect"]', '42[["say"],{}]', '42[{"say":1},{}]', f'42["say",{DEEP}]', f"42{DEEP}", "43-1[]", "42\x00",
    '44{"message":"x"}', '450-["say",{}]', "45", "46", "47", "4é\u2028",
)  # fmt: skip
BINARY = '451-["say",{"sitting":1,"text":{"_placeholder":true,"num":0}}]'
ATTACHMENTS = ('459999-["say",{"_placeholder":true,"num":9}]', '452-["say",{"_placeholder":true,"num":-1}]')
HUGE = json.dumps(["say", {"sitting": 1, "text": "x" * 70_000}])


@dataclass
class House:
    """The running server, and who may come in."""

    settings: Settings
    app: Flask
    debate: Ground
    member: int
    log: Path

    def enter(self) -> "Socket":
        return Socket(self)


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    settings = make_settings(tmp_path_factory.mktemp("house") / "instance", base_url=free_address(), testing=False)
    app = wsgi.create_app(settings)
    with app.app_context():
        Base.metadata.drop_all(db.engine)
        Base.metadata.create_all(db.engine)
        with transaction(write=True):
            cast = make_cast()
            debate = make_debate(cast, now=clock.now())
    with running(replace(settings, socket_mode="gevent")):
        yield House(settings, app, debate, cast.member, settings.instance / "server.log")
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


class Socket:
    """A member's WebSocket, past its handshake, on which anything can be sent."""

    def __init__(self, house: House) -> None:
        origin = house.settings.base_url
        cookie = sign_in(house.app, house.member).get_cookie("hustings")
        assert cookie
        with urlopen(Request(origin, headers={"Cookie": f"hustings={cookie.value}"}), timeout=PATIENCE) as page:
            token = re.search(r'csrf-token" content="([^"]+)"', page.read().decode())
            kept = re.search(r"hustings=[^;]+", page.headers["Set-Cookie"])
        assert token
        assert kept
        self.sitting, self.headers = house.debate.sitting, {"Origin": origin, "Cookie": kept[0]}
        self.line = Client(f"{origin.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket", headers=self.headers)
        self.line.send("40" + json.dumps({"token": token[1]}))
        assert self.hear("40{")

    def hear(self, beginning: str) -> str:
        """The next message that begins so; empty if the server hung up or closed the namespace."""
        try:
            while heard := str(self.line.receive(timeout=PATIENCE) or ""):
                if heard.startswith(beginning):
                    return heard
                if heard == "41":
                    return ""
        except (ConnectionClosed, OSError):
            return ""
        raise AssertionError("the server neither answered nor hung up")

    def send(self, *frames: str | bytes) -> None:
        for each in frames:
            try:
                self.line.send(each)
            except (ConnectionClosed, OSError):
                return

    def is_served(self) -> bool:
        """Whether it is still answered; what hung up was not."""
        self.send("429" + json.dumps(["catch_up", {"sitting": self.sitting, "after": 0}]))
        return bool(self.hear("439["))


def test_a_strange_frame_is_let_be_and_a_broken_one_ends_the_connection(house: House) -> None:
    others, socket = house.enter(), house.enter()
    for frame in WELL_FORMED:
        socket.send(frame)
        assert socket.is_served(), frame
    attached = ((each, b"\x00\xff") for each in (BINARY, *ATTACHMENTS))
    for frame in (*MALFORMED, f"42{HUGE}", b"\x04raw", b"", *attached):
        socket = house.enter()
        socket.send(*(frame if isinstance(frame, tuple) else (frame,)))
        assert not socket.is_served(), frame
    assert others.is_served()
    assert "Traceback" not in house.log.read_text()


def test_every_event_is_answered_whatever_it_is_given(house: House) -> None:
    """No payload, several, an attachment; and no event is heard on another namespace."""
    socket = house.enter()
    for event in EVENTS:
        for payload in (",1", ",null,{},[]", ',"x",{"a":{"b":[[]]}}', ',{"sitting":{"$gt":0}}', ',[{"sitting":1}]'):
            socket.send(f'427["{event}"{payload}]')
            answer = socket.hear("437")
            assert answer.startswith('437[{"'), (event, payload, answer)
            assert "Something went wrong" not in answer, (event, payload)
        socket.send(f'42/other,8["{event}",{{"sitting":1}}]')
    assert socket.is_served()


@pytest.mark.parametrize("body", ["", "x", "42[", "\x1e" * 500, "0", "4" + HUGE, "b" + "A" * 100, "é" * 1000])
def test_a_strange_poll_is_answered_at_once(house: House, body: str) -> None:
    origin = house.settings.base_url
    with urlopen(Request(f"{origin}/socket.io/?EIO=4&transport=polling"), timeout=PATIENCE) as opened:
        sid = json.loads(opened.read()[1:])["sid"]
    for query in (f"EIO=4&transport=polling&sid={sid}", "EIO=4&transport=polling&sid=unknown", "EIO=99", "transport=x"):
        try:
            sent = Request(f"{origin}/socket.io/?{query}", body.encode(), {"Content-Type": "text/plain"})
            status = urlopen(sent, timeout=PATIENCE).status
        except HTTPError as refusal:
            status = refusal.code
        assert status < 500, (query, status)
    assert house.enter().is_served()
