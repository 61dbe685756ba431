"""`python -m tests.bench.counting [--ballots 1000] [--parts 4] [--folder DIR]`: a count, beside verifying and spread.

First the product of all ballots out of the database, beside the verifier on the same ballots, each in one process;
promised is a twentieth. Then the same box as a record in several parts, counted by two worker processes that take their
work from Redis. While they write and verify the parts, one of them is killed with SIGKILL: the other one goes on, also
with the part that was under way, where it had come to. At the end every part must be accepted and the totals be those
of the whole. The time after which a worker counts as gone is shortened for it.

`--ballots 20000 --sample 1000` does the first half alone, in some minutes once the ballots are made: it verifies an
archive of 1,000 ballots, and takes the time of each for that of all.
"""

import argparse
import json
import os
import secrets
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

from flask import Flask

import wsgi
from forum.kernel import clock
from forum.kernel import jobs as queue
from forum.kernel.database import Base, db, transaction
from forum.kernel.settings import Settings, read_settings
from referendum.archive import splitting
from referendum.archive.events import EventType
from referendum.archive.reader import ArchiveReader
from referendum.archive.record import verify_together
from referendum.archive.verify import verify
from referendum.casting.models import BoxedBallot, BoxState
from referendum.count import jobs, operations, part_operations, part_queries, queries
from referendum.crypto.credentials import read_credentials
from referendum.crypto.election import read_election
from referendum.crypto.hashing import b64_of_hex, hex_hash
from referendum.crypto.joint import numbered, read_trustees
from referendum.electorate.models import PublicCredential
from referendum.electorate.queries import digest_of
from referendum.process.models import Vote
from referendum.trustees.forms import read_part
from referendum.trustees.holder import Holder
from referendum.trustees.models import TrusteeKey
from referendum.trustees.opening import make_part
from tests.bench.big_archive import OPTIONS, big_archive, private_key
from tests.bench.serving import redis_server
from tests.build_votes import make_vote
from tests.people import Cast, actor, holding, make_cast
from tests.server import ROOT, environment, free_address

