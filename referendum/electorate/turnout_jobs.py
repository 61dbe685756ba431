"""Turnout by unit, out of an opened list: counted in memory, and nothing of it is told before all of it is."""

from forum.kernel import slots
from forum.kernel.database import transaction
from referendum.crypto.canonical import Malformed
from referendum.electorate import opening_operations, queries
from referendum.electorate.reading import Reading
from referendum.process.queries import vote as vote_by_id


def tell_turnout(reading: Reading) -> bool:
    """Count and publish. Says that it is finished."""
    with transaction(write=False):
        units = queries.frozen_electorate(reading.vote_id).units
    counts = dict.fromkeys((unit["name"] for unit in units), 0)
    for chunk in reading.chunks():
        if not chunk.assigned:
            continue
        with transaction(write=False):
            (voted,) = slots.gather("box.voted_among", reading.vote_id, {each.v for each in chunk.assigned})
        for each in chunk.assigned:
            if each.unit not in counts:
                raise Malformed("the sealed list names a unit that there is none of")
            counts[each.unit] += each.v in voted
    with transaction(write=True):
        opening_operations.tell_turnout(vote_by_id(reading.vote_id), reading.opening_id, counts)
    return True
