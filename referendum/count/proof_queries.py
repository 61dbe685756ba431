"""Reads of trustees' second proofs: which there are, whose are missing, and whether one more part is waited for."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from referendum.count import queries, rules
from referendum.crypto.joint import are_enough, known_trustees, numbered
from referendum.crypto.proofs import Proof
from referendum.process.models import Vote
from referendum.process.rules import UNOPENED_AFTER


@dataclass(frozen=True)
class Proved:
    """Of one archive: the trustees (numbers) who opened a part with a second proof, and without. `is_bound` where those
    with one would be enough alone: then the others' parts, which must fit theirs, are right too."""

    archive: str
    proved: tuple[int, ...]
    unproved: tuple[int, ...]
    is_bound: bool


def proofs_of(vote_id: int, archive: str, place: int, parts: int) -> dict[int, Proof]:
    """The second proofs of one part of a record, by trustee number."""
    given = queries.parts(vote_id, archive)
    return {each.owner: rules.read_kept(each.second_proof, parts)[place] for each in given if each.second_proof}


def proved_by(vote: Vote, archives: Iterable[str]) -> list[Proved]:
    """Who gave a second proof, for each of these archives of which a part was opened."""
    found = []
    for archive in archives:
        given = queries.parts(vote.id, archive)
        proved = tuple(each.owner for each in given if each.second_proof)
        if given:
            unproved = tuple(each.owner for each in given if not each.second_proof)
            is_bound = are_enough(known_trustees(vote.trustees.encode()), proved)
            found.append(Proved(archive, proved, unproved, is_bound))
    return found


def waits_until(vote: Vote, archive: str) -> datetime | None:
    """Where enough parts are in, but one without a second proof that one more of its group would make good: when the
    count is opened all the same. None where nothing is waited for."""
    given = queries.parts(vote.id, archive)
    owners, proved = {each.owner for each in given}, {each.owner for each in given if each.second_proof}
    if vote.closed_at is None or not given or owners == proved:
        return None
    items = known_trustees(vote.trustees.encode())
    everybody = range(1, len(numbered(items)) + 1)
    if not are_enough(items, owners) or not any(rules.helps(items, each, owners, proved) for each in everybody):
        return None
    return rules.opens_at(max(each.at for each in given), vote.closed_at, UNOPENED_AFTER)