SHARE = 20
GONE_AFTER = timedelta(seconds=6)
PATIENCE = 1800
MOST = "HUSTINGS_BENCH_MOST"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--ballots", type=int, default=1000)
    parser.add_argument("--parts", type=int, default=4)
    parser.add_argument("--sample", type=int, help="verify so many ballots, and reckon with the time of each")
    parser.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()) / "hustings-bench")
    parser.add_argument("--worker", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.worker:
        work()
        return
    path = big_archive(given.folder, given.ballots)
    sample = big_archive(given.folder, given.sample) if given.sample else path
    with tempfile.TemporaryDirectory() as name:
        redis = free_address().replace("http", "redis")
        settings = Settings(
            secret_key=secrets.token_hex(20), union_name="Bench", base_url=free_address(), instance=Path(name),
            mail_host="", redis_url=redis + "/0",
        )  # fmt: skip
        count = Count(settings, path, given.ballots, given.parts)
        expected = count.beside_verifying(sample)
        if given.sample:
            return
        with redis_server(urlsplit(redis).port or 0, Path(name)):
            count.hold(expected)


class Count:
    """A sealed box with the archive's ballots, in a database of its own."""

    def __init__(self, settings: Settings, path: Path, ballots: int, parts: int) -> None:
        self.settings, self.path, self.ballots = settings, path, ballots
        self.most = ballots * 11 // (10 * parts)
        self.private = private_key(ballots)
        self.workers: list[subprocess.Popen[bytes]] = []
        self.app: Flask = wsgi.create_app(settings)
        with self.app.test_request_context(base_url=settings.base_url):
            Base.metadata.create_all(db.engine)
            with transaction(write=True):
                self.cast = make_cast()
                self.vote_id = self._fill(self.cast)

    def _fill(self, cast: Cast) -> int:
        vote = make_vote(cast, now=clock.now(), voters=0, citations=False, options=OPTIONS).vote
        db.session.execute(db.delete(PublicCredential))
        with self.path.open("rb") as stream:
            for event in ArchiveReader(stream):
                if event.type is EventType.SETUP:
                    self._set_up(vote, *(record.body for record in event.data[:3]))
                elif event.type is EventType.BALLOT:
                    self._box(vote.id, event.payload)
        vote.state, vote.closed_at = "counting", clock.now()
        vote.params = {**vote.params, "min_ballots": 1}
        db.session.add(BoxState(vote_id=vote.id, batch=1, sealed=True))
        return vote.id

    def _set_up(self, vote: Vote, election: bytes, trustees: bytes, credentials: bytes) -> None:
        vote.election_v, vote.trustees = election.decode(), trustees.decode()
        vote.uuid_v = read_election(election).uuid
        key = db.session.scalars(db.select(TrusteeKey)).one()
        key.public_key = numbered(read_trustees(trustees))[0].as_json()
        rows = [
            {"vote_id": vote.id, "archive": "V", "value": value, "digest": digest_of(value)}
            for value in read_credentials(credentials)
        ]
        db.session.execute(db.insert(PublicCredential), rows)

    def _box(self, vote_id: int, raw: bytes) -> None:
        digest = hex_hash(raw)
        row = BoxedBallot(
            id=secrets.token_urlsafe(16), vote_id=vote_id, archive="V", batch=1, hash=digest, body=raw.decode(),
            tracker=b64_of_hex(digest), credential=digest_of(json.loads(raw)["credential"]),
        )  # fmt: skip
        db.session.add(row)

    @property
    def vote(self) -> Vote:
        return db.session.get_one(Vote, self.vote_id)

    def hold(self, expected: list[list[int]]) -> None:
        splitting.LARGEST_PART = self.most
        self.workers = [self._worker(), self._worker()]
        try:
            self._spread()
        finally:
            for worker in self.workers:
                worker.kill()
        with self.app.app_context(), transaction(write=False):
            parts = part_queries.parts_of(self.vote, "V")
            files = [queries.path_of(self.settings.instance, self.vote, "V", place, parts) for place in range(parts)]
            tally = queries.tally_of(self.vote_id, "V")
            result = tally.result if tally else None
        reports = verify_together(files)
        words = "all accepted" if all(each.ok for each in reports) else "REFUSED"
        print(f"{len(files)} parts, {words}; totals {result}")
        if result != expected or words == "REFUSED" or reports[-1].result != expected:
            sys.exit(f"the totals are not {expected}")

    def beside_verifying(self, sample: Path) -> list[list[int]]:
        """Both in this process; gives the totals of the sample."""
        with self.app.app_context(), transaction(write=False):
            started = time.process_time()
            product = operations.product_of(self.vote, "V")
            counting = time.process_time() - started
        started = time.process_time()
        report = verify(sample)
        spent = time.process_time() - started
        verifying = spent * product.ballots / (report.counted or 1)
        share = verifying / counting
        reckoned = "" if sample == self.path else f", reckoned from {report.counted} in {spent:.1f} s"
        print(
            f"{product.ballots} ballots on four options: counted in {counting:.1f} s, verified in {verifying:.1f} s"
            f"{reckoned}; counting takes 1/{share:.0f} of it (promised 1/{SHARE})"
        )
        if not report.ok or report.result is None or share < SHARE:
            sys.exit("the promise is not kept")
        return report.result

    def _worker(self) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "tests.bench.counting", "--worker"]
        return subprocess.Popen(command, cwd=ROOT, env=environment(self.settings) | {MOST: str(self.most)})

    def _spread(self) -> None:
        started = time.monotonic()
        self._enqueue(jobs.compute_tallies, vote_id=self.vote_id)
        self._wait(lambda: queries.tally_of(self.vote_id, "V") is not None)
        print(f"  multiplied by two workers after {time.monotonic() - started:.1f} s")
        self._open()
        started = time.monotonic()
        self._enqueue(jobs.go_on, vote_id=self.vote_id, archive="V")
        self._wait(lambda: self._chunks() > 1)
        os.kill(self.workers[0].pid, signal.SIGKILL)
        print(f"  worker {self.workers[0].pid} killed after {time.monotonic() - started:.1f} s")
        self._wait(lambda: queries.archive_verified(self.vote), often=self._tend)
        print(f"  written and verified after {time.monotonic() - started:.1f} s")

    def _open(self) -> None:
        """The trustee opens every part of the record."""
        with self.app.app_context(), transaction(write=True):
            trustee = holding(actor(self.cast.trustees[0]), "trustee", self.vote.question_id)
            parts = part_queries.record_parts(self.vote_id, "V")
            products = [operations.stored_product(self.vote, part).ciphertexts for part in parts]
            made = make_part(queries.election_of(self.vote, "V"), products, Holder(1, self.private))
            sent = read_part(made.as_json())
            operations.accept_partial(trustee, self.vote, "V", sent.owner, sent.raw, clock.now(), sent.second)

    def _chunks(self) -> int:
        """How many chunks of ballots stand in the ledgers of the parts under way."""
        ledgers = (self.settings.instance / "archives").glob("*.ledger")
        return sum(ledger.read_text().count('"chunk"') for ledger in ledgers)

    def _tend(self) -> None:
        """What the clock does every two minutes; and a word on how far each part is."""
        self._enqueue(jobs.tend_counts)
        with self.app.app_context(), transaction(write=False):
            parts = part_queries.record_parts(self.vote_id, "V")
            written = sum(bool(part.archive_hash) for part in parts)
        print(f"  {written} of {len(parts)} parts are written, and {self._chunks()} chunks of others checked")

    def _enqueue(self, job: Callable[..., None], **payload: object) -> None:
        with self.app.app_context(), transaction(write=True):
            queue.enqueue(job, **payload)

    def _wait(self, done: Callable[[], bool], often: Callable[[], None] | None = None) -> None:
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            with self.app.app_context(), transaction(write=False):
                if done():
                    return
            if all(worker.poll() is not None for worker in self.workers):
                break
            time.sleep(2 if often else 0.2)
            if often:
                often()
        sys.exit("the workers did not finish")


def work() -> None:
    """A worker process that says which part it takes, and takes over sooner."""
    splitting.LARGEST_PART = int(os.environ[MOST])
    part_operations.HOLD, jobs.SIGN_OF_LIFE = GONE_AFTER, 1
    take = part_operations.take_part

    def taken(vote_id: int, archive: str, place: int, now: datetime) -> bool:
        mine = take(vote_id, archive, place, now)
        if mine:
            print(f"    worker {os.getpid()} is at part {place + 1}", flush=True)
        return mine

    part_operations.take_part = taken
    app = wsgi.create_app(read_settings())
    app.extensions["hustings_jobs"]["queue"].create_consumer(workers=1, worker_type="thread", periodic=False).run()


if __name__ == "__main__":
    main()
