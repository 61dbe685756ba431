"""The long half of the verifier: every proof of every ballot, and the product of those that count.

A chunk of ballots is checked by a plain function of plain values, so that it runs alike in this process and
in others. Each process reads the file itself; at most a few chunks are under way at once.
"""

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import NamedTuple

from referendum.archive.survey import BallotPlace
from referendum.crypto.ballot import BallotRefused, check_ballot
from referendum.crypto.election import Election, known_election
from referendum.crypto.hashing import hex_hash
from referendum.crypto.tally import Tally, TallyProduct

CHUNK = 16

Progress = Callable[[int, int], None]
"""Told after each chunk: ballots done, ballots in all."""


class Task(NamedTuple):
    """A ballot to check.

    ``listed``: its credential is one of the election's. ``weight``: None when a later ballot replaces it.
    """

    place: BallotPlace
    listed: bool
    weight: int | None


class Outcome(NamedTuple):
    """What became of some ballots: why each refused one is refused, and the product of those that count."""

    refused: list[tuple[BallotPlace, str]]
    product: Tally


def check_chunk(path: str, election_record: bytes, tasks: Sequence[Task]) -> Outcome:
    """Checks some ballots of an archive. Runs in any process."""
    election = known_election(election_record)
    total = TallyProduct(election)
    refused = []
    with Path(path).open("rb") as stream:
        for place, listed, weight in tasks:
            stream.seek(place.offset)
            raw = stream.read(place.size)
            if hex_hash(raw) != place.digest:
                refused.append((place, "the file changed while it was being checked"))
                continue
            credentials = {place.credential} if listed and place.credential else set()
            try:
                ballot = check_ballot(election, raw, credentials=credentials)
            except BallotRefused as problem:
                refused.append((place, problem.words))
                continue
            if weight is not None:
                total.add(ballot.ciphertexts, weight)
    return Outcome(refused, total.close())


def _outcomes(
    path: str, record: bytes, chunks: Sequence[Sequence[Task]], jobs: int
) -> Iterator[tuple[int, Outcome]]:
    if jobs <= 1:
        for chunk in chunks:
            yield len(chunk), check_chunk(path, record, chunk)
        return
    with ProcessPoolExecutor(jobs, mp_context=get_context("spawn")) as pool:
        waiting: deque[tuple[int, Future[Outcome]]] = deque()
        for chunk in chunks:
            waiting.append((len(chunk), pool.submit(check_chunk, path, record, chunk)))
            if len(waiting) > 2 * jobs:
                size, future = waiting.popleft()
                yield size, future.result()
        for size, future in waiting:
            yield size, future.result()


def check_ballots(
    path: Path, election: Election, tasks: Sequence[Task], *, jobs: int = 1, progress: Progress | None = None
) -> Outcome:
    """Checks ballots in order, with ``jobs`` processes."""
    chunks = [tasks[start : start + CHUNK] for start in range(0, len(tasks), CHUNK)]
    total = TallyProduct(election)
    refused: list[tuple[BallotPlace, str]] = []
    done = 0
    for size, outcome in _outcomes(str(path), election.raw, chunks, jobs):
        refused += outcome.refused
        total.add_tally(outcome.product)
        done += size
        if progress is not None:
            progress(done, len(tasks))
    return Outcome(refused, total.close())
