"""The JSON shape of a ballot (SPEC 4): read strictly, rebuilt byte for byte.

Nothing here calculates. In a ballot that ``read_layout`` accepts every list is as long as the election asks
and every number in canonical decimal form; ``write_layout`` gives the only bytes that such a ballot may have.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any, TypeVar

from referendum.crypto.canonical import (
    Malformed,
    canonical_bytes,
    read_fields,
    read_json,
    read_list,
    read_text,
)
from referendum.crypto.election import Election, Question
from referendum.crypto.elgamal import Ciphertext, read_ciphertext
from referendum.crypto.group import P, Q, read_number
from referendum.crypto.hashing import b64_hash, hex_hash
from referendum.crypto.proofs import Proof, read_proof

T = TypeVar("T")


@dataclass(frozen=True)
class Answer:
    """The encrypted answer to one question with its proofs. A blank-able question has its blank first."""

    choices: tuple[Ciphertext, ...]
    individual_proofs: tuple[tuple[Proof, ...], ...]
    overall_proof: tuple[Proof, ...]
    blank_proof: tuple[Proof, ...] | None = None

    def as_json(self) -> dict[str, Any]:
        value: dict[str, Any] = {
            "choices": [choice.as_json() for choice in self.choices],
            "individual_proofs": [[part.as_json() for part in proof] for proof in self.individual_proofs],
            "overall_proof": [part.as_json() for part in self.overall_proof],
        }
        if self.blank_proof is not None:
            value["blank_proof"] = [part.as_json() for part in self.blank_proof]
        return value


@dataclass(frozen=True)
class Ballot:
    """A ballot of well-formed shape. Only ``check_ballot`` and ``check_proofs`` say that it is good."""

    raw: bytes
    election_uuid: str
    election_hash: str
    credential: str
    answers: tuple[Answer, ...]
    signature_hash: str
    signature: Proof

    @cached_property
    def tracker(self) -> str:
        """What the voter keeps: the hash of the whole ballot, in base64."""
        return b64_hash(self.raw)

    @cached_property
    def record(self) -> str:
        """The same hash in hexadecimal: how the archive names this ballot."""
        return hex_hash(self.raw)

    @property
    def ciphertexts(self) -> tuple[tuple[Ciphertext, ...], ...]:
        """For each question its ciphertexts: what the count multiplies."""
        return tuple(answer.choices for answer in self.answers)


def unsigned_fields(
    uuid: str, fingerprint: str, credential: str, answers: Sequence[Answer]
) -> dict[str, Any]:
    """The part of a ballot that its signature covers."""
    return {
        "election_uuid": uuid,
        "election_hash": fingerprint,
        "credential": credential,
        "answers": [answer.as_json() for answer in answers],
    }


def signed_fields(unsigned: dict[str, Any], signature_hash: str, proof: Proof) -> dict[str, Any]:
    return unsigned | {"signature": {"hash": signature_hash, "proof": proof.as_json()}}


def longest_ballot(election: Election) -> int:
    """The length in bytes of a ballot of this election in which every number is as long as it can be."""
    questions = tuple((each.width, each.max - each.min, each.blank) for each in election.questions)
    return _longest(len(election.uuid), questions)


@lru_cache(maxsize=64)
def _longest(uuid: int, questions: tuple[tuple[int, int, bool], ...]) -> int:
    """The same from the length of the election's name and, for each question, how many ciphertexts an answer has, how
    many sums are lawful beside the first, and whether it may be blank."""
    ciphertext, proof, digest = Ciphertext(P - 1, P - 1), Proof(Q - 1, Q - 1), b64_hash(b"")
    two = (proof, proof)
    answers = [
        Answer((ciphertext,) * width, (two,) * width, (proof,) * (sums + 1 + blank), two if blank else None)
        for width, sums, blank in questions
    ]
    unsigned = unsigned_fields("x" * uuid, digest, str(P - 1), answers)
    return len(canonical_bytes(signed_fields(unsigned, digest, proof)))


def _read_each(value: object, length: int, read: Callable[[Any], T]) -> tuple[T, ...]:
    return tuple(read(item) for item in read_list(value, length))


def _read_answer(question: Question, value: object) -> Answer:
    extra = ("blank_proof",) if question.blank else ()
    fields = read_fields(value, ("choices", "individual_proofs", "overall_proof", *extra))
    overall_length = question.max - question.min + 1 + question.blank
    return Answer(
        choices=_read_each(fields["choices"], question.width, read_ciphertext),
        individual_proofs=_read_each(
            fields["individual_proofs"], question.width, lambda item: _read_each(item, 2, read_proof)
        ),
        overall_proof=_read_each(fields["overall_proof"], overall_length, read_proof),
        blank_proof=_read_each(fields["blank_proof"], 2, read_proof) if question.blank else None,
    )


def _read_answers(election: Election, value: object) -> tuple[Answer, ...]:
    items = read_list(value, len(election.questions))
    answers = []
    for number, (question, item) in enumerate(zip(election.questions, items, strict=True), start=1):
        try:
            answers.append(_read_answer(question, item))
        except Malformed as problem:
            raise Malformed(f"question {number}: {problem}") from None
    return tuple(answers)


def read_layout(election: Election, raw: bytes) -> Ballot:
    """A ballot of the shape that its election asks for, maybe not in canonical form. Raises Malformed."""
    fields = read_fields(
        read_json(raw), ("election_uuid", "election_hash", "credential", "answers", "signature")
    )
    credential = read_number(fields["credential"])
    if credential is None:
        raise Malformed("the credential is not a number")
    signature = read_fields(fields["signature"], ("hash", "proof"))
    return Ballot(
        raw=raw,
        election_uuid=read_text(fields["election_uuid"]),
        election_hash=read_text(fields["election_hash"]),
        credential=str(credential),
        answers=_read_answers(election, fields["answers"]),
        signature_hash=read_text(signature["hash"]),
        signature=read_proof(signature["proof"]),
    )


def read_ciphertexts(election: Election, raw: bytes) -> tuple[tuple[Ciphertext, ...], ...]:
    """The ciphertexts of a ballot that was checked before, without its proofs: what the count multiplies, read in an
    eighth of the time. Raises Malformed."""
    try:
        answers = [answer["choices"] for answer in json.loads(raw)["answers"]]
        rows = zip(election.questions, answers, strict=True)
        return tuple(_read_each(row, question.width, read_ciphertext) for question, row in rows)
    except Malformed:
        raise
    except (ValueError, TypeError, LookupError):
        raise Malformed("it is not a ballot of this election") from None


def write_layout(ballot: Ballot) -> bytes:
    """The canonical bytes of a ballot, from its parts alone."""
    unsigned = unsigned_fields(ballot.election_uuid, ballot.election_hash, ballot.credential, ballot.answers)
    return canonical_bytes(signed_fields(unsigned, ballot.signature_hash, ballot.signature))
