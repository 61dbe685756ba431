"""Telling a whole room at once: a message is framed once, and the same bytes go to every open WebSocket.

Stock Socket.IO queues and frames each message anew for each recipient, which a room of a thousand feels. Here what was
announced since the last turn of the event loop is joined, and written to each socket in one call without waiting. A
socket that cannot take it at once keeps the rest and is written on as it empties; one that falls too far behind is
closed, and catches up by number when it comes back. Long polling, binary data and acknowledgements take the stock path.

A connection holds as little as it can: a greenlet that has run once keeps 16 kB, so a client's messages are read by the
greenlet that serves it, what goes out needs none, and one greenlet pings them all. The reader of the request, 8 kB, is
let go of, and nothing is compressed, which would keep 40 kB a client and let a small message unfold into a large.

This is the only file that leans on names which python-engineio, simple-websocket and gevent keep to themselves. It was
tested with the versions in `TESTED`; where another is installed, or a name is gone, `fits` says no and the stock path
is taken. tests/forum/kernel/test_fanout.py runs it against real sockets and fails at an upgrade until it was looked at.
"""

import os
import socket
import struct
import time
from collections import deque
from contextlib import suppress
from importlib.metadata import version
from inspect import getclosurevars
from io import BufferedReader
from itertools import groupby
from typing import Any

import gevent
import structlog
from engineio import packet as engine_packet
from engineio.async_drivers.gevent import WebSocketWSGI
from engineio.socket import Socket as EngineSocket
from simple_websocket import Server as WebSocket  # type: ignore[import-untyped]
from socketio import Manager, RedisManager
from socketio import packet as socket_packet
from wsproto.utilities import LocalProtocolError, RemoteProtocolError

TESTED = {"python-engineio": "4.15", "python-socketio": "5.18", "simple-websocket": "1.1", "wsproto": "1.3"}
LEANED_ON = ((EngineSocket, "_send_ping"), (EngineSocket, "_websocket_handler"), (WebSocket, "_handle_events"))
FURTHEST_BEHIND = 1_000_000
PACKETS = frozenset("0123456")  # how the engine's packets begin
_lines: dict[str, "Line"] = {}
log = structlog.get_logger()


def fits() -> bool:
    """Whether the packages are the ones this was tested with, so that their private names mean what they did."""
    strange = [name for name, tested in TESTED.items() if ".".join(version(name).split(".")[:2]) != tested]
    strange += [name for owner, name in LEANED_ON if not hasattr(owner, name)]
    if strange:
        log.warning("rooms are told the slow way: the fast one was not tested with these versions", packages=strange)
    return not strange


def frame(message: str | bytes) -> bytes:
    """A message as a WebSocket frame from a server (RFC 6455, section 5.2: final, opcode 1 or 2, no mask)."""
    kind, body = (0x81, message.encode()) if isinstance(message, str) else (0x82, message)
    if len(body) < 126:
        return bytes((kind, len(body))) + body
    if len(body) < 1 << 16:
        return bytes((kind, 126)) + struct.pack("!H", len(body)) + body
    return bytes((kind, 127)) + struct.pack("!Q", len(body)) + body


class Line(WebSocketWSGI):  # type: ignore[misc]
    """One client's WebSocket. Everything that leaves goes through `write`, so that frames never mix.

    To the engine it is the queue of the packets that wait to be sent, too: it sends them as they come.
    """

    def __init__(self, handler: Any, server: Any) -> None:
        super().__init__(self._converse, server)
        self.server_args["thread_class"] = _NoThread
        self._handler = handler
        self._engine_socket = handler.__self__
        self._behind = bytearray()

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        environ.pop("HTTP_SEC_WEBSOCKET_EXTENSIONS", None)  # the offer to compress
        return super().__call__(environ, start_response)

    def _converse(self, _self: "Line") -> Any:
        """Talk with the client until it leaves."""
        self._wire = self.ws.sock
        self._wire.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.ws.sock = _Through(self, self._wire)
        _let_go_of_reader(self.ws.environ)
        try:
            return self._handler(self)
        finally:
            _lines.pop(self._engine_socket.sid, None)
            self._wire.close()

    def open(self) -> None:
        """From now on every packet leaves here, those first that have waited for the engine's upgrade."""
        engine = self._engine_socket
        waited, engine.queue = engine.queue, self
        while not waited.empty():
            self.put(waited.get(block=False))
        _lines[engine.sid] = self

    def wait(self) -> str | None:
        """The client's next message; None once it has gone, or sends what is no packet of text."""
        talk = self.ws
        try:
            while talk.connected and not talk.input_buffer:
                talk.ws.receive_data(self._wire.recv(talk.receive_bytes) or None)
                talk.connected = talk._handle_events()
        except (OSError, LocalProtocolError, RemoteProtocolError):
            talk.connected = False
        message = talk.input_buffer.pop(0) if talk.input_buffer else None
        if isinstance(message, str) and message[:1] in PACKETS:
            return message
        talk.connected = False
        return None

    def close(self) -> None:
        """Say goodbye and hang up; whoever waits for this client's next message hears that it has gone."""
        _lines.pop(self._engine_socket.sid, None)
        with suppress(OSError):
            super().close()
            self._wire.shutdown(socket.SHUT_RDWR)

    def put(self, packet: Any) -> None:
        """One packet of the engine's own; None is its last."""
        if packet is None:
            self.close()
        else:
            self.send(packet.encode())

    def empty(self) -> bool:
        """Whether nothing waits: it never does."""
        return True

    def join(self) -> None:
        """Wait until everything was sent: it is."""

    def send(self, message: str | bytes) -> None:
        """One message, unless the client has gone."""
        if self.ws.connected:
            self.write(frame(message))

    @property
    def is_closing(self) -> bool:
        """Whether the engine has said goodbye."""
        return bool(self._engine_socket.closing)

    def write(self, data: bytes) -> None:
        """Send bytes now as far as the client takes them, the rest as it does. Never waits."""
        if self._behind:
            self._behind += data
            if len(self._behind) > FURTHEST_BEHIND:
                self._give_up()
            return
        try:
            sent = os.write(self._wire.fileno(), data)
        except BlockingIOError:
            sent = 0
        except OSError:
            return  # the reader of this socket sees it close
        if sent < len(data):
            self._behind += data[sent:]
            gevent.spawn(self._write_on)

    def _write_on(self) -> None:
        try:
            while self._behind:
                del self._behind[: self._wire.send(bytes(self._behind[:65_536]))]
        except OSError:
            self._give_up()

    def _give_up(self) -> None:
        self._behind.clear()
        with suppress(OSError):
            self._wire.shutdown(socket.SHUT_RDWR)


