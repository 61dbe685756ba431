"""A ballot that the booth opened for a test: what it held, worked out from its random numbers (SPEC 12).

The booth shows the seal numbers first, and only then learns whether the ballot will be cast or opened. So a device that
would seal something else than was marked is found out by whoever opens a ballot and compares.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from referendum.archive.container import Damaged
from referendum.archive.reader import ArchiveReader
from referendum.crypto.ballot import BallotRefused, check_proofs, read_ballot
from referendum.crypto.canonical import Malformed, canonical_bytes, read_fields, read_json, read_list, read_text
from referendum.crypto.election import Election, Question, read_election
from referendum.crypto.elgamal import Ciphertext, encrypt
from referendum.crypto.group import EXPONENT_DIGITS, is_exponent, is_member, read_number
from referendum.crypto.hashing import b64_hash
from referendum.crypto.layout import Ballot, signed_fields, unsigned_fields
from referendum.crypto.proofs import Proof

VERSION = 1
BITS = (0, 1)
NO_SIGNATURE = ("", Proof(0, 0))


class Dishonest(Exception):
    """The file is no honest opening of a ballot. The message says why, in plain words."""


@dataclass(frozen=True, slots=True)
class Held:
    """What one question's ciphertexts held: the marked answers, `None` for a blank."""

    question: str
    marked: tuple[str | None, ...]


@dataclass(frozen=True, slots=True)
class OpenedBallot:
    """One opened ballot. `is_recorded`: its election record is the one of an archive that was given."""

    election: Election
    is_recorded: bool
    seal_number: str
    held: tuple[Held, ...]
    ciphertexts: int


def check_opened(raw: bytes, records: Sequence[Path] = ()) -> list[OpenedBallot]:
    """Every ballot of the file, each checked against the archives' election records if there are any.

    Raises Dishonest; Damaged and OSError for an archive that cannot be read.
    """
    known = {_election_of(path) for path in records}
    try:
        fields = read_fields(read_json(raw), ("opened_ballots", "ballots"))
        opened = [_check(ballot, known) for ballot in read_list(fields["ballots"])]
    except Malformed as problem:
        raise Dishonest(str(problem)) from None
    if fields["opened_ballots"] != VERSION:
        raise Dishonest("it is written in another version of the format")
    elections = {ballot.election.raw for ballot in opened}
    if not opened or len(elections) < len(opened) or known - elections:
        raise Dishonest("it does not hold one ballot of each election")
    return opened


def _election_of(path: Path) -> bytes:
    with path.open("rb") as stream:
        for event in ArchiveReader(stream):
            if event.type == "Setup":
                return event.data[0].body
    raise Damaged(0, "there is no set-up in it")


def _check(value: Any, known: set[bytes]) -> OpenedBallot:
    fields = read_fields(value, ("election", "body", "randomness"))
    election = read_election(read_text(fields["election"]).encode())
    if known and election.raw not in known:
        words = "it was made for an election that is in none of the archives given"
        raise Dishonest(f"{words} (votes and citations have one each)")
    body = read_text(fields["body"]).encode()
    ballot = _read_unsigned(election, body)
    rows = read_list(fields["randomness"], len(election.questions))
    held = tuple(
        _held(question, choices, _numbers(row, question), election)
        for question, choices, row in zip(election.questions, ballot.ciphertexts, rows, strict=True)
    )
    try:
        check_proofs(election, ballot)
    except BallotRefused as refused:
        raise Dishonest(f"the ballot box would have refused this ballot: {refused.words}") from None
    return OpenedBallot(election, bool(known), b64_hash(body), held, sum(map(len, ballot.ciphertexts)))


def _read_unsigned(election: Election, body: bytes) -> Ballot:
    """The ballot without its signature, which an opened one never had."""
    fields = read_fields(read_json(body), ("election_uuid", "election_hash", "credential", "answers"))
    try:
        ballot = read_ballot(election, canonical_bytes(signed_fields(fields, *NO_SIGNATURE)))
    except BallotRefused as refused:
        raise Dishonest(f"its ballot cannot be read: {refused.words}") from None
    written = unsigned_fields(ballot.election_uuid, ballot.election_hash, ballot.credential, ballot.answers)
    if canonical_bytes(written) != body:
        raise Dishonest("its ballot is not written in the canonical form")
    if not is_member(int(ballot.credential)):
        raise Dishonest("its credential is not an element of the group")
    return ballot


def _numbers(row: object, question: Question) -> list[int]:
    numbers = []
    for item in read_list(row, question.width):
        number = read_number(item, EXPONENT_DIGITS)
        if number is None or not is_exponent(number):
            raise Malformed("one of its random numbers is not an exponent")
        numbers.append(number)
    return numbers


def _held(question: Question, choices: Sequence[Ciphertext], numbers: Sequence[int], election: Election) -> Held:
    lines = (*[None][: question.blank], *question.answers)
    marked = []
    for line, choice, number in zip(lines, choices, numbers, strict=True):
        bit = next((bit for bit in BITS if encrypt(election.key, number, bit) == choice), None)
        if bit is None:
            raise Dishonest(f"a random number does not fit the ciphertext of “{line or 'blank'}”")
        if bit:
            marked.append(line)
    return Held(question.text, tuple(marked))


def lines_of(ballot: OpenedBallot) -> list[str]:
    """What is told of one opened ballot."""
    record = "as in the archive given" if ballot.is_recorded else "compare it, or give an archive with --record"
    told = [
        ballot.election.name,
        f"  seal number      {ballot.seal_number}",
        f"  election record  {ballot.election.fingerprint} ({record})",
        f"  {ballot.ciphertexts} ciphertexts made again from their random numbers; all proofs hold",
    ]
    for held in ballot.held:
        marks = ", ".join(mark or "blank" for mark in held.marked) or "nothing marked"
        told.append(f"  {held.question} {marks}")
    return told
