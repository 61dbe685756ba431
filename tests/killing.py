"""Clients that cast while servers are killed, and the reckoning afterwards (T2).

Every client sends a pair until it is acknowledged, the same bytes again and again, then the next. Meanwhile the server,
or the process that checks and writes batches, is killed at any moment. In the end the box must hold every acknowledged
ballot once and nothing else, its chain must be whole, and its count must be the clients' own.
"""

import http.client
import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from flask import Flask
from sqlalchemy import Row

from forum.kernel import audit
from forum.kernel.database import db, transaction
from forum.kernel.settings import Settings
from referendum.casting import jobs
from referendum.casting.box_operations import seal_box
from referendum.casting.models import Arrival, BoxBatch, BoxedBallot
from referendum.casting.rules import batch_hash
from referendum.crypto.ballot import read_ballot
from referendum.crypto.group import P, invert, power, power_of_g
from referendum.crypto.tally import TallyProduct
from referendum.process.models import Vote
from tests.build_votes import Ballots
from tests.server import ROOT, environment

CLIENTS = 3


@dataclass
class Servers:
    """The program that forks them; the processes that run now, by role."""

    program: subprocess.Popen[str]
    running: dict[str, int] = field(default_factory=dict)

    def start(self, role: str, number: int, most: int = 0) -> int:
        """Fork another of this role; gives its process id."""
        question, answer = self.program.stdin, self.program.stdout
        assert question
        assert answer
        question.write(f"{role} {number} {most or ''}\n")
        question.flush()
        self.running[role] = int(answer.readline())
        return self.running[role]

    def kill(self, role: str) -> None:
        os.kill(self.running.pop(role), signal.SIGKILL)


@contextmanager
def servers(settings: Settings) -> Iterator[Servers]:
    """The program with these settings; whatever it started is gone at the end."""
    with (settings.instance / "killed.log").open("ab") as log:
        program = subprocess.Popen(
            [sys.executable, "-m", "tests.killed"], cwd=ROOT, env=environment(settings), text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, start_new_session=True,
        )  # fmt: skip
        try:
            yield Servers(program)
        finally:
            os.killpg(program.pid, signal.SIGKILL)  # and what those that were killed had begun
            program.communicate()


@dataclass(frozen=True)
class Sheet:
    """A pair as it is sent, and what its voter chose."""

    voter: int
    choice: int
    body: bytes


def sheets(ballots: Ballots, voters: int) -> list[Sheet]:
    """A pair of each voter."""
    made = []
    for voter in range(voters):
        pair = ballots.pair(voter, voter % 2)
        made.append(Sheet(voter, voter % 2, json.dumps({"v": pair.v.decode(), "c": pair.c.decode()}).encode()))
    return made


def post(url: str, body: bytes, patience: float = 5) -> tuple[int, dict[str, object]]:
    """One request on a connection of its own: the status and the answer. Raises OSError where none came."""
    place = urlsplit(url)
    line = http.client.HTTPConnection(place.hostname or "", place.port, timeout=patience)
    try:
        line.request("POST", place.path, body, {"Content-Type": "application/json", "Accept": "application/json"})
        answer = line.getresponse()
        return answer.status, json.loads(answer.read())
    except (http.client.HTTPException, ValueError) as broken:
        raise OSError("the answer broke off") from broken
    finally:
        line.close()


@dataclass
class Crowd:
    """The clients: what is still to be cast, every acknowledgement, and how often one had to send again."""

    url: str
    rest: list[Sheet]
    acknowledged: list[tuple[Sheet, str, str]] = field(default_factory=list)
    surprises: list[object] = field(default_factory=list)
    again: int = 0

    def begin(self) -> list[threading.Thread]:
        threads = [threading.Thread(target=self._cast) for _ in range(CLIENTS)]
        for thread in threads:
            thread.start()
        return threads

    def _cast(self) -> None:
        while self.rest:
            try:
                sheet = self.rest.pop()
            except IndexError:
                return
            while True:
                try:
                    status, answer = post(self.url, sheet.body, patience=1)
                except OSError:
                    self.again += 1  # nobody knows whether it arrived: the same bytes once more
                    continue
                if status == 200 and isinstance(answer["trackers"], dict):
                    self.acknowledged.append((sheet, answer["trackers"]["v"], answer["trackers"]["c"]))
                    break
                if status != 503:
                    self.surprises.append((status, answer))
                    return


