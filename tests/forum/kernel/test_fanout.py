"""The fan-out against real sockets, in a server process of its own: stock clients must hear exactly what was said."""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.request import Request, urlopen

import pytest
from flask import Flask

from forum.kernel import fanout, live
from forum.kernel.fanout import FURTHEST_BEHIND, frame
from tests.conftest import make_settings

UPGRADE = (
    b"GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: %b\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
    b"Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n\r\n"
)
CROWD, MOST_BYTES = 100, 34_000  # of a promise of 60 kB; the rest is for what the product knows of a client
ROOT = Path(__file__).parents[3]
SERVER = """
from gevent import monkey; monkey.patch_all()
import sys
from gevent.pywsgi import WSGIServer
import socketio
from forum.kernel import fanout
server = socketio.Server(
    async_mode="gevent", client_manager=fanout.FanOut(), async_handlers=False, max_http_buffer_size=10_000_000,
    ping_interval=1,
)
fanout.take_over(server)
server.on("connect", lambda sid, *_: server.enter_room(sid, "hall"))
server.on("say", lambda sid, words: [server.emit("said", each, room="hall") for each in words] and None)
server.on("only", lambda sid, words: server.emit("said", words, room="hall", skip_sid=sid))
WSGIServer(("127.0.0.1", int(sys.argv[1])), socketio.WSGIApp(server), log=None).serve_forever()
"""


