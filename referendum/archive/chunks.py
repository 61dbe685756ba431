"""Some ballots of an archive checked: a plain function of plain values, alike in any process and on any machine."""

from collections.abc import Container, Sequence
from pathlib import Path
from typing import BinaryIO, NamedTuple

from referendum.archive.names import name_of
from referendum.archive.places import Task
from referendum.crypto.ballot import BallotRefused, Fault, admit_ballot, check_proofs
from referendum.crypto.election import Election, known_election
from referendum.crypto.hashing import hex_hash
from referendum.crypto.layout import Ballot
from referendum.crypto.membership import are_members
from referendum.crypto.tally import Ciphertexts, Tally, TallyProduct


class Outcome(NamedTuple):
    """What became of a chunk: why each refused ballot, by its number in the chunk, is refused; and the product of
    those that count."""

    refused: list[tuple[int, str]]
    product: Tally


def check_chunk(path: str, election_record: bytes, tasks: Sequence[Task]) -> Outcome:
    """Checks some ballots of an archive.

    Whether the ciphertexts are elements of the group is asked of all of them at once. Where the answer is no, each
    ballot is asked by itself, so that the one at fault is named.
    """
    election = known_election(election_record)
    refused: dict[int, str] = {}
    held: dict[int, Ciphertexts] = {}
    with Path(path).open("rb") as stream:
        for number, task in enumerate(tasks):
            try:
                held[number] = _proved(election, _admitted(election, stream, task)).ciphertexts
            except BallotRefused as problem:
                refused[number] = problem.words
        if not are_members([half for rows in held.values() for half in _halves(rows)]):
            for number in [each for each, rows in held.items() if not are_members(_halves(rows))]:
                del held[number]
                refused[number] = _words(election, _admitted(election, stream, tasks[number]))
    total = TallyProduct(election)
    for number, ciphertexts in held.items():
        weight = tasks[number].weight
        if weight is not None:
            total.add(ciphertexts, weight)
    return Outcome(sorted(refused.items()), total.close())


def _halves(ciphertexts: Ciphertexts) -> list[int]:
    return [half for row in ciphertexts for item in row for half in item]


def _admitted(election: Election, stream: BinaryIO, task: Task) -> Ballot:
    """A ballot that has everything but its proofs checked. Raises BallotRefused."""
    place = task.place
    stream.seek(place.offset)
    raw = stream.read(place.size)
    if hex_hash(raw) != place.digest:
        raise BallotRefused(Fault.FORM, "the file changed while it was being checked")
    return admit_ballot(election, raw, credentials=_Named(place.credential) if task.listed else ())


class _Named(Container[str]):
    """The only credential that a ballot may have, known by its name."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __contains__(self, credential: object) -> bool:
        return isinstance(credential, str) and name_of(credential) == self._name


def _proved(election: Election, ballot: Ballot) -> Ballot:
    """The ballot, if its proofs hold; whether its ciphertexts are elements is not asked. Raises BallotRefused."""
    try:
        check_proofs(election, ballot, members=True)
    except BallotRefused:
        check_proofs(election, ballot)  # gives another reason, where it is a ciphertext that is no element
        raise
    return ballot


def _words(election: Election, ballot: Ballot) -> str:
    """Why a ballot with a ciphertext that is no element is refused."""
    try:
        check_proofs(election, ballot)
    except BallotRefused as problem:
        return problem.words
    raise AssertionError("a number is an element by one test and none by the other")
