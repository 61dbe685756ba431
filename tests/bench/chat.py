"""`python tests/bench/chat.py --tools DIR --peer DIR`: a room full of people, beside Node's own Socket.IO server.

The same load, in turn, against both on this machine: fan-out at saturation with 500 and 2,000 clients in one room
(the promise: at least as many deliveries a second as Node, with sign-in, membership, rendering and a durable commit
of every message on our side and none of it on theirs), then 40 messages a second to 1,000 clients (p99 from due to
delivered under twice Node's, at most 60 kB a connection). `--tools` is the folder with chat_load.mjs and
servers/srv_sio.js; `--peer` one where `npm install socket.io` has been run. The promises come last; above them, for a
busy machine, the same by the CPU time of the two servers.
"""

import argparse
import json
import os
import secrets
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from math import inf
from pathlib import Path
from statistics import median
from urllib.parse import urlsplit

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))  # as a file, not only as a module

from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from flask_wtf.csrf import generate_csrf

import wsgi
from forum.kernel import clock
from forum.kernel.database import Base, db, transaction
from forum.kernel.settings import Settings
from forum.roll.models import Local
from forum.signin.device_operations import open_device
from tests.bench.serving import must_have, must_hold
from tests.build_sittings import make_debate
from tests.people import make_cast, make_member
from tests.server import free_address, process

TOOLS = "the folder with chat_load.mjs and servers/srv_sio.js"
PEER = "a folder where `npm install socket.io` has been run"
CROWD = 2000


@dataclass(frozen=True)
class Target:
    """A server under load: its name, its process, and the flags that speak its language."""

    name: str
    pid: int
    flags: list[str]


@dataclass(frozen=True)
class Figures:
    """Of one run: deliveries a second and a CPU second, p99 in ms from due to delivered, resident kB a connection."""

    deliveries: float
    by_cpu: float
    p99: float
    memory: float


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--tools", type=Path, help=TOOLS)
    arguments.add_argument("--peer", type=Path, help=PEER)
    arguments.add_argument("--seconds", type=int, default=8)
    arguments.add_argument("--rounds", type=int, default=3, help="ours and Node's in turn so often; medians are told")
    arguments.add_argument("--database", default="", help="a PostgreSQL database to fill anew, instead of SQLite")
    asked = arguments.parse_args()
    must_have("node")
    asked.tools = must_hold(asked.tools, "chat_load.mjs", "servers/srv_sio.js", option="--tools", what=TOOLS)
    asked.peer = must_hold(asked.peer, "node_modules/socket.io", option="--peer", what=PEER)
    said, by_cpu = [], []
    for clients in (500, 2000):
        flags = ["--clients", str(clients), "--mode", "closed", "--depth", "10", "--duration", str(asked.seconds)]
        runs = [both(asked, flags) for _ in range(asked.rounds)]
        said.append(f"fan-out to {clients}: {ratio(runs, 'deliveries'):.2f} of Node's (promised 1.0)")
        by_cpu.append(f"fan-out to {clients}, by CPU: {ratio(runs, 'by_cpu'):.2f} of Node's")
    flags = ["--clients", "1000", "--rate", "40", "--duration", str(asked.seconds)]
    runs = [both(asked, flags) for _ in range(asked.rounds)]
    said.append(f"p99 at 40 a second to 1,000: {ratio(runs, 'p99'):.2f} of Node's (promised under 2)")
    memory, beside = median(ours.memory for ours, _ in runs), median(theirs.memory for _, theirs in runs)
    said.append(f"memory a connection: {memory:.0f} kB (promised 60), Node {beside:.0f}")
    print(*reversed(said + by_cpu), sep="\n")


def ratio(runs: list[tuple[Figures, Figures]], name: str) -> float:
    """The median, over the rounds, of ours to Node's; infinite where Node came to nothing in its time."""
    return median(
        getattr(ours, name) / getattr(theirs, name) if getattr(theirs, name) else inf for ours, theirs in runs
    )


