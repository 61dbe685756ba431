"""The demo's server as a real process: pages, long polling and WebSocket, without gevent-websocket."""

import http.cookiejar
import json
import re
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask import Flask
from simple_websocket import Client
from simple_websocket import ConnectionError as Refused

from referendum.rehearsal.instance import Instance
from referendum.rehearsal.stage import Made
from referendum.rehearsal.supervisor import Child, answers

Told = tuple[Flask, Instance, Made]


@dataclass
class Visitor:
    """A browser as far as this test needs one: cookies, the page's token, forms."""

    base: str

    def __post_init__(self) -> None:
        self.cookies = http.cookiejar.CookieJar()
        self._opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.cookies))

    def get(self, path: str) -> str:
        with self._opener.open(self.base + path, timeout=10) as answer:
            return str(answer.read().decode())

    def post(self, path: str, body: bytes) -> str:
        with self._opener.open(urllib.request.Request(self.base + path, data=body), timeout=10) as answer:
            return str(answer.read().decode())

    @property
    def token(self) -> str:
        found = re.search(r'csrf-token" content="([^"]+)"', self.get("/"))
        assert found
        return found[1]

    def become(self, who: str) -> str:
        return self.post("/demo/become", urllib.parse.urlencode({"csrf_token": self.token, "who": who}).encode())

    @property
    def cookie(self) -> str:
        return "; ".join(f"{each.name}={each.value}" for each in self.cookies)


@pytest.fixture(scope="module")
def server(told: Told) -> Iterator[str]:
    instance = told[1]
    child = Child("referendum.rehearsal.server", instance.arguments())
    child.start()
    deadline = time.monotonic() + 30
    while not answers(instance.address):
        assert time.monotonic() < deadline, "the server did not answer within thirty seconds"
        assert child.is_running, "the server ended at its start"
        time.sleep(0.2)
    yield instance.address
    child.stop()
    assert not child.is_running


@pytest.fixture
def live(server: str) -> int:
    found = re.search(r'href="/sittings/(\d+)"', Visitor(server).get("/sittings"))
    assert found
    return int(found[1])


def test_the_front_page_shows_the_question_and_the_bar(server: str) -> None:
    page = Visitor(server).get("/")
    assert "Trilakes" in page
    assert 'class="demo"' in page


def test_a_member_joins_the_live_session_and_speaks_over_a_websocket(server: str, live: int) -> None:
    visitor = Visitor(server)
    assert "Ngozi Okafor" in visitor.become("member")
    address = server.replace("http", "ws") + "/socket.io/?EIO=4&transport=websocket"
    socket = Client(address, headers={"Origin": server, "Cookie": visitor.cookie})
    socket.send("40" + json.dumps({"token": visitor.token}))
    assert _heard(socket, "40{")
    assert _call(socket, 1, "join", {"room": f"sitting:{live}"})["ok"]
    said = _call(socket, 2, "say", {"sitting": live, "text": "Over a socket.", "client_key": "socket-1"})
    assert said["number"] > 0
    socket.close()


def _call(socket: Client, number: int, event: str, payload: dict[str, object]) -> dict[str, object]:
    socket.send(f"42{number}" + json.dumps([event, payload]))
    answer: dict[str, object] = json.loads(_heard(socket, f"43{number}[").removeprefix(f"43{number}"))[0]
    return answer


def _heard(socket: Client, beginning: str) -> str:
    """The next message that begins so; others, such as announcements, are let pass."""
    while True:
        heard = socket.receive(timeout=5)
        assert heard, f"nothing that begins with {beginning} was heard"
        if heard.startswith(beginning):
            return str(heard)


def test_a_member_behind_a_proxy_without_websockets_joins_by_long_polling(server: str, live: int) -> None:
    visitor = Visitor(server)
    visitor.become("member")
    path = "/socket.io/?EIO=4&transport=polling"
    opened = json.loads(visitor.get(path).removeprefix("0"))
    mine = f"{path}&sid={opened['sid']}"
    assert visitor.post(mine, b"40" + json.dumps({"token": visitor.token}).encode()) == "OK"
    assert visitor.get(mine).startswith("40{")
    visitor.post(mine, b"421" + json.dumps(["join", {"room": f"sitting:{live}"}]).encode())
    assert '"ok":true' in visitor.get(mine)


def test_a_socket_from_a_foreign_page_is_refused(server: str) -> None:
    address = server.replace("http", "ws") + "/socket.io/?EIO=4&transport=websocket"
    with pytest.raises(Refused, match="400"):
        Client(address, headers={"Origin": "https://evil.example"})


def test_a_child_that_was_killed_is_started_again_and_stops_when_told(tmp_path: Path) -> None:
    child = Child("http.server", ["0", "--bind", "127.0.0.1", "--directory", str(tmp_path)])
    child.start()
    first = child.pid
    assert child.is_running
    child.stop()
    assert not child.is_running
    child.start()
    assert child.is_running
    assert child.pid != first
    child.stop()
