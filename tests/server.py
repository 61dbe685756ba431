"""A real server for tests that drive a browser: the app in a process of its own, on gevent as in life.

    settings = make_settings(folder, base_url=free_address(), socket_mode="gevent")
    with running(settings) as base_url: ...

The database is the caller's: make the tables and rows first, through an app with the same settings. `base_url` must
name a free port of 127.0.0.1, because sockets accept no other origin.
"""

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from forum.kernel.settings import Settings, documented

ROOT = Path(__file__).parents[1]
PATIENCE = 60


def free_address() -> str:
    """An address of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{probe.getsockname()[1]}"


@contextmanager
def running(settings: Settings, module: str = "tests.served") -> Iterator[str]:
    """Serve the app until the block ends, by the program `module`; gives its base URL once it answers."""
    with process(settings, module):
        yield settings.base_url


@contextmanager
def process(settings: Settings, module: str = "tests.served") -> Iterator[subprocess.Popen[bytes]]:
    """The same; gives the server's process."""
    log_path = settings.instance / "server.log"
    with log_path.open("ab") as log:
        child = subprocess.Popen(
            [sys.executable, "-m", module], cwd=ROOT, env=environment(settings), stdout=log, stderr=log
        )
        try:
            _wait_for(settings.base_url, child, log_path)
            yield child
        finally:
            child.terminate()
            try:
                child.wait(10)
            except subprocess.TimeoutExpired:
                child.kill()


def environment(settings: Settings) -> dict[str, str]:
    """The environment of a process with these settings."""
    names = [name for name, _, _ in documented()]
    said = {name: str(getattr(settings, name.removeprefix("HUSTINGS_").lower())) for name in names}
    return {**os.environ, **said, "HUSTINGS_INSTANCE": str(settings.instance.resolve())}


def _wait_for(base_url: str, child: subprocess.Popen[bytes], log_path: Path) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and child.poll() is None:
        if _answers(base_url):
            return
        time.sleep(0.1)
    raise RuntimeError(f"the server did not answer:\n{log_path.read_text(errors='replace')[-4000:]}")


def _answers(base_url: str) -> bool:
    try:
        urllib.request.urlopen(f"{base_url}/static/icon.svg", timeout=2).close()
    except (urllib.error.URLError, ConnectionError, TimeoutError):
        return False
    return True
