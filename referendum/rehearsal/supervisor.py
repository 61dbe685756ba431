"""Keeps the demo's children running, and stops them when it is stopped itself."""

import os
import signal
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Sequence
from types import FrameType

MOST_RESTARTS = 5
WITHIN = 60.0
PATIENCE = 5.0


class GaveUp(RuntimeError):
    """A child died again and again."""


class Child:
    """One supervised process: `python -m module arguments`."""

    def __init__(self, module: str, arguments: Sequence[str]) -> None:
        self.module = module
        self._command = [sys.executable, "-m", module, *arguments]
        self._starts: list[float] = []
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it in a session of its own, so that a Ctrl-C reaches only the supervisor."""
        self._starts = [at for at in self._starts if at > time.monotonic() - WITHIN] + [time.monotonic()]
        if len(self._starts) > MOST_RESTARTS:
            raise GaveUp(f"{self.module} stopped {MOST_RESTARTS} times within a minute; its last words are above")
        self._process = subprocess.Popen(self._command, start_new_session=True)  # noqa: S603 - our own module

    @property
    def pid(self) -> int:
        return self._process.pid if self._process else 0

    @property
    def is_running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def stop(self) -> None:
        """Ask it to end, and end it if it does not in time."""
        if self._process is None:
            return
        if self.is_running:
            self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


def supervise(children: Sequence[Child], when_ready: Callable[[], None], is_ready: Callable[[], bool]) -> None:
    """Run the children until SIGINT or SIGTERM; a child that ends before that is started again."""
    stopping = threading.Event()

    def stop(_signal: int, _frame: FrameType | None) -> None:
        stopping.set()

    before = {told: signal.signal(told, stop) for told in (signal.SIGINT, signal.SIGTERM)}
    waiting = True
    try:
        for child in children:
            child.start()
        while not stopping.wait(0.2):
            for child in children:
                if not child.is_running:
                    child.start()
            if waiting and is_ready():
                waiting = False
                when_ready()
    finally:
        for child in children:
            child.stop()
        for told, handler in before.items():
            signal.signal(told, handler)


def answers(address: str) -> bool:
    """Whether the server at this address answers a request."""
    try:
        with urllib.request.urlopen(address, timeout=2) as response:  # noqa: S310 - our own loopback address
            return bool(response.status == 200)
    except OSError:
        return False


def leave_with_parent() -> None:
    """End this process soon after the one that started it is gone, however that came about."""
    parent = os.getppid()

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(1)
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=watch, daemon=True, name="parent").start()
