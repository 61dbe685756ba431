"""`python tests/bench/thread.py --tools DIR`: a hall's thread page beside a bare Flask handler.

The handler runs one query and renders twenty prepared posts (servers/http_floor.py among the tools). Ours is the whole
page as a member gets it who is signed in, page 13 of 500 posts (see long_threads). Both stand on gunicorn with one
gevent worker and SQLite and are asked in turn by http_load.py, which drives wrk. Promised: 0.3 of the handler's rate,
the same for 40 and 5,000 posts. The promise comes last; beside it, for a busy machine, pages a CPU second.
"""

import argparse
import json
import os
import secrets
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import Any

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))  # as a file, not only as a module

import wsgi
from forum.kernel import clock
from forum.kernel.database import Base, db, transaction
from forum.kernel.settings import Settings
from tests.bench.long_threads import Thread, make_threads
from tests.bench.serving import gunicorn, must_have, must_hold
from tests.people import make_cast, sign_in
from tests.server import ROOT, environment, free_address

TOOLS = "the folder with http_load.py and servers/http_floor.py"
PROMISE = 0.3


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--tools", type=Path, help=TOOLS)
    arguments.add_argument("--seconds", type=int, default=4)
    arguments.add_argument("--rounds", type=int, default=3)
    asked = arguments.parse_args()
    must_have("wrk")
    tools = must_hold(asked.tools, "http_load.py", "servers/http_floor.py", option="--tools", what=TOOLS)
    with tempfile.TemporaryDirectory() as name, ExitStack() as servers:
        folder = Path(name)
        settings = Settings(
            secret_key=secrets.token_hex(20), union_name="Bench", base_url=free_address(), instance=folder / "instance",
            mail_host="",
        )  # fmt: skip
        threads, cookie = found(settings)
        ours = servers.enter_context(
            gunicorn("wsgi:create_app()", settings.base_url, folder=ROOT, environment=environment(settings),
                     log=folder / "ours.log")
        )  # fmt: skip
        bare_url, bare = serve_bare(servers, tools / "servers", folder)
        targets = {f"t{each.posts}": settings.base_url + each.path for each in threads}
        report(
            load(
                tools, {"bare": f"{bare_url}/thread/1?page=13", **targets}, cookie,
                {"bare": bare} | dict.fromkeys(targets, ours.pid), asked,
            )
        )  # fmt: skip


def found(settings: Settings) -> tuple[list[Thread], str]:
    """Make the union with its threads; the Cookie header of the member who reads."""
    app = wsgi.create_app(settings)
    with app.test_request_context(base_url=settings.base_url):
        Base.metadata.create_all(db.engine)
        with transaction(write=True):
            cast = make_cast()
            threads = make_threads(cast, now=clock.now())
    cookie = sign_in(app, cast.member).get_cookie("hustings")
    assert cookie
    return threads, f"hustings={cookie.value}"


def serve_bare(servers: ExitStack, program: Path, folder: Path) -> tuple[str, int]:
    """Fill and start the handler; its address and process."""
    url = free_address()
    surroundings = {**os.environ, "GEV": "1", "DBURL": f"sqlite:///{folder / 'bare.sqlite'}"}
    subprocess.run([sys.executable, "http_floor.py"], cwd=program, env=surroundings, check=True)
    child = servers.enter_context(
        gunicorn("http_floor:app", url, folder=program, environment=surroundings, log=folder / "bare.log")
    )
    return url, child.pid


def load(
    tools: Path, targets: dict[str, str], cookie: str, pids: dict[str, int], asked: argparse.Namespace
) -> dict[str, Any]:
    """The medians of the load tool, by target."""
    command = [
        sys.executable, str(tools / "http_load.py"), "--json", "--cookie", cookie, "--seconds", str(asked.seconds),
        "--rounds", str(asked.rounds), "--pids", ",".join(f"{name}:{pid}" for name, pid in pids.items()),
        *(f"{name}={url}" for name, url in targets.items()),
    ]  # fmt: skip
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    if run.returncode:
        sys.exit(f"The load failed: {run.stdout}{run.stderr}")
    told: dict[str, Any] = json.loads(run.stdout)
    return told


def report(told: dict[str, Any]) -> None:
    for name, each in told.items():
        figures = f"{each['rps']:.1f} pages a second, {each['per_cpu_s']:.1f} a CPU second, p99 {each['p99_ms']:.0f} ms"
        print(f"{name}: {figures}, {each['bytes'] / 1000:.0f} kB")
    page = told["t500"]
    for length in (40, 5000):
        same = told[f"t{length}"]["per_cpu_s"] / page["per_cpu_s"]
        print(f"{length} posts: {same:.2f} of the rate at 500, by CPU (promised: constant)")
    print(f"500 posts, page 13, by CPU: {page['cpu_ratio']:.2f} of the bare handler's rate")
    print(f"500 posts, page 13: {page['ratio']:.2f} of the bare handler's rate (promised {PROMISE})")


if __name__ == "__main__":
    main()
