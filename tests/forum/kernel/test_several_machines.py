"""Two servers and a job runner on one database and one Redis, each a process of its own as on machines of its own."""

import json
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit
from urllib.request import Request, urlopen

import pytest
from flask import Flask
from redis import Redis
from redis.exceptions import ConnectionError as NotThere
from simple_websocket import Client, ConnectionClosed

import wsgi
from forum.kernel import clock, jobs, limits, live
from forum.kernel.database import Base, db, transaction
from forum.kernel.settings import Settings
from forum.moderation import rules as moderation
from forum.moderation.forms import Cause, NewStop
from forum.moderation.restraint_operations import stop_member
from forum.signin.cli import roll
from forum.sittings.jobs import close_left_open
from forum.sittings.models import Message, Sitting
from tests.build_sittings import Ground, make_debate
from tests.conftest import make_settings
from tests.forum.roll.files import HEADINGS
from tests.people import Cast, actor, make_cast, sign_in
from tests.server import ROOT, environment, free_address, process, running

pytestmark = [pytest.mark.needs("redis"), pytest.mark.database]
PATIENCE = 20


@pytest.fixture(scope="module")
def redis_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    port, folder = urlsplit(free_address()).port, tmp_path_factory.mktemp("redis")
    program = shutil.which("redis-server") or ""
    child = subprocess.Popen(
        [program, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(folder)],
        stdout=subprocess.DEVNULL,
    )
    url, until = f"redis://127.0.0.1:{port}/0", time.monotonic() + PATIENCE
    while not _answers(url):
        assert time.monotonic() < until, "Redis did not answer"
        time.sleep(0.05)
    yield url
    child.terminate()
    child.wait(PATIENCE)


def _answers(url: str) -> bool:
    try:
        return bool(Redis.from_url(url).ping())
    except NotThere:
        return False


@dataclass
class Union:
    """Two servers' settings, the people and a debate in their one database, and an app that sees the same."""

    app: Flask
    cast: Cast
    debate: Ground
    servers: tuple[Settings, Settings]


@pytest.fixture(scope="module")
def union(redis_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Union]:
    folder = tmp_path_factory.mktemp("union") / "instance"
    first = make_settings(folder, base_url=free_address(), testing=False, redis_url=redis_url)
    app = wsgi.create_app(first)
    with app.app_context():
        Base.metadata.drop_all(db.engine)
        Base.metadata.create_all(db.engine)
    with app.app_context(), transaction(write=True):
        cast = make_cast()
        debate = make_debate(cast, now=clock.now())
    first = replace(first, socket_mode="gevent")
    second = replace(first, base_url=free_address())
    with running(first), running(second):
        yield Union(app, cast, debate, (first, second))
    limits.init("")  # this process counts for itself again
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def runner(union: Union) -> Iterator[None]:
    """`flask jobs run`, as an operator starts it."""
    command = [sys.executable, "-m", "flask", "jobs", "run"]
    log = (union.servers[0].instance / "jobs.log").open("wb")
    child = subprocess.Popen(command, cwd=ROOT, env=environment(union.servers[0]), stdout=log, stderr=log)
    yield
    child.terminate()
    child.wait(PATIENCE)
    log.close()


