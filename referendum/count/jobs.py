"""The count's long work: products, opening, writing and verifying archives. Each step may be repeated.

A record in several parts is as many jobs, which any number of workers on any number of machines take from the queue.
Whoever is at a part says so in the database (`taken_until`), so that no other begins the same; where a worker was
killed another goes on after a while.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from flask import current_app

from forum.kernel import clock, jobs, slots
from forum.kernel.database import transaction
from referendum.archive.ballots import Progress
from referendum.casting.queries import box_state
from referendum.count import archiving, operations, part_operations, part_queries, proof_queries, queries
from referendum.count.models import TallyPart
from referendum.process.models import Vote
from referendum.process.queries import vote as vote_by_id
from referendum.process.queries import votes_in

SIGN_OF_LIFE = 30


@jobs.job
def compute_tallies(vote_id: int) -> None:
    """After the box is sealed: the product of each part of each archive; one that stays closed is written out."""
    with transaction(write=False):
        archives = queries.archives_of(vote_by_id(vote_id))
    for archive in archives:
        _begin(vote_id, archive)
        with transaction(write=False):
            parts = part_queries.record_parts(vote_id, archive)
            left = [part.place for part in parts if not part.encrypted]
        if left:
            _each_part(multiply_part, vote_id, archive, left, len(parts))
        else:
            go_on(vote_id, archive)


def _begin(vote_id: int, archive: str) -> None:
    with transaction(write=False):
        known = part_queries.record_parts(vote_id, archive)
        parts = 0 if known else part_operations.parts_for(vote_by_id(vote_id), archive)
    if parts:
        with transaction(write=True):
            part_operations.make_parts(vote_by_id(vote_id), archive, parts)


def _each_part(job: jobs.Job, vote_id: int, archive: str, places: list[int], parts: int) -> None:
    """Do it here where there is one part; let whoever is free do each of several."""
    if parts == 1:
        job(vote_id, archive, places[0])
        return
    with transaction(write=True):
        for place in places:
            jobs.enqueue(job, vote_id=vote_id, archive=archive, place=place)


@contextmanager
def _taken(vote_id: int, archive: str, place: int, done: Callable[[TallyPart], object]) -> Iterator[bool]:
    """Whether this job has the part to itself and something is left to do there; the part is let go at the end."""

    def is_left() -> bool:
        with transaction(write=False):
            part = part_queries.record_part(vote_id, archive, place)
            return part is not None and not done(part)

    if not is_left():
        yield False
        return
    with transaction(write=True):
        mine = part_operations.take_part(vote_id, archive, place, clock.now())
    try:
        yield mine and is_left()
    finally:
        if mine:
            with transaction(write=True):
                part_operations.leave_part(vote_id, archive, place)


@jobs.job
def multiply_part(vote_id: int, archive: str, place: int) -> None:
    """The product of one part of the record."""
    with _taken(vote_id, archive, place, lambda part: part.encrypted) as mine:
        if not mine:
            return
        with transaction(write=False):
            vote = vote_by_id(vote_id)
            product = operations.product_of(vote, archive, place, part_queries.parts_of(vote, archive))
        with transaction(write=True):
            part_operations.store_product(vote_by_id(vote_id), archive, place, product, clock.now())
    go_on(vote_id, archive)  # which finds nothing to do until the last part has come


@jobs.job
def go_on(vote_id: int, archive: str) -> None:
    """Open an archive's totals once enough parts are in, then let its files be written and verified. Where one more
    part is waited for, ``tend_counts`` comes back when that is over."""
    with transaction(write=False):
        vote, tally = vote_by_id(vote_id), queries.tally_of(vote_id, archive)
        if tally is None or tally.archive_hash:
            return
        if not tally.withheld and not _may_be_opened(vote, archive):
            return
        results = None if tally.withheld or tally.result is not None else operations.opened_totals(vote, tally)
    if results is not None:
        with transaction(write=True):
            tally = queries.tally_of(vote_id, archive)
            assert tally is not None
            operations.store_result(vote_by_id(vote_id), tally, results, clock.now())
    with transaction(write=False):
        parts = part_queries.record_parts(vote_id, archive)
        left = [part.place for part in parts if not part.archive_hash]
    if left:
        _each_part(write_part, vote_id, archive, left, len(parts))


def _may_be_opened(vote: Vote, archive: str) -> bool:
    """Whether enough parts are in, and none is waited for any more that would make good a missing second proof."""
    until = proof_queries.waits_until(vote, archive)
    return queries.are_enough(vote, archive) and (until is None or until <= clock.now())


@jobs.job
def write_part(vote_id: int, archive: str, place: int) -> None:
    """Write and verify the file of one part; the last one makes the archive complete."""
    folder: Path = current_app.config["HUSTINGS"].instance
    with _taken(vote_id, archive, place, lambda part: part.archive_hash) as mine:
        if not mine:
            return
        with transaction(write=False):
            vote, tally = vote_by_id(vote_id), queries.tally_of(vote_id, archive)
            parts = part_queries.record_parts(vote_id, archive)
            assert tally is not None
            draft = archiving.draft_archive(vote, tally, parts[place], len(parts), folder)
        digest = archiving.finish_archive(draft, _keeping(vote_id, archive, place))
        with transaction(write=True):
            vote = vote_by_id(vote_id)
            part_operations.store_file(vote, archive, place, digest, clock.now())
            finished = queries.archive_verified(vote)
    if finished:
        with transaction(write=True):
            slots.gather("count.finished", vote_by_id(vote_id), clock.now())


def _keeping(vote_id: int, archive: str, place: int) -> Progress:
    """Says now and then, while a part is checked, that the job is still at it."""
    told = time.monotonic()

    def keep(_done: int, _total: int) -> None:
        nonlocal told
        if time.monotonic() - told > SIGN_OF_LIFE:
            told = time.monotonic()
            with transaction(write=True):
                part_operations.keep_part(vote_id, archive, place, clock.now())

    return keep


@jobs.job(every=2)
def tend_counts() -> None:
    """What a crash left undone in a count is done."""
    with transaction(write=False):
        counted = votes_in(*queries.COUNTED)
        sealed = [vote for vote in counted if (state := box_state(vote.id)) and state.sealed]
        unfinished = [vote.id for vote in sealed if not queries.all_verified(vote)]
    for number in unfinished:
        compute_tallies(number)
