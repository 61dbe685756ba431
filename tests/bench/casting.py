"""`python tests/bench/casting.py`: how many ballots a second the box takes, beside a bare handler.

The handler (tests/bench/bare_casting.py) parses the same bytes, hashes and commits them, many at once. Ours also reads
the form, knows the code, checks the signature of the vote, refuses a second ballot and answers with two trackers. Both
stand on gunicorn with one gevent worker and are asked in turn, round by round, on SQLite and on PostgreSQL. One ballot
from each connection goes ahead untimed, for what a server starts with its first. A pair of ballots is 57 kB: four
options, and twelve arguments to cite. Promised: 0.7 of the handler's rate; beside it, for a busy machine, ballots a CPU
second of the server's process. Between the two stands the handler with the check of the signatures and nothing else of
ours: the power modulo p that nobody who checks them is spared takes as long on another core as the whole of a bare
request does on its own.
With --tools DIR, servers/http_floor.py in that folder takes the handler's place on SQLite.
"""

import argparse
import os
import secrets
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from statistics import median

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))  # as a file, not only as a module

import wsgi
from forum.kernel import clock
from forum.kernel.database import Base, db, transaction
from forum.kernel.settings import Settings
from tests.bench.crowd import Crowd, Told
from tests.bench.databases import postgresql
from tests.bench.serving import gunicorn, must_hold
from tests.bench.signed_pairs import SignedPairs
from tests.people import make_cast
from tests.server import ROOT, environment, free_address

TOOLS = "the folder with servers/http_floor.py"
PROMISE = 0.7
SIGNED = "bare, signatures checked"


@dataclass(frozen=True)
class Contest:
    """Three servers on one kind of database by address and process, and the requests that all are sent."""

    name: str
    servers: dict[str, tuple[str, int]]
    pairs: SignedPairs


@dataclass(frozen=True)
class Round:
    """What came of one round at one server, and how long its process was busy."""

    told: Told
    busy: float


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--tools", type=Path, help=TOOLS)
    arguments.add_argument("--ballots", type=int, default=1500, help="of each round")
    arguments.add_argument("--rounds", type=int, default=3)
    arguments.add_argument("--connections", type=int, default=64)
    arguments.add_argument("--only", choices=("SQLite", "PostgreSQL"))
    asked = arguments.parse_args()
    with tempfile.TemporaryDirectory() as name, ExitStack() as servers:
        folder = Path(name)
        folder.chmod(0o755)
        for contest in contests(servers, folder, asked):
            report(contest.name, hold(contest, asked))


def contests(servers: ExitStack, folder: Path, asked: argparse.Namespace) -> Iterator[Contest]:
    most = asked.connections + asked.ballots * asked.rounds
    if asked.only != "PostgreSQL":
        yield contest(servers, folder / "sqlite", "SQLite", "", str(folder / "bare.sqlite3"), most, asked.tools)
    if asked.only != "SQLite":
        ours, _ = servers.enter_context(postgresql(folder, "ours", "bare"))
        target = f"host={folder / 'postgresql'} user=hustings dbname=bare"
        yield contest(servers, folder / "pg", "PostgreSQL", ours, target, most, None)


def contest(
    servers: ExitStack, folder: Path, name: str, url: str, target: str, most: int, tools: Path | None
) -> Contest:
    """Make a vote with that many voters, and start the servers."""
    settings = Settings(
        secret_key=secrets.token_hex(20), union_name="Bench", base_url=free_address(), instance=folder, mail_host="",
        database_url=url,
    )  # fmt: skip
    app = wsgi.create_app(settings)
    with app.test_request_context(base_url=settings.base_url):
        Base.metadata.create_all(db.engine)
        with transaction(write=True):
            pairs = SignedPairs.make(make_cast(), most, now=clock.now())
        db.session.remove()
        db.engine.dispose()
    ours = servers.enter_context(
        gunicorn("wsgi:create_app()", settings.base_url, folder=ROOT, environment=environment(settings),
                 log=folder / "ours.log")
    )  # fmt: skip
    bare = free_address()
    program, where, path = "tests.bench.bare_casting:app", ROOT, "/cast"
    if tools:
        program, path = "http_floor:app", "/cast/group"
        where = must_hold(tools, "servers/http_floor.py", option="--tools", what=TOOLS) / "servers"
    surroundings = {**os.environ, "DATABASE": target, "DBURL": f"sqlite:///{target}", "GEV": "1"}
    if tools:  # it makes its tables when it is run
        subprocess.run([sys.executable, "http_floor.py"], cwd=where, env=surroundings, check=True)
    handler = servers.enter_context(
        gunicorn(program, bare, folder=where, environment=surroundings, log=folder / "bare.log")
    )
    signed = free_address()
    checking = servers.enter_context(
        gunicorn("tests.bench.bare_casting:app", signed, folder=ROOT, environment={**surroundings, "SIGNED": "1"},
                 log=folder / "signed.log")
    )  # fmt: skip
    all_three = {
        "bare": (f"{bare}{path}", handler.pid),
        SIGNED: (f"{signed}/cast", checking.pid),
        "ours": (f"{settings.base_url}{pairs.path}", ours.pid),
    }
    return Contest(name, all_three, pairs)


def hold(contest: Contest, asked: argparse.Namespace) -> dict[str, list[Round]]:
    """Every round's ballots once to each of the three."""
    told: dict[str, list[Round]] = {name: [] for name in contest.servers}
    ahead, timed = contest.pairs.bodies[: asked.connections], contest.pairs.bodies[asked.connections :]
    for url, _ in contest.servers.values():
        Crowd(url, asked.connections).send(ahead)
    for turn in range(asked.rounds):
        bodies = timed[turn * asked.ballots : (turn + 1) * asked.ballots]
        for name, (url, master) in contest.servers.items():
            before = seconds_of(master)
            heard = Crowd(url, asked.connections).send(bodies)
            told[name].append(Round(heard, seconds_of(master) - before))
    return told


def seconds_of(master: int) -> float:
    """How long the worker of this gunicorn has been busy."""
    worker = Path(f"/proc/{master}/task/{master}/children").read_text().split()[0]
    fields = Path(f"/proc/{worker}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def report(name: str, told: dict[str, list[Round]]) -> None:
    rate = {who: median(each.told.rate for each in rounds) for who, rounds in told.items()}
    busy = {who: median(each.told.answers / each.busy for each in rounds) for who, rounds in told.items()}
    for who, rounds in told.items():
        wait = median(each.told.median for each in rounds) * 1000
        figures = f"{rate[who]:.0f} ballots a second, {busy[who]:.0f} a CPU second, median wait {wait:.0f} ms"
        print(f"{name}, {who}: {figures}")
    print(f"{name}: {rate[SIGNED] / rate['bare']:.2f} of the bare handler's rate is left once it checks signatures")
    print(f"{name}: {busy['ours'] / busy['bare']:.2f} of the bare handler's rate by CPU of the server's process")
    print(f"{name}: {rate['ours'] / rate['bare']:.2f} of the bare handler's rate (promised {PROMISE})")


if __name__ == "__main__":
    main()
