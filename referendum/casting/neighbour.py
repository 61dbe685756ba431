"""Signatures checked on another core: a process beside the server, whose loop would otherwise wait for each of them.

`python -m referendum.casting.neighbour` reads signatures, a line each, and answers each with a sign that says whether
it holds. The server's loop is one thread, and a power modulo p takes it as long as half a request. A signature goes
over as soon as its request is read, so that the neighbour has something to do for as long as anybody waits. It ends
when the line to it does, however the server ended, and where it is missing the server checks by itself.
"""

import subprocess
import sys
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import gevent
import structlog
from gevent import monkey, socket

from forum.kernel.together import Waiting
from referendum.casting.envelope import Signature, is_signed

HOME = Path(__file__).parents[2]
HOLDS, FAILS = b"+-"
log = structlog.get_logger()


Then = Callable[[bool], object]
Asked = deque[tuple[Signature, Then]]


class Neighbour:
    """The process, started when it is first needed. It answers in the order in which it was asked."""

    def __init__(self) -> None:
        self._line: socket.socket | None = None
        self._asked, self._unsaid = Asked(), Asked()
        self._saying = False

    def finds_signed(self, signature: Signature) -> bool:
        """Whether the signature holds."""
        mine = Waiting(signature)
        self.ask(signature, mine.tell)
        return bool(mine.wait())

    def ask(self, signature: Signature, then: Then) -> None:
        """Call `then` with whether the signature holds, as soon as that is known; it may not wait for anything."""
        if not monkey.is_module_patched("subprocess"):
            then(is_signed(signature))
            return
        self._unsaid.append((signature, then))
        if not self._saying:
            self._say()

    def _say(self) -> None:
        """Hand over at once what is unsaid, and whatever comes while the line is full."""
        self._saying = True
        try:
            while self._unsaid:
                self._say_at_once(self._line or self._begin())
        except OSError:
            log.exception("there is no neighbour to check signatures")
            _check_here(self._unsaid)
        finally:
            self._saying = False

    def _say_at_once(self, line: socket.socket) -> None:
        said, self._unsaid = self._unsaid, Asked()
        self._asked.extend(said)
        try:
            line.sendall("".join(f"{' '.join(signature)}\n" for signature, _ in said).encode())
        except OSError:
            pass  # whoever listens notices too, and sees to all who wait
        except BaseException:  # killed with a line half said: the answers would be another's from here on
            line.close()
            raise

    def _begin(self) -> socket.socket:
        ours, theirs = socket.socketpair()
        command = [sys.executable, "-m", "referendum.casting.neighbour"]
        with theirs:
            self._child = subprocess.Popen(command, cwd=HOME, stdin=theirs, stdout=theirs)  # noqa: S603 - our own
        self._line, self._asked = ours, Asked()
        gevent.spawn(self._listen, ours, self._asked)
        return ours

    def _listen(self, line: socket.socket, asked: Asked) -> None:
        with line, suppress(OSError):
            while said := line.recv(4096):
                for sign in said:
                    asked.popleft()[1](sign == HOLDS)
        self._line = None
        log.error("the neighbour who checks signatures is gone; another is started with the next ballot")
        _check_here(asked)


def _check_here(asked: Asked) -> None:
    while asked:
        signature, then = asked.popleft()
        then(is_signed(signature))


def main() -> None:
    for line in sys.stdin.buffer:
        holds = is_signed(Signature(*line.decode().split()))
        sys.stdout.buffer.write(bytes([HOLDS if holds else FAILS]))
        sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
