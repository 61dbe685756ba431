"""`python tests/bench/workers.py`: two workers and Redis behind nginx, as `flask deploy show` has it; one is killed.

Members at addresses of their own sit in one session, kept on a worker by their address, and speak all at once. Then one
worker gets kill -9 while they go on. Whoever was on it comes back through nginx, sends again what had no answer, and
catches up. At the end everybody must have every line once, in the one order of their numbers; what was seen is printed.
"""

import os
import re
import secrets
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))  # as a file, not only as a module

from simple_websocket import ConnectionClosed

import wsgi
from forum.kernel import clock
from forum.kernel.database import Base, db, transaction
from forum.kernel.deploy_cli import FOLDER
from forum.kernel.settings import Settings
from forum.roll.models import Local
from tests.bench.serving import gunicorn, must_have, redis_server
from tests.build_sittings import make_debate
from tests.forum.kernel.test_several_machines import Browser, Union
from tests.people import make_cast, make_member
from tests.server import ROOT, environment, free_address

CROWD, TURNS = 24, 5


def main() -> None:
    must_have("nginx")
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        folder = Path(name)
        folder.chmod(0o755)
        redis, front, *ports = (free_address() for _ in range(4))
        settings = Settings(
            secret_key=secrets.token_hex(20), union_name="Bench", base_url=front, instance=folder / "instance",
            mail_host="", proxies=1, redis_url=redis.replace("http", "redis") + "/0",
        )  # fmt: skip
        stack.enter_context(redis_server(urlsplit(redis).port or 0, folder))
        union, members = found(settings)
        log, surroundings = folder / "workers.log", environment(settings)
        workers = [
            stack.enter_context(gunicorn("wsgi:create_app()", url, folder=ROOT, environment=surroundings, log=log))
            for url in ports
        ]
        configuration = folder / "nginx.conf"
        configuration.write_text(configured(front, ports, folder))
        stack.enter_context(program(["nginx", "-c", str(configuration), "-p", name, "-g", "daemon off;"], folder))
        time.sleep(1)
        hold(union, members, workers)


def configured(front: str, ports: list[str], folder: Path) -> str:
    """`flask deploy show nginx.conf` with the addresses of this run, and without its certificate."""
    text = (FOLDER / "nginx.conf").read_text()
    forwarding = re.compile(r"^server \{\n  listen 80;.*?^\}\n", re.DOTALL | re.MULTILINE)
    text = re.sub(r"^  ssl_.*\n", "", forwarding.sub("", text), flags=re.MULTILINE)
    text = text.replace("listen 443 ssl", f"listen {urlsplit(front).netloc}")
    for written, address in zip(("127.0.0.1:8001", "127.0.0.1:8002"), ports, strict=True):
        text = text.replace(written, urlsplit(address).netloc)
    places = f"pid {folder}/nginx.pid; error_log {folder}/nginx.log; events {{}}"
    return f"{places}\nhttp {{ client_body_temp_path {folder}/body;\n{text} }}\n"


@contextmanager
def program(command: list[str], folder: Path) -> Iterator[None]:
    child = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield
    finally:
        child.terminate()
        child.wait(20)


def found(settings: Settings) -> tuple[Union, list[int]]:
    app = wsgi.create_app(replace(settings, socket_mode="threading"))
    with app.test_request_context(base_url=settings.base_url):
        Base.metadata.create_all(db.engine)
        with transaction(write=True):
            cast = make_cast()
            debate = make_debate(cast, now=clock.now())
            here = db.session.get_one(Local, cast.local)
            members = [make_member(f"7{n:04d}", f"Member {n}", here) for n in range(CROWD)]
    return Union(app, cast, debate, (settings, settings)), members


def come(union: Union, member: int, place: int) -> Browser:
    """A member who comes from an address of their own."""
    connect = socket.socket.connect

    def connect_from(line: socket.socket, to: tuple[str, int]) -> None:
        line.bind((f"127.0.1.{place + 1}", 0))
        connect(line, to)

    socket.socket.connect = connect_from  # type: ignore[assignment, method-assign]
    try:
        return Browser(union, member, 0)
    finally:
        socket.socket.connect = connect  # type: ignore[method-assign]


def hold(union: Union, members: list[int], workers: list[subprocess.Popen[bytes]]) -> None:
    crowd = [come(union, member, place) for place, member in enumerate(members)]
    for turn in range(TURNS):
        if turn == 2:
            kill(workers[1])
        for place, browser in enumerate(crowd):
            try:
                browser.send("say", text="words", client_key=f"{place}-{turn}")
            except ConnectionClosed:
                continue  # it goes by itself once it is back
    time.sleep(1)
    lost = [place for place, browser in enumerate(crowd) if is_gone(browser)]
    for place in lost:
        crowd[place] = come(union, members[place], place)
        for turn in range(TURNS):
            answer = crowd[place].ask("say", text="words", client_key=f"{place}-{turn}")
            assert answer.get("ok"), answer
    wanted = sorted(f"{place}-{turn}" for place in range(CROWD) for turn in range(TURNS))
    seen = [browser.lines(0) for browser in crowd]
    print(f"{CROWD} members, {len(lost)} of them on the worker that was killed; {len(wanted)} lines were said.")
    everything = sorted(key for _, key in seen[0])
    print("every line once" if everything == wanted else f"LOST OR DOUBLED: {set(wanted) ^ set(everything)}")
    print("numbers without a gap" if [n for n, _ in seen[0]] == list(range(1, len(wanted) + 1)) else "A GAP")
    print("the same order everywhere" if all(each == seen[0] for each in seen) else "DIFFERENT ORDERS")


def kill(master: subprocess.Popen[bytes]) -> None:
    """The worker and its master, so that no new one takes its place."""
    children = Path(f"/proc/{master.pid}/task/{master.pid}/children").read_text().split()
    master.kill()
    for child in children:
        os.kill(int(child), 9)


def is_gone(browser: Browser) -> bool:
    try:
        browser.ask("catch_up", after=10**6)
    except ConnectionClosed:
        return True
    return False


if __name__ == "__main__":
    main()