@pytest.fixture(scope="module")
def server() -> Iterator[tuple[str, int]]:
    """Its address and its process."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    child = subprocess.Popen([sys.executable, "-c", SERVER, str(port)], cwd=ROOT)
    try:
        for _ in range(200):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.05)
        yield f"127.0.0.1:{port}", child.pid
    finally:
        child.kill()
        child.wait()


@pytest.fixture
def address(server: tuple[str, int]) -> str:
    return server[0]


class Client:
    """A WebSocket client in the room, which reads only when it is asked to."""

    def __init__(self, address: str, *, buffer: int = 0) -> None:
        host, port = address.split(":")
        self.line = socket.socket()
        if buffer:
            self.line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, buffer)
        self.line.settimeout(10)
        self.line.connect((host, int(port)))
        self.line.sendall(UPGRADE % address.encode())
        self.headers = b"".join(iter(self._header_line, b"\r\n"))
        assert self.next_frame().startswith("0")
        self.send("40")
        assert self.next_frame().startswith("40")

    def send(self, text: str) -> None:
        """One text frame, masked with zeros."""
        head = bytearray(frame(text)[: -len(text.encode())])
        head[1] |= 0x80
        self.line.sendall(head + bytes(4) + text.encode())

    def say(self, *words: object) -> None:
        self.send("42" + json.dumps(["say", list(words)]))

    def hear(self, count: int) -> list[object]:
        """The next things said."""
        heard: list[object] = []
        while len(heard) < count:
            text = self.next_frame()
            if text.startswith("42"):
                heard.append(json.loads(text[2:])[1])
        return heard

    def _header_line(self) -> bytes:
        read = b""
        while not read.endswith(b"\n"):
            read += self._exactly(1)
        return read

    def next_frame(self) -> str:
        first, length = self._exactly(2)
        assert first == 0x81, "a frame broke in the middle of another"
        if length >= 126:
            length = int.from_bytes(self._exactly(2 if length == 126 else 8))
        return self._exactly(length).decode()

    def _exactly(self, count: int) -> bytes:
        got = bytearray()
        while len(got) < count:
            more = self.line.recv(count - len(got))
            if not more:
                raise EOFError
            got += more
        return bytes(got)


def test_a_frame_is_what_the_standard_says() -> None:
    assert frame("") == b"\x81\x00"
    assert frame("é") == b"\x81\x02\xc3\xa9"
    assert frame("x" * 125)[:2] == b"\x81\x7d"
    assert frame("x" * 126)[:4] == b"\x81\x7e\x00\x7e"
    assert frame("x" * 65_536)[:10] == b"\x81\x7f" + (65_536).to_bytes(8)
    assert frame(b"\x00") == b"\x82\x01\x00"


def test_the_packages_are_those_that_this_was_tested_with() -> None:
    assert fanout.fits(), "look whether forum/kernel/fanout.py still holds with the new versions, then say so in TESTED"


@pytest.mark.parametrize(
    ("name", "changed"),
    [("TESTED", {**fanout.TESTED, "wsproto": "0.9"}), ("LEANED_ON", ((fanout.WebSocket, "_gone"),))],
)
def test_other_packages_are_left_to_the_stock_path(
    name: str, changed: object, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    settings = make_settings(tmp_path, socket_mode="gevent")
    app = Flask(__name__)
    live.init_app(app, settings)
    assert isinstance(live.socketio.server.manager, fanout.FanOut)
    monkeypatch.setattr(fanout, name, changed)
    live.init_app(app, settings)
    assert not isinstance(live.socketio.server.manager, fanout.FanOut)
    assert live.socketio.server.eio._async["websocket"] is fanout.WebSocketWSGI


@pytest.mark.parametrize("size", [1, 125, 126, 65_535, 65_536, 200_000])
def test_everyone_hears_everything_once_and_in_order(address: str, size: int) -> None:
    people = [Client(address) for _ in range(5)]
    words = [f"{number}é" + "x" * size for number in range(20)]
    people[0].say(*words)
    for each in people:
        assert each.hear(len(words)) == words
        each.line.close()


def test_who_polls_hears_the_same_as_who_has_a_socket(address: str) -> None:
    url = f"http://{address}/socket.io/?EIO=4&transport=polling"
    sid = json.loads(urlopen(url, timeout=5).read()[1:])["sid"]
    urlopen(Request(f"{url}&sid={sid}", data=b"40"), timeout=5).close()
    urlopen(f"{url}&sid={sid}", timeout=5).close()
    speaker = Client(address)
    speaker.say("one", "two", "three")
    heard: list[object] = []
    while len(heard) < 3:
        body = urlopen(f"{url}&sid={sid}", timeout=5).read().decode()
        heard += [json.loads(packet[2:])[1] for packet in body.split("\x1e") if packet.startswith("42")]
    assert heard == speaker.hear(3) == ["one", "two", "three"]
    speaker.line.close()


def test_the_stock_path_keeps_its_place_between(address: str) -> None:
    speaker, listener = Client(address), Client(address)
    speaker.say("before")
    assert listener.hear(1) == ["before"]
    speaker.send("42" + json.dumps(["only", "others"]))
    speaker.say("after")
    assert listener.hear(2) == ["others", "after"]
    assert speaker.hear(2) == ["before", "after"]
    for each in (speaker, listener):
        each.line.close()


def test_a_client_that_stops_reading_holds_up_nobody_and_gets_the_rest_in_order(address: str) -> None:
    slow, speaker = Client(address, buffer=4096), Client(address)
    words = [f"{number}:" + "x" * 10_000 for number in range(60)]
    speaker.say(*words)
    assert speaker.hear(len(words)) == words
    assert slow.hear(len(words)) == words
    slow.line.close()
    speaker.line.close()


def test_who_falls_too_far_behind_is_closed_and_the_room_goes_on(address: str) -> None:
    slow, speaker = Client(address, buffer=4096), Client(address)
    word = "x" * 60_000
    for _ in range(12):
        speaker.say(*[word] * (FURTHEST_BEHIND // len(word) // 2))
        speaker.hear(FURTHEST_BEHIND // len(word) // 2)
    slow.line.settimeout(5)
    with pytest.raises(EOFError):
        slow.hear(10_000)
    speaker.say("still here")
    assert speaker.hear(1) == ["still here"]
    speaker.line.close()


def test_nothing_is_compressed_whatever_a_client_offers(address: str) -> None:
    client = Client(address)
    assert b"101 " in client.headers
    assert b"extensions" not in client.headers.lower()
    client.line.close()


def test_every_client_is_pinged_again_and_again_while_it_answers(address: str) -> None:
    clients = [Client(address) for _ in range(3)]
    for _ in range(2):
        for client in clients:
            assert client.next_frame() == "2"
            client.send("3")
    for client in clients:
        client.line.close()


def test_a_connection_holds_little_memory(server: tuple[str, int]) -> None:
    address, process = server
    early = [Client(address) for _ in range(CROWD // 2)]  # after them the process has what it needs for itself
    early[0].say("anybody here?")
    for client in early:
        assert client.hear(1) == ["anybody here?"]
    before = _resident(process)
    crowd = [Client(address) for _ in range(CROWD)]
    crowd[0].say("everybody here?")
    for client in crowd:
        assert client.hear(1) == ["everybody here?"]
    assert (_resident(process) - before) / CROWD < MOST_BYTES
    for client in early + crowd:
        client.line.close()


def _resident(process: int) -> int:
    pages = int(Path(f"/proc/{process}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def test_a_client_that_vanishes_is_no_trouble_to_the_others(address: str) -> None:
    gone, speaker = Client(address), Client(address)
    gone.line.close()
    for number in range(5):
        speaker.say(number)
        assert speaker.hear(1) == [number]
    speaker.line.close()