def kill_and_go_on(started: Servers, crowd: Crowd, kills: int, gap: float, draw: random.Random) -> None:
    """Kill one of the two `kills` times while the clients cast, each after a moment of any length up to `gap`."""
    started.start("serve", 0)
    started.start("work", 0)
    threads = crowd.begin()
    for number in range(1, kills + 1):
        time.sleep(draw.uniform(0.1, 1) * gap)
        role = "serve" if number % 3 else "work"
        started.kill(role)
        started.start(role, number)
    for thread in threads:
        thread.join()


def reckon(app: Flask, ballots: Ballots, crowd: Crowd) -> list[str]:
    """Check and seal what is left; then everything that is not as it must be."""
    with app.app_context():
        jobs.check_waiting(ballots.vote.id)
        with transaction(write=True) as session:
            vote = session.get_one(Vote, ballots.vote.id)
            seal_box(vote, now=vote.closes_at + timedelta(minutes=1))
        with transaction(write=False) as session:
            columns = BoxedBallot.batch, BoxedBallot.archive, BoxedBallot.hash, BoxedBallot.tracker, BoxedBallot.body
            rows = session.execute(db.select(*columns).order_by(BoxedBallot.batch, BoxedBallot.hash)).all()
            batches = session.execute(db.select(BoxBatch.number, BoxBatch.archive, BoxBatch.ballots, BoxBatch.hash))
            stated = {(number, archive): (most, digest) for number, archive, most, digest in batches}
            left = session.scalars(db.select(Arrival.sequence)).all()
            chain = audit.check(audit.export(with_bodies=True))
    faults = [f"something else than a receipt: {each}" for each in crowd.surprises]
    faults += [f"the audit log: {each}" for each in chain] + [f"arrival {each} was forgotten" for each in left]
    for archive, place in (("V", 1), ("C", 2)):
        there = Counter(row.tracker for row in rows if row.archive == archive)
        told = Counter({receipt[place] for receipt in crowd.acknowledged})
        faults += [f"{archive} {tracker}: {there[tracker]} times in the box" for tracker in told | there
                   if (there[tracker], told[tracker]) != (1, 1)]  # fmt: skip
    faults += _wrong_batches(rows, stated)
    choices = Counter(sheet.choice for sheet, *_ in crowd.acknowledged)
    counted = count(ballots, [row.body for row in rows if row.archive == "V"])
    if counted != [0, choices[0], choices[1]]:
        faults.append(f"counted {counted}, cast {choices}")
    return faults


def _wrong_batches(rows: Sequence[Row[Any]], stated: dict[tuple[int, str], tuple[int, str]]) -> Iterator[str]:
    lying: dict[tuple[int, str], list[str]] = {}
    for row in rows:
        lying.setdefault((row.batch, row.archive), []).append(row.hash)
    if stated != {place: (len(hashes), batch_hash(hashes)) for place, hashes in lying.items()}:
        yield "the batches are not what is said of them"
    if sorted({number for number, _ in stated}) != list(range(1, max((n for n, _ in stated), default=0) + 1)):
        yield "a batch is missing"


def count(ballots: Ballots, bodies: list[str]) -> list[int]:
    """The totals of these votes, opened with the trustee's key: blanks, then each option."""
    election, (private,) = ballots.v, ballots.private_keys
    product = TallyProduct(election)
    for body in bodies:
        product.add(read_ballot(election, body.encode()).ciphertexts)
    totals = []
    for cipher in product.close().ciphertexts[0]:
        element = cipher.beta * invert(power(cipher.alpha, private)) % P
        totals.append(next(m for m in range(len(bodies) + 1) if power_of_g(m) == element))
    return totals
