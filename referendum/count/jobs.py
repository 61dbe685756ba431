"""The count's long work: products, opening, writing and verifying archives. Each step may be repeated."""

from pathlib import Path

from flask import current_app

from forum.kernel import clock, jobs, slots
from forum.kernel.database import transaction
from referendum.casting.queries import box_state
from referendum.count import archiving, operations, queries
from referendum.process.queries import vote as vote_by_id
from referendum.process.queries import votes_in


@jobs.job
def compute_tallies(vote_id: int) -> None:
    """After the box is sealed: the product of each archive; one that stays closed is written out at once."""
    with transaction(write=False):
        archives = queries.archives_of(vote_by_id(vote_id))
    for archive in archives:
        with transaction(write=False):
            known = queries.tally_of(vote_id, archive) is not None
            product = None if known else operations.product_of(vote_by_id(vote_id), archive)
        if product is not None:
            with transaction(write=True):
                operations.store_tally(vote_by_id(vote_id), archive, product, clock.now())
        go_on(vote_id, archive)


@jobs.job
def go_on(vote_id: int, archive: str) -> None:
    """Open an archive's totals once every part is in, then write and verify the archive."""
    with transaction(write=False):
        vote, tally = vote_by_id(vote_id), queries.tally_of(vote_id, archive)
        if tally is None or tally.archive_hash:
            return
        complete = queries.are_enough(vote, archive)
        if not tally.withheld and not complete:
            return
        result = None if tally.withheld or tally.result is not None else operations.opened_totals(vote, tally)
    if result is not None:
        with transaction(write=True):
            tally = queries.tally_of(vote_id, archive)
            assert tally is not None
            operations.store_result(vote_by_id(vote_id), tally, result, clock.now())
    _write_out(vote_id, archive)


def _write_out(vote_id: int, archive: str) -> None:
    folder: Path = current_app.config["HUSTINGS"].instance
    with transaction(write=False):
        tally = queries.tally_of(vote_id, archive)
        assert tally is not None
        digest = archiving.write_archive(vote_by_id(vote_id), tally, folder)
    with transaction(write=True):
        vote, tally = vote_by_id(vote_id), queries.tally_of(vote_id, archive)
        assert tally is not None
        operations.store_archive(vote, tally, digest, clock.now())
        finished = queries.archive_verified(vote)
    if finished:
        with transaction(write=True):
            slots.gather("count.finished", vote_by_id(vote_id), clock.now())


@jobs.job(every=2)
def tend_counts() -> None:
    """What a crash left undone in a count is done."""
    with transaction(write=False):
        counted = votes_in(*queries.COUNTED)
        sealed = [vote for vote in counted if (state := box_state(vote.id)) and state.sealed]
        unfinished = [vote.id for vote in sealed if not queries.all_verified(vote)]
    for number in unfinished:
        compute_tallies(number)
