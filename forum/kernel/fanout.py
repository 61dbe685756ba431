"""Telling a whole room at once: a message is framed once, and the same bytes go to every open WebSocket.

Stock Socket.IO queues and frames each message anew for each recipient, which a room of a thousand feels. Here what was
announced since the last turn of the event loop is joined, and written to each socket in one call without waiting. A
socket that cannot take it at once keeps the rest and is written on as it empties; one that falls too far behind is
closed, and catches up by number when it comes back. Long polling, binary data and acknowledgements take the stock path.

A greenlet that has run once keeps 16 kB. So a client's messages are read by the greenlet that serves it, not by one of
the WebSocket's own, and the one that pings it is started when the ping is due, not put to sleep until then.

This is the only file that leans on names which python-engineio and simple-websocket keep to themselves (`_async`,
`_send_ping`, `_handle_events`, and the attributes of their sockets); tests/forum/kernel/test_fanout.py runs it against
real sockets, so that an upgrade which changes them is seen.
"""

import os
import socket
import struct
import time
from contextlib import suppress
from itertools import groupby
from typing import Any

import gevent
from engineio import packet as engine_packet
from engineio.async_drivers.gevent import WebSocketWSGI
from socketio import Manager, RedisManager
from socketio import packet as socket_packet
from wsproto.utilities import LocalProtocolError, RemoteProtocolError

FURTHEST_BEHIND = 1_000_000
_lines: dict[str, "Line"] = {}


def frame(text: str) -> bytes:
    """A text message as a WebSocket frame from a server (RFC 6455, section 5.2: final, opcode 1, no mask)."""
    body = text.encode()
    if len(body) < 126:
        return bytes((0x81, len(body))) + body
    if len(body) < 1 << 16:
        return b"\x81\x7e" + struct.pack("!H", len(body)) + body
    return b"\x81\x7f" + struct.pack("!Q", len(body)) + body


class Line(WebSocketWSGI):  # type: ignore[misc]
    """One client's WebSocket. Everything that leaves goes through `write`, so that frames never mix."""

    def __init__(self, handler: Any, server: Any) -> None:
        super().__init__(self._converse, server)
        self.server_args["thread_class"] = _NoThread
        self._handler = handler
        self._engine_socket = handler.__self__
        self._behind = bytearray()

    def _converse(self, _self: "Line") -> Any:
        """Talk with the client until it leaves."""
        self._wire = self.ws.sock
        self._wire.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.ws.sock = _Through(self, self._wire)
        _lines[self._engine_socket.sid] = self
        try:
            return self._handler(self)
        finally:
            _lines.pop(self._engine_socket.sid, None)
            self._wire.close()

    def wait(self) -> str | bytes | None:
        """The client's next message; None once it has gone."""
        talk = self.ws
        try:
            while talk.connected and not talk.input_buffer:
                talk.ws.receive_data(self._wire.recv(talk.receive_bytes) or None)
                talk.connected = talk._handle_events()
        except (OSError, LocalProtocolError, RemoteProtocolError):
            talk.connected = False
        message: str | bytes | None = talk.input_buffer.pop(0) if talk.input_buffer else None
        return message

    def close(self) -> None:
        """Say goodbye and hang up; whoever waits for this client's next message hears that it has gone."""
        with suppress(OSError):
            super().close()
            self._wire.shutdown(socket.SHUT_RDWR)

    def send(self, message: str) -> None:
        """One packet of the engine's own."""
        if not self.ws.connected:
            raise OSError("the socket is closed")
        self.write(frame(message))

    @property
    def is_clear(self) -> bool:
        """Whether nothing of the engine's waits to be sent first."""
        engine = self._engine_socket
        return bool(engine.upgraded and not engine.closing and not engine.upgrading and engine.queue.empty())

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
    """What a WebSocket would read with, had its line not a greenlet for that already."""

    name = ""

    def __init__(self, target: object) -> None:
        pass

    def start(self) -> None:
        pass


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
                if line is not None and line.is_clear:
                    line.write(joined)
                else:
                    self._queue(engine_sid, texts)

    def _queue(self, engine_sid: str, texts: list[str]) -> None:
        for text in texts:
            self.server.eio.send_packet(engine_sid, engine_packet.Packet(engine_packet.MESSAGE, text))


class SharedFanOut(RedisManager, FanOut):  # type: ignore[misc]
    """Rooms of several processes: Redis carries a message to each, which tells its own sockets."""


def take_over(server: Any) -> None:
    """Let this Socket.IO server's WebSockets be lines."""
    engine = server.eio
    engine._async = {**engine._async, "websocket": Line}
    start = engine.start_background_task

    def start_background_task(target: Any, *given: Any, **named: Any) -> Any:
        if target.__name__ == "_send_ping":
            return gevent.spawn_later(engine.ping_interval, _ping, target.__self__)
        return start(target, *given, **named)

    engine.start_background_task = start_background_task


def _ping(engine_socket: Any) -> None:
    if not engine_socket.closing and not engine_socket.closed:
        engine_socket.last_ping = time.time()
        engine_socket.send(engine_packet.Packet(engine_packet.PING))
