"""Many voters at once: each connection sends a request, waits for its answer, and sends the next."""

import selectors
import socket
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from urllib.parse import urlsplit


@dataclass(frozen=True)
class Told:
    """What came of it: how many answers in how many seconds, and the median wait for one."""

    answers: int
    seconds: float
    median: float

    @property
    def rate(self) -> float:
        return self.answers / self.seconds


@dataclass
class Line:
    """One connection: what is still to be sent, what has come."""

    socket: socket.socket
    rest: memoryview = field(default_factory=lambda: memoryview(b""))
    heard: bytes = b""
    since: float = 0.0


class Crowd:
    """Connections to one address of this machine. An answer that is not 200 stops everything."""

    def __init__(self, url: str, connections: int) -> None:
        parts = urlsplit(url)
        self.host, self.path = (parts.hostname or "", parts.port or 80), parts.path
        self.name = parts.netloc
        self.connections = connections

    def send(self, bodies: Iterable[bytes]) -> Told:
        """Send every body once."""
        waits: list[float] = []
        rest = self._requests(bodies)
        began = time.perf_counter()
        with selectors.DefaultSelector() as ready:
            for place in range(self.connections):
                own = f"127.0.{1 + place // 250}.{1 + place % 250}"  # from an address of its own, within its rate
                line = Line(socket.create_connection(self.host, source_address=(own, 0)))
                line.socket.setblocking(False)
                self._next(ready, line, rest)
            while ready.get_map():
                for key, _ in ready.select():
                    self._go_on(ready, key.data, rest, waits)
        return Told(len(waits), time.perf_counter() - began, sorted(waits)[len(waits) // 2])

    def _requests(self, bodies: Iterable[bytes]) -> Iterator[bytes]:
        for body in bodies:
            head = (
                f"POST {self.path} HTTP/1.1\r\nHost: {self.name}\r\n"
                f"Content-Type: application/json\r\nAccept: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
            )
            yield head.encode() + body

    def _next(self, ready: selectors.BaseSelector, line: Line, rest: Iterator[bytes]) -> None:
        body = next(rest, None)
        if line.since:
            ready.unregister(line.socket)
        if body is None:
            line.socket.close()
            return
        line.rest, line.heard, line.since = memoryview(body), b"", time.perf_counter()
        ready.register(line.socket, selectors.EVENT_WRITE, line)

    def _go_on(
        self, ready: selectors.BaseSelector, line: Line, rest: Iterator[bytes], waits: list[float]
    ) -> None:
        if line.rest:
            line.rest = line.rest[line.socket.send(line.rest) :]
            if not line.rest:
                ready.modify(line.socket, selectors.EVENT_READ, line)
            return
        heard = line.socket.recv(65536)
        line.heard += heard
        if not heard:
            raise RuntimeError(f"{self.name} hung up: {line.heard[:500]!r}")
        head, end, body = line.heard.partition(b"\r\n\r\n")
        length = next((int(each[15:]) for each in head.split(b"\r\n") if each.lower().startswith(b"content-length")), 0)
        if not end or len(body) < length:
            return
        if not head.startswith(b"HTTP/1.1 200"):
            raise RuntimeError(f"{self.name} answered {line.heard[:2000]!r}")
        waits.append(time.perf_counter() - line.since)
        self._next(ready, line, rest)
