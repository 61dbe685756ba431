"""`python tests/bench/kills.py`: 200 kills with SIGKILL while members cast, on SQLite and on PostgreSQL (T2).

Two of three hit the server, one the process that checks proofs and writes batches. At the end of the first a server's
disk is full for a while. Whatever does not hold afterwards is printed line by line, and the command fails. See
tests/killing.py for what must hold.
"""

import argparse
import random
import secrets
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))  # as a file, not only as a module

import wsgi
from forum.kernel import clock
from forum.kernel.database import Base, db, transaction
from forum.kernel.settings import Settings
from tests.bench.databases import postgresql
from tests.build_votes import Ballots, make_vote
from tests.killing import Crowd, Servers, Sheet, kill_and_go_on, post, reckon, servers, sheets
from tests.people import make_cast
from tests.server import free_address

GAP = 0.3
AT_LAST = 5
FULL = 40_000  # bytes that a file may have there: less than one pair takes


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--kills", type=int, default=200)
    arguments.add_argument("--ballots", type=int, default=600)
    arguments.add_argument("--seed", type=int, default=1)
    asked = arguments.parse_args()
    faults: list[str] = []
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        folder = Path(name)
        folder.chmod(0o755)
        (url,) = stack.enter_context(postgresql(folder, "box"))
        for database, address in (("SQLite", ""), ("PostgreSQL", url)):
            faults += hold(database, folder / database, address, asked)
    sys.exit("\n".join(faults) or 0)


def hold(database: str, folder: Path, url: str, asked: argparse.Namespace) -> list[str]:
    """One database: what does not hold."""
    settings = Settings(
        secret_key=secrets.token_hex(20), union_name="Bench", base_url=free_address(), instance=folder, mail_host="",
        database_url=url,
    )  # fmt: skip
    app = wsgi.create_app(settings)
    with app.test_request_context(base_url=settings.base_url):
        Base.metadata.create_all(db.engine)
        with transaction(write=True):
            ballots: Ballots = make_vote(make_cast(), now=clock.now(), voters=asked.ballots)
            db.session.flush()
            db.session.expunge_all()
        db.session.remove()
        db.engine.dispose()
    cast = sheets(ballots, asked.ballots)
    crowd = Crowd(f"{settings.base_url}/booth/{ballots.vote.public_id}/cast", cast[AT_LAST:])
    began = time.monotonic()
    with servers(settings) as started:
        kill_and_go_on(started, crowd, asked.kills, GAP, random.Random(asked.seed))
        seconds = time.monotonic() - began
        faults = fill(started, crowd, cast[:AT_LAST], 0 if url else FULL)
    faults += reckon(app, ballots, crowd)
    print(f"{database}: {asked.kills} kills and {len(crowd.acknowledged)} acknowledged ballots in {seconds:.0f} s;"
          f" {crowd.again} sent again; {len(faults)} faults", flush=True)  # fmt: skip
    return [f"{database}: {each}" for each in faults]


def fill(started: Servers, crowd: Crowd, rest: list[Sheet], most: int) -> list[str]:
    """Whoever comes to a server whose disk is full (SQLite) is told so, and is taken by the next one."""
    started.kill("serve")
    if most:
        started.start("serve", 0, most)
        told = [post(crowd.url, sheet.body)[0] for sheet in rest]
        print(f"on a full disk {len(told)} were answered {sorted(set(told))}")
        if set(told) != {503}:
            return [f"on a full disk the answers were {told}"]
        started.kill("serve")
    started.start("serve", 0)
    crowd.rest = rest
    for thread in crowd.begin():
        thread.join()
    return []


if __name__ == "__main__":
    main()
