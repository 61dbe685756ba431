"""The long half of the verifier: every proof of every ballot, in one process or several, with what was known before.

Each process reads the file itself, and at most a few chunks are under way at once, so that memory does not grow with
the archive. The chunks depend on the number of ballots alone, so that whoever goes on finds the same ones.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future
from pathlib import Path
from typing import NamedTuple, Protocol

from referendum.archive.chunks import Outcome, check_chunk
from referendum.archive.ledger import Ledger, chunk_name
from referendum.archive.places import BallotPlace, Task
from referendum.archive.processes import processes
from referendum.crypto.election import Election
from referendum.crypto.tally import Tally, TallyProduct

SMALLEST_CHUNK, LARGEST_CHUNK = 16, 512
FEWEST_CHUNKS = 8

Progress = Callable[[int, int], None]
"""Told after each chunk: ballots done, ballots in all."""


class Checked(NamedTuple):
    """Why each refused ballot is refused, in the archive's order; and the product of those that count."""

    refused: list[tuple[BallotPlace, str]]
    product: Tally


class ManyTasks(Protocol):
    """The tasks of an archive by number, made when they are asked for."""

    def __len__(self) -> int: ...

    def __getitem__(self, number: int, /) -> Task: ...


def _chunks(ballots: int) -> list[range]:
    """Large enough that asking for membership at once pays, small enough that every process has some."""
    size = max(SMALLEST_CHUNK, min(LARGEST_CHUNK, -(-ballots // FEWEST_CHUNKS)))
    return [range(start, min(ballots, start + size)) for start in range(0, ballots, size)]


def _taken(tasks: ManyTasks, chunk: range) -> list[Task]:
    return [tasks[number] for number in chunk]


def _outcomes(path: str, record: bytes, chunks: Iterable[Sequence[Task]], jobs: int) -> Iterator[Outcome]:
    if jobs <= 1:
        for chunk in chunks:
            yield check_chunk(path, record, chunk)
        return
    with processes(jobs) as pool:
        waiting: deque[Future[Outcome]] = deque()
        for chunk in chunks:
            waiting.append(pool.submit(check_chunk, path, record, chunk))
            if len(waiting) > 2 * jobs:
                yield waiting.popleft().result()
        for future in waiting:
            yield future.result()


def _all_outcomes(
    path: str, election: Election, tasks: ManyTasks, jobs: int, ledger: Ledger | None
) -> Iterator[tuple[range, Outcome]]:
    """Each chunk with its outcome: first those that the ledger knows, then the others as they are checked."""
    left = []
    for chunk in _chunks(len(tasks)):
        known = ledger.known(chunk_name(election, _taken(tasks, chunk))) if ledger else None
        if known is None:
            left.append(chunk)
        else:
            yield chunk, known
    asked = (_taken(tasks, chunk) for chunk in left)
    for chunk, outcome in zip(left, _outcomes(path, election.raw, asked, jobs), strict=True):
        if ledger:
            ledger.keep(chunk_name(election, _taken(tasks, chunk)), outcome)
        yield chunk, outcome


def check_ballots(
    path: Path,
    election: Election,
    tasks: ManyTasks,
    *,
    jobs: int = 1,
    progress: Progress | None = None,
    ledger: Ledger | None = None,
) -> Checked:
    """Checks all ballots of an archive with ``jobs`` processes, but for the chunks that stand in the ledger."""
    total = TallyProduct(election)
    refused: list[tuple[BallotPlace, str]] = []
    done = 0
    for chunk, outcome in _all_outcomes(str(path), election, tasks, jobs, ledger):
        refused += [(tasks[chunk[number]].place, words) for number, words in outcome.refused]
        total.add_tally(outcome.product)
        done += len(chunk)
        if progress is not None:
            progress(done, len(tasks))
    return Checked(sorted(refused, key=lambda each: each[0].event), total.close())