class Browser:
    """One member's socket to one of the servers, in the room of the session."""

    def __init__(self, union: Union, member_id: int, server: int | Settings) -> None:
        settings = union.servers[server] if isinstance(server, int) else server
        origin, self.sitting = settings.base_url, union.debate.sitting
        cookie = sign_in(union.app, member_id).get_cookie("hustings")
        assert cookie
        with urlopen(Request(origin, headers={"Cookie": f"hustings={cookie.value}"}), timeout=PATIENCE) as page:
            token = re.search(r'csrf-token" content="([^"]+)"', page.read().decode())
            kept = re.search(r"hustings=[^;]+", page.headers["Set-Cookie"])
        assert token
        assert kept
        self.origin, self.token, self.cookie = origin, token[1], kept[0]
        address = origin.replace("http", "ws") + "/socket.io/?EIO=4&transport=websocket"
        self.unread: list[str] = []
        self.asked = 0
        self.socket = Client(address, headers={"Origin": origin, "Cookie": kept[0]})
        self.socket.send("40" + json.dumps({"token": token[1]}))
        self.hear("40{")
        assert self.ask("join", room=f"sitting:{self.sitting}")["ok"]

    def send(self, event: str, **facts: object) -> str:
        """Say something without waiting; gives how its answer will begin."""
        self.asked += 1
        self.socket.send(f"42{self.asked}" + json.dumps([event, {"sitting": self.sitting, **facts}]))
        return f"43{self.asked}"

    def ask(self, event: str, **facts: object) -> dict[str, Any]:
        begins = self.send(event, **facts)
        answer: dict[str, Any] = json.loads(self.hear(f"{begins}[").removeprefix(begins))[0]
        return answer

    def lines(self, after: int) -> list[tuple[int, str]]:
        """Number and key of every line after a number, as a browser that returns asks for them."""
        return [(each["number"], each["key"]) for each in self.ask("catch_up", after=after)["messages"]]

    def told(self, event: str) -> dict[str, Any]:
        """The payload of the next announcement of this name."""
        beginning = f'42["{event}",'
        payload: dict[str, Any] = json.loads(self.hear(beginning).removeprefix("42"))[1]
        return payload

    def hear(self, beginning: str) -> str:
        """The next message that begins so; others stay for later."""
        while not (fitting := [each for each in self.unread if each.startswith(beginning)]):
            heard = self.socket.receive(timeout=PATIENCE)
            assert heard, f"nothing that begins with {beginning} was heard"
            self.unread.append(str(heard))
        self.unread.remove(fitting[0])
        return fitting[0]

    def post(self, path: str) -> None:
        """Press a button of a page."""
        form = urlencode({"csrf_token": self.token}).encode()
        with urlopen(Request(self.origin + path, form, {"Cookie": self.cookie}), timeout=PATIENCE) as page:
            assert page.status == 200

    def seconds_until_cut(self, since: float) -> float:
        """How long after an instant the server closed this socket."""
        self.hear("41")
        return time.monotonic() - since


def test_what_is_said_on_one_server_is_heard_on_the_other(union: Union) -> None:
    here, there = Browser(union, union.cast.member, 0), Browser(union, union.cast.seconder, 1)
    assert here.ask("say", text="Over the wall.", client_key="w-1")["number"] == 1
    assert there.told("message")["body"] == [["p", "Over the wall."]]
    assert there.ask("say", text="And back.", client_key="w-2")["number"] == 2
    assert [here.told("message")["number"] for _ in range(2)] == [1, 2]


def test_a_server_that_is_killed_loses_nothing_and_its_members_catch_up_on_another(union: Union) -> None:
    stays = Browser(union, union.cast.retired, 0)
    before = max([number for number, _ in stays.lines(0)], default=0)
    third = replace(union.servers[0], base_url=free_address())
    with process(third) as server:
        moves, watches = (Browser(union, member, third) for member in (union.cast.member, union.cast.seconder))
        for turn in range(3):  # without waiting for one another
            stays.send("say", text="here", client_key=f"here-{turn}")
            moves.send("say", text="there", client_key=f"there-{turn}")
        heard = sorted(watches.told("message")["number"] for _ in range(6))
        moves.send("say", text="unanswered", client_key="unanswered")
        server.kill()  # kill -9: whether that line was written, nobody has told its member
        server.wait()
    for lost in (moves, watches):
        with pytest.raises(ConnectionClosed):
            lost.hear("nothing more")
    stays.ask("say", text="meanwhile", client_key="meanwhile")
    back, watches = Browser(union, union.cast.member, 1), Browser(union, union.cast.seconder, 1)
    back.ask("say", text="unanswered", client_key="unanswered")  # its browser does so with whatever had no answer
    everything = stays.lines(before)
    said = [f"{where}-{turn}" for where in ("here", "there") for turn in range(3)]
    assert sorted(key for _, key in everything) == sorted([*said, "meanwhile", "unanswered"])
    assert [number for number, _ in everything] == list(range(before + 1, before + 9))
    assert heard == [number for number, _ in everything[:6]]
    assert back.lines(before) == everything
    assert watches.lines(heard[-1]) == everything[6:]


