"""Make a ballot; check one that came from anywhere (SPEC 4).

Checking has two halves, so that a server can answer at once and do the long work later: ``admit_ballot``
(form, election, credential, signature: a few powers) and ``check_proofs`` (every ciphertext and proof: tens
of milliseconds). ``check_ballot`` is both. Whatever the bytes are, the answer is a Ballot or BallotRefused.
"""

from collections.abc import Container, Sequence
from enum import StrEnum

from referendum.crypto.answers import BadChoice, encrypt_answer, wrong_in_answer
from referendum.crypto.canonical import Malformed, canonical_bytes
from referendum.crypto.credentials import secret_of
from referendum.crypto.election import Election
from referendum.crypto.group import Draw, draw_secret, is_member, power_of_g
from referendum.crypto.hashing import b64_hash
from referendum.crypto.layout import (
    Answer,
    Ballot,
    longest_ballot,
    read_layout,
    signed_fields,
    unsigned_fields,
    write_layout,
)
from referendum.crypto.proofs import NotAnElement, holds_knowledge, prove_knowledge

Choices = Sequence[Sequence[int] | None]
"""For each question one 0 or 1 for each answer, or None for blank."""


class Fault(StrEnum):
    """Why a ballot is refused."""

    SIZE = "size"
    FORM = "form"
    ELECTION = "election"
    CREDENTIAL = "credential"
    SIGNATURE = "signature"
    ELEMENT = "element"
    PROOF = "proof"


class BallotRefused(Exception):
    """A ballot that cannot be accepted: ``fault`` for programs, ``words`` for people."""

    def __init__(self, fault: Fault, words: str) -> None:
        super().__init__(words)
        self.fault = fault
        self.words = words


def _statement(election: Election, credential: str) -> str:
    return f"{election.fingerprint}|{credential}"


def make_ballot(election: Election, code: str, choices: Choices, *, draw: Draw = draw_secret) -> bytes:
    """The bytes of a signed ballot. Raises ValueError for a bad code, BadChoice for bad choices.

    Draws, in order: those of each answer (see ``answers``), then the w of the signature.
    """
    if len(choices) != len(election.questions):
        raise BadChoice("there must be one answer for each question")
    secret = secret_of(code, election.uuid)
    credential = str(power_of_g(secret))
    statement = _statement(election, credential)
    answers: list[Answer] = [
        encrypt_answer(question, chosen, statement, election.key, draw)
        for question, chosen in zip(election.questions, choices, strict=True)
    ]
    unsigned = unsigned_fields(election.uuid, election.fingerprint, credential, answers)
    signature_hash = b64_hash(canonical_bytes(unsigned))
    proof = prove_knowledge(f"sig|{signature_hash}|", secret, draw)
    return canonical_bytes(signed_fields(unsigned, signature_hash, proof))


def read_ballot(election: Election, raw: bytes) -> Ballot:
    """A ballot of the right shape, canonical, and for this election. Raises BallotRefused."""
    if len(raw) > longest_ballot(election):
        raise BallotRefused(Fault.SIZE, "it is longer than any ballot of this election can be")
    try:
        ballot = read_layout(election, raw)
    except Malformed as problem:
        raise BallotRefused(Fault.FORM, str(problem)) from None
    if ballot.election_uuid != election.uuid:
        raise BallotRefused(Fault.ELECTION, "it was made for another election")
    if ballot.election_hash != election.fingerprint:
        raise BallotRefused(
            Fault.ELECTION, "it was made for another version of this election's questions or keys"
        )
    if write_layout(ballot) != raw:
        raise BallotRefused(Fault.FORM, "it is not written in the canonical form")
    return ballot


def admit_ballot(election: Election, raw: bytes, *, credentials: Container[str] | None = None) -> Ballot:
    """The quick half: form, election, credential, signature. Raises BallotRefused.

    ``credentials`` are the public credentials of this election, in decimal. Without them the credential need
    only be an element of the group, and anyone could have made the ballot.
    """
    ballot = read_ballot(election, raw)
    if credentials is not None and ballot.credential not in credentials:
        raise BallotRefused(Fault.CREDENTIAL, "its credential is not on the list of this election")
    credential = int(ballot.credential)
    if credentials is None and not is_member(credential):
        raise BallotRefused(Fault.CREDENTIAL, "its credential is not an element of the group")
    unsigned = unsigned_fields(ballot.election_uuid, ballot.election_hash, ballot.credential, ballot.answers)
    if ballot.signature_hash != b64_hash(canonical_bytes(unsigned)):
        raise BallotRefused(Fault.SIGNATURE, "its signature is for another content")
    if not holds_knowledge(f"sig|{ballot.signature_hash}|", credential, ballot.signature):
        raise BallotRefused(Fault.SIGNATURE, "its signature was not made with its credential")
    return ballot


def check_proofs(election: Election, ballot: Ballot, *, members: bool = False) -> None:
    """The long half: every ciphertext a pair of group elements, every proof. Raises BallotRefused.

    ``members``: the caller asks whether all are elements, of many ballots at once (see ``membership``).
    """
    statement = _statement(election, ballot.credential)
    pairs = zip(election.questions, ballot.answers, strict=True)
    for number, (question, answer) in enumerate(pairs, start=1):
        try:
            wrong = wrong_in_answer(question, answer, statement, election.key, members=members)
        except NotAnElement as problem:
            raise BallotRefused(Fault.ELEMENT, f"question {number}: {problem}") from None
        if wrong:
            raise BallotRefused(Fault.PROOF, f"question {number}: {wrong}")


def check_ballot(election: Election, raw: bytes, *, credentials: Container[str] | None = None) -> Ballot:
    """A ballot with everything checked that it shows by itself. Raises BallotRefused, and nothing else.

    Not checked, because a single ballot cannot show it: whether it copies or replaces an earlier one.
    """
    ballot = admit_ballot(election, raw, credentials=credentials)
    check_proofs(election, ballot)
    return ballot