def both(asked: argparse.Namespace, flags: list[str]) -> tuple[Figures, Figures]:
    """The same load on ours and on Node's, one after the other."""
    with house(asked.database) as target:
        ours = load(asked.tools, target, flags)
    with node(asked.tools, asked.peer) as target:
        return ours, load(asked.tools, target, flags)


def load(tools: Path, target: Target, flags: list[str]) -> Figures:
    command = ["node", str(tools / "chat_load.mjs"), "--senders", "10", "--json", "--pids", str(target.pid)]
    run = subprocess.run([*command, *target.flags, *flags], capture_output=True, text=True, check=False)
    if not run.stdout.strip():
        raise SystemExit(run.stderr)
    report = run.stdout.splitlines()[-1]
    print(target.name, report, run.stderr.strip(), flush=True)
    told = json.loads(report)
    return Figures(
        told["delivered_per_s"], told["delivered_per_server_cpu_s"], told["lat_ms"]["p99"], told["rss_kb_per_conn"]
    )


@contextmanager
def node(tools: Path, peer: Path) -> Iterator[Target]:
    url = free_address()
    program = (tools / "servers" / "srv_sio.js").resolve()
    environment = {**os.environ, "NODE_PATH": str((peer / "node_modules").resolve())}
    child = subprocess.Popen(["node", str(program), str(urlsplit(url).port)], env=environment)
    try:
        time.sleep(1)
        room = json.dumps({"room": "r"})
        say = json.dumps({"room": "r", "text": "$TEXT"})
        flags = ["--url", url, "--join-event", "join", "--join-data", room, "--join-ack", "--send-event", "msg",
                 "--send-data", say]  # fmt: skip
        yield Target("node", child.pid, flags)
    finally:
        child.terminate()
        child.wait(10)


@contextmanager
def house(database: str) -> Iterator[Target]:
    """The product with a crowd on its roll, each signed in, and one live session."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        settings = Settings(
            secret_key=secrets.token_hex(20), union_name="Bench", base_url=free_address(), instance=folder,
            mail_host="", database_url=database,
        )  # fmt: skip
        app = wsgi.create_app(settings)
        token, sitting = found(app, folder / "cookies")
        with process(settings, "tests.bench.chat_served") as served:
            flags = [
                "--url", settings.base_url, "--cookies", str(folder / "cookies"),
                "--auth", json.dumps({"token": token}),
                "--join-event", "join", "--join-data", json.dumps({"room": f"sitting:{sitting}"}), "--join-ack",
                "--send-event", "say", "--send-data", json.dumps({"sitting": sitting, "text": "$TEXT"}), "--send-ack",
            ]  # fmt: skip
            yield Target("hustings", served.pid, flags)


def found(app: Flask, cookies: Path) -> tuple[str, int]:
    """Make the union; the cookies of its crowd, one a line, and the token that all their sockets show."""
    secret, now = secrets.token_hex(32), clock.now()
    with app.test_request_context() as context:
        Base.metadata.drop_all(db.engine)
        Base.metadata.create_all(db.engine)
        context.session["csrf_token"] = secret
        token = generate_csrf()
        with transaction(write=True):
            cast = make_cast()
            ground = make_debate(cast, now=now)
            here = db.session.get_one(Local, cast.local)
            people = [make_member(f"9{n:05d}", f"Member {n}", here) for n in range(CROWD)]
            devices = [open_device(each, "bench", now=now, second_factor=False) for each in people]
        signer = SecureCookieSessionInterface().get_signing_serializer(app)
        assert signer is not None
        lines = [f"hustings={signer.dumps({'device': each, 'csrf_token': secret})}" for each in devices]
    cookies.write_text("\n".join(lines) + "\n")
    return token, ground.sitting


if __name__ == "__main__":
    sys.exit(main())