class _NoThread:
    """A thread or greenlet that is not needed: a line reads with the greenlet that serves it, and writes at once."""

    name = ""

    def __init__(self, target: object) -> None:
        pass

    def start(self) -> None:
        pass

    def join(self) -> None:
        pass


def _let_go_of_reader(environ: dict[str, Any]) -> None:
    """Free what pywsgi would read a request's body with, where there is no body."""
    given = environ.get("wsgi.input")
    reader, has_body = getattr(given, "rfile", given), {"CONTENT_LENGTH", "HTTP_TRANSFER_ENCODING"} & environ.keys()
    if isinstance(reader, BufferedReader) and not has_body:
        reader.close()


class _Through:
    """The socket as its WebSocket sees it: what that sends by itself (close, pong) keeps its place in the line."""

    def __init__(self, line: Line, wire: Any) -> None:
        self._line, self.recv, self.close = line, wire.recv, wire.close

    def send(self, data: bytes) -> int:
        self._line.write(data)
        return len(data)


class FanOut(Manager):  # type: ignore[misc]
    """Rooms of one process."""

    def __init__(self) -> None:
        super().__init__()
        self._waiting: list[tuple[tuple[str, Any], str]] = []

    def emit(
        self, event: str, data: Any, namespace: str, room: Any = None, skip_sid: Any = None, callback: Any = None,
        to: Any = None, **more: Any,
    ) -> None:  # fmt: skip
        """Tell everyone in a room, in the order of the calls."""
        if callback or skip_sid or namespace not in self.rooms:
            super().emit(event, data, namespace, room=to or room, skip_sid=skip_sid, callback=callback, **more)
            return
        said = list(data) if isinstance(data, tuple) else [] if data is None else [data]
        packet = self.server.packet_class(socket_packet.EVENT, namespace=namespace, data=[event, *said])
        text = packet.encode()
        if not isinstance(text, str):
            super().emit(event, data, namespace, room=to or room, **more)
            return
        if not self._waiting:
            gevent.spawn(self._tell)
        self._waiting.append(((namespace, to or room), text))

    def _tell(self) -> None:
        waiting, self._waiting = self._waiting, []
        for (namespace, room), group in groupby(waiting, key=lambda each: each[0]):
            texts = [text for _, text in group]
            joined = b"".join(frame(f"{engine_packet.MESSAGE}{text}") for text in texts)
            for _, engine_sid in self.get_participants(namespace, room):
                line = _lines.get(engine_sid)
                if line is not None and not line.is_closing:
                    line.write(joined)
                else:
                    self._queue(engine_sid, texts)

    def _queue(self, engine_sid: str, texts: list[str]) -> None:
        for text in texts:
            self.server.eio.send_packet(engine_sid, engine_packet.Packet(engine_packet.MESSAGE, text))


class SharedFanOut(RedisManager, FanOut):  # type: ignore[misc]
    """Rooms of several processes: Redis carries a message to each, which tells its own sockets."""


class _Pings:
    """Pings every client when it is due. All wait equally long, so they stand in the order in which they came."""

    def __init__(self, interval: float) -> None:
        self._interval = interval
        self._due: deque[tuple[float, Any]] = deque()

    def add(self, engine_socket: Any) -> None:
        if not self._due:
            gevent.spawn(self._run)
        self._due.append((time.monotonic() + self._interval, engine_socket))

    def _run(self) -> None:
        while self._due:
            gevent.sleep(max(0.0, self._due[0][0] - time.monotonic()))
            try:
                self._ping(self._due[0][1])
            except Exception:
                log.exception("a ping failed; the others go on")
            self._due.popleft()

    def _ping(self, engine_socket: Any) -> None:
        if not engine_socket.closing and not engine_socket.closed:
            engine_socket.last_ping = time.time()
            engine_socket.send(engine_packet.Packet(engine_packet.PING))


def take_over(server: Any) -> None:
    """Let this Socket.IO server's WebSockets be lines."""
    engine = server.eio
    engine._async = {**engine._async, "websocket": Line}
    start, pings = engine.start_background_task, _Pings(engine.ping_interval)

    def start_background_task(target: Any, *given: Any, **named: Any) -> Any:
        if target.__name__ == "_send_ping":
            pings.add(target.__self__)
            return _NoThread(target)
        line = getclosurevars(target).nonlocals.get("ws") if target.__name__ == "writer" else None
        if isinstance(line, Line):
            line.open()
            return _NoThread(target)
        return start(target, *given, **named)

    engine.start_background_task = start_background_task