def test_a_rate_is_counted_across_the_servers(union: Union) -> None:
    browsers = [Browser(union, union.cast.host, server) for server in (0, 1)]
    answers = [browsers[n % 2].ask("say", text="x", client_key=f"k{n}") for n in range(11)]
    assert [each.get("status") for each in answers] == [None] * 10 + [429]


def test_what_a_job_ends_is_told_to_the_sockets_of_every_server(union: Union, runner: None) -> None:
    browsers = [Browser(union, member, server) for server, member in enumerate((union.cast.member, union.cast.host))]
    with union.app.app_context(), transaction(write=True):
        db.session.get_one(Sitting, union.debate.sitting).opened_at = clock.now() - timedelta(hours=13)
        jobs.enqueue(close_left_open)
    assert [each.told("floor")["state"] for each in browsers] == ["closed", "closed"]


def sign_out_elsewhere(union: Union) -> None:
    """Press "Sign out everywhere else" in another browser, on the other server."""
    browser = Browser(union, union.cast.member, 1)
    browser.post("/devices/sign-out-others")


def lose_standing(union: Union) -> None:
    """The operator imports a roll that says so, by a command: another process again."""
    file = union.servers[0].instance / "roll.csv"
    row = "1001,Marta Quill,m1001@example.org,88,Lakes District,US,suspended,2019-05-01,"
    file.write_text(f"{HEADINGS}\n{row}\n")
    came_in = union.app.test_cli_runner().invoke(roll, ["import", "--yes", str(file)])
    assert came_in.exit_code == 0, came_in.output


def be_stopped(union: Union) -> None:
    """The host stops the member from writing in the hall, for words of theirs, on another server."""
    cause = Cause(moderation.Ground.SPAM, "The same line ten times.")
    with union.app.test_request_context(), transaction(write=True) as rows:
        line = Message(
            hall_id=union.debate.hall, sitting_id=union.debate.sitting, number=900, author_id=union.cast.member,
            source="x", html="<p>x</p>", at=clock.now(),
        )  # fmt: skip
        rows.add(line)
        rows.flush()
        stop_member(actor(union.cast.host), "message", line.id, NewStop(1, cause), now=clock.now())


@pytest.mark.parametrize("end", [sign_out_elsewhere, lose_standing, be_stopped])
def test_signing_out_losing_standing_and_a_ruling_cut_sockets_everywhere(
    union: Union, end: Callable[[Union], None]
) -> None:
    """Within a second on a machine with nothing else to do; three are given, and the slower look takes up to five."""
    browser, bystander = Browser(union, union.cast.member, 0), Browser(union, union.cast.seconder, 0)
    end(union)
    assert browser.seconds_until_cut(time.monotonic()) < 3
    assert live.LOOKED_EVERY < 0.5
    assert bystander.ask("catch_up", after=0)["ok"]
    if end is be_stopped:  # who is still signed in comes back, and stays
        back = Browser(union, union.cast.member, 0)
        time.sleep(2 * live.LOOKED_EVERY)
        assert back.ask("catch_up", after=0)["ok"]


def test_the_limits_stand_in_redis(union: Union, redis_url: str) -> None:
    limits.hit("5/minute", "sample", "member:1")
    assert any(b"sample" in key for key in Redis.from_url(redis_url).scan_iter())


def test_both_servers_read_one_instance_folder(union: Union) -> None:
    folders: set[Path] = {each.instance for each in union.servers}
    assert len(folders) == 1
