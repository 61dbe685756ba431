"""`python tests/bench/evening.py`: the evening before a vote ends (T18): members read, talk and vote at once.

600 members open a page every 20 seconds each: the front page, the question, and a thread of 500 posts. 60 sit in one
live session, each says something every 10 seconds, and everybody there hears it. 20 ballots a second come in, 57 kB
each, from people who are signed in nowhere. One worker on gunicorn, as deployed, with SQLite, or on PostgreSQL with
`--database postgresql`; clients and server share this machine. Promised: 95 of 100 waits below 300 ms of each kind,
counted from the moment each was due, nothing said that somebody in the room did not hear exactly once, and no recorded
ballot that the box does not know. The command fails where anything was lost or refused. `--jobs` lets the job runner
check proofs meanwhile (and set these ballots aside, see signed_pairs); without it they wait, as where it has a machine
of its own.
"""

import argparse
import asyncio
import secrets
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import quantiles

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
from referendum.casting.queries import whereabouts
from referendum.casting.rules import Found
from tests.bench.casting import seconds_of
from tests.bench.databases import postgresql
from tests.bench.evening_people import Evening, Room, read, vote
from tests.bench.long_threads import make_threads
from tests.bench.serving import gunicorn
from tests.bench.signed_pairs import SignedPairs
from tests.build_sittings import make_debate
from tests.people import make_cast, make_member
from tests.server import ROOT, environment, free_address

PROMISE = 300  # ms
A_PAGE, A_WORD = 20.0, 10.0  # seconds between two of one member


@dataclass(frozen=True)
class Union:
    """Cookies of the members, the token that all of them show, what they read, where they talk, what they cast."""

    cookies: list[str]
    token: str
    pages: list[str]
    sitting: int
    pairs: SignedPairs


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--seconds", type=float, default=60)
    arguments.add_argument("--reading", type=int, default=600, help="members")
    arguments.add_argument("--chatting", type=int, default=60, help="members")
    arguments.add_argument("--casting", type=float, default=20, help="ballots a second")
    arguments.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    arguments.add_argument("--jobs", action="store_true", help="run the job runner beside the server")
    asked = arguments.parse_args()
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        folder = Path(name)
        folder.chmod(0o755)
        url = stack.enter_context(postgresql(folder, "union"))[0] if asked.database == "postgresql" else ""
        settings = Settings(
            secret_key=secrets.token_hex(20), union_name="Bench", base_url=free_address(), instance=folder / "instance",
            mail_host="", database_url=url,
        )  # fmt: skip
        app = wsgi.create_app(settings)
        union = found(app, settings, asked)
        surroundings = environment(settings)
        server = stack.enter_context(
            gunicorn("wsgi:create_app()", settings.base_url, folder=ROOT, environment=surroundings, log=folder / "log")
        )
        if asked.jobs:
            stack.enter_context(runner(surroundings, folder / "jobs.log"))
        evening = Evening(settings.base_url, asked.seconds)
        busy = seconds_of(server.pid)
        room = asyncio.run(pass_by(evening, union, asked))
        busy = seconds_of(server.pid) - busy
        sys.exit(report(app, evening, room, busy, asked))


@contextmanager
def runner(surroundings: dict[str, str], log: Path) -> Iterator[None]:
    """`flask jobs run` until the block ends."""
    with log.open("ab") as out:
        command = [sys.executable, "-m", "flask", "jobs", "run"]
        child = subprocess.Popen(command, cwd=ROOT, env=surroundings, stdout=out, stderr=out)
        try:
            yield
        finally:
            child.terminate()
            child.wait(20)


def found(app: Flask, settings: Settings, asked: argparse.Namespace) -> Union:
    """Make the union: its members, each signed in, a long thread, a live session, a vote that is open."""
    secret, now = secrets.token_hex(32), clock.now()
    with app.test_request_context(base_url=settings.base_url) as context:
        Base.metadata.create_all(db.engine)
        context.session["csrf_token"] = secret
        token = generate_csrf()
        with transaction(write=True):
            cast = make_cast()
            (thread,) = make_threads(cast, now=now, pages={500: 13})
            debate = make_debate(cast, now=now, number=200)
            pairs = SignedPairs.make(cast, int(asked.seconds * asked.casting), now=now)
            here = db.session.get_one(Local, cast.local)
            people = [make_member(f"9{n:05d}", f"Member {n}", here) for n in range(asked.reading + asked.chatting)]
            devices = [open_device(each, "bench", now=now, second_factor=False) for each in people]
        signer = SecureCookieSessionInterface().get_signing_serializer(app)
        assert signer is not None
        cookies = [f"hustings={signer.dumps({'device': each, 'csrf_token': secret})}" for each in devices]
        db.session.remove()
        db.engine.dispose()
    return Union(cookies, token, ["/", thread.path, "/q/200"], debate.sitting, pairs)


async def pass_by(evening: Evening, union: Union, asked: argparse.Namespace) -> Room:
    """Everybody at once, until the evening is over."""
    room = Room(evening, union.sitting, union.token)
    seats = [await room.enter(cookie) for cookie in union.cookies[: asked.chatting]]
    for path in union.pages:  # a page's first reader waits for its template, on whatever evening that was
        await evening.fetch(path, 0, union.cookies[0])
    evening.ends = asyncio.get_running_loop().time() + asked.seconds
    async with asyncio.TaskGroup() as people:
        for place, cookie in enumerate(union.cookies[asked.chatting :]):
            people.create_task(read(evening, place, cookie, union.pages, A_PAGE))
        for seat in seats:
            people.create_task(seat.attend(A_WORD))
        people.create_task(vote(evening, union.pairs.bodies, union.pairs.path, asked.casting))
    return room


def report(app: Flask, evening: Evening, room: Room, busy: float, asked: argparse.Namespace) -> int:
    """Print what came of it; 1 where anything was lost or refused."""
    for what, waits in evening.waits.items():
        cuts = quantiles(waits, n=100, method="inclusive")
        half, most, nearly_all = (f"{cuts[percent - 1] * 1000:.0f}" for percent in (50, 95, 99))
        print(f"{what}: {len(waits)} waits; median {half} ms, p95 {most} (promised under {PROMISE}), p99 {nearly_all}")
    with app.app_context(), transaction(write=False):
        missing = sum(whereabouts(tracker).found is Found.UNKNOWN for tracker in evening.receipts)
    lost, unanswered = room.lost(), len(room.due) - len(room.acknowledged)
    print(f"the server's process was busy {busy / asked.seconds:.0%} of the time")
    heard = f"{unanswered} not taken, {lost} deliveries lost or doubled"
    print(f"{len(room.due)} lines said to {asked.chatting} members: {heard}")
    print(f"{len(evening.receipts)} ballots recorded: {missing} of them unknown to the box")
    for fault, times in sorted(evening.faults.items()):
        print(f"REFUSED OR FAILED, {times} times: {fault}")
    return int(bool(lost or unanswered or missing or evening.faults))


if __name__ == "__main__":
    main()
