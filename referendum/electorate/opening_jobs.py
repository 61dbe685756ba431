"""The reading of a sealed list for one opening, once enough tellers gave their shares; what a stop leaves is gone on
with."""

from collections.abc import Callable
from datetime import datetime

from forum.kernel import clock, jobs
from forum.kernel.database import transaction
from forum.kernel.errors import Refused, Stale
from referendum.crypto.canonical import Malformed
from referendum.electorate import answer_file, opening_operations, opening_queries, queries, sealed_file, share_file
from referendum.electorate.jobs import instance_folder
from referendum.electorate.reading import Reading
from referendum.electorate.reminder_jobs import send_reminders
from referendum.electorate.sealing import NEEDED, join
from referendum.electorate.spare_jobs import send_spares
from referendum.electorate.turnout_jobs import tell_turnout
from referendum.process.queries import vote as vote_by_id

PURPOSES = {"reminder": send_reminders, "spare": send_spares, "turnout": tell_turnout}


@jobs.job
def read_list(opening_id: int) -> None:
    """Carry out an opening to which enough shares were given."""
    carry_out(opening_id, clock.now)


def carry_out(opening_id: int, now: Callable[[], datetime]) -> None:
    """The same with a clock of the caller's own. Does nothing where the shares are not there, or another job is at an
    opening for the same purpose."""
    folder = instance_folder()
    with transaction(write=False):
        opening = opening_queries.opening(opening_id)
        path, purpose = sealed_file.path_of(folder, vote_by_id(opening.vote_id).uuid_v), opening.purpose
    with sealed_file.one_at_a_time(path.with_name(f"{path.stem}-{purpose}.jsonl")) as mine:
        reading = reading_of(opening_id, now) if mine else None
        if reading is None:
            return
        try:
            finished = PURPOSES[purpose](reading)
        except Stale:
            finished = True  # taken back meanwhile
        except (Refused, Malformed) as problem:
            refusal = problem if isinstance(problem, Refused) else Refused(sealed_file.ALTERED)
            with transaction(write=True):
                opening_operations.give_up(opening_id, refusal)
            finished = True
        if finished:
            share_file.forget(share_file.path_of(folder, opening_id))


def reading_of(opening_id: int, now: Callable[[], datetime]) -> Reading | None:
    """What it takes to read the list for an opening; None where the opening is over, or its shares are not there."""
    folder = instance_folder()
    with transaction(write=False):
        opening = opening_queries.opening(opening_id)
        shares = share_file.waiting(share_file.path_of(folder, opening_id), now())
        there = {int(place): int(share) for place, share in shares.items() if place in opening.given}
        if opening.state != "asked" or len(there) < NEEDED:
            return None
        vote, digest = vote_by_id(opening.vote_id), queries.frozen_electorate(opening.vote_id).sealed_hash
        path = sealed_file.path_of(folder, vote.uuid_v)
        return Reading(opening_id, vote.id, folder, path, digest, now, join(there))


@jobs.job(every=2)
def tend_openings() -> None:
    """Every other minute: go on with what a stop or a silent mail server has left, as long as its shares live."""
    with transaction(write=True):
        for number in opening_queries.with_shares(clock.now()):
            jobs.enqueue(read_list, opening_id=number)


@jobs.job(every=10)
def forget_shares() -> None:
    """Wipe what waited an hour: shares, which their tellers hand in again, and answers that nobody read."""
    share_file.forget_old(instance_folder(), clock.now())
    answer_file.forget_old(instance_folder(), clock.now())
