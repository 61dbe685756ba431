"""The zero-knowledge proofs of the format (SPEC 4 to 6), as functions of what they prove.

A proof is a pair (challenge, response). Whoever proves a choice knows the randomness r of its ciphertext, so
every commitment, also of the branches that are not true, is a power of the two fixed bases g and y.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

from referendum.crypto.canonical import N_, Malformed, read_fields
from referendum.crypto.elgamal import Ciphertext, Raisable
from referendum.crypto.group import (
    EXPONENT_DIGITS,
    Draw,
    FixedBase,
    P,
    Q,
    draw_exponent,
    is_exponent,
    power,
    power_of_g,
    read_number,
)
from referendum.crypto.hashing import hq


class Proof(NamedTuple):
    challenge: int
    response: int

    def as_json(self) -> dict[str, str]:
        return {"challenge": str(self.challenge), "response": str(self.response)}


def read_proof(value: Any) -> Proof:
    """A proof from its JSON form; both numbers are exponents. Raises Malformed."""
    fields = read_fields(value, ("challenge", "response"))
    challenge = read_number(fields["challenge"], EXPONENT_DIGITS)
    response = read_number(fields["response"], EXPONENT_DIGITS)
    if challenge is None or response is None or not (is_exponent(challenge) and is_exponent(response)):
        raise Malformed(N_("a proof is not a pair of exponents"))
    return Proof(challenge, response)


def prove_knowledge(prefix: str, secret: int, draw: Draw) -> Proof:
    """Proof of knowing the logarithm of g^secret: a trustee's proof of possession, a ballot's signature."""
    w = draw_exponent(draw)
    challenge = hq(prefix, [power_of_g(w)])
    return Proof(challenge, (w - secret * challenge) % Q)


def holds_knowledge(prefix: str, public: int, proof: Proof) -> bool:
    commitment = power_of_g(proof.response) * power(public, proof.challenge) % P
    return bool(hq(prefix, [commitment]) == proof.challenge)


def prove_decryption(prefix: str, secret: int, alpha: int, draw: Draw) -> Proof:
    """Proof that a decryption factor alpha^x has the same x as the public key g^x."""
    w = draw_exponent(draw)
    challenge = hq(prefix, [power_of_g(w), power(alpha, w)])
    return Proof(challenge, (w - secret * challenge) % Q)


def holds_decryption(prefix: str, key: FixedBase, alpha: int, factor: int, proof: Proof) -> bool:
    a = power_of_g(proof.response) * key.power(proof.challenge) % P
    b = power(alpha, proof.response) * power(factor, proof.challenge) % P
    return bool(hq(prefix, [a, b]) == proof.challenge)


class Opened(NamedTuple):
    """A ciphertext whose content its maker knows: encrypts ``message`` with ``randomness``."""

    ciphertext: Ciphertext
    randomness: int
    message: int


class Branch(NamedTuple):
    """One alternative of a disjunction: ``opened`` (or the ciphertext) encrypts ``value``."""

    opened: Opened
    value: int


def prove_one_of(
    prefix: str, branches: Sequence[Branch], true: int, key: FixedBase, draw: Draw
) -> list[Proof]:
    """Proof that one branch is true, without telling which.

    Order of the draws, branch by branch: for the true one w; for another its challenge, then its response.
    """
    commitments: list[int] = []
    proofs: list[Proof] = []
    w = 0
    for index, ((_, randomness, message), value) in enumerate(branches):
        if index == true:
            w = draw_exponent(draw)
            commitments += [power_of_g(w), key.power(w)]
            proofs.append(Proof(0, 0))
            continue
        proof = Proof(draw_exponent(draw), draw_exponent(draw))
        exponent = (proof.response + randomness * proof.challenge) % Q
        shift = power_of_g((message - value) * proof.challenge)
        commitments += [power_of_g(exponent), key.power(exponent) * shift % P]
        proofs.append(proof)
    challenge = (hq(prefix, commitments) - sum(proof.challenge for proof in proofs)) % Q
    proofs[true] = Proof(challenge, (w - branches[true].opened.randomness * challenge) % Q)
    return proofs


def _commitments(value: int, proof: Proof, raised: Ciphertext, key: FixedBase) -> tuple[int, int]:
    """A and B of one branch; ``raised`` is its ciphertext to the power of the challenge."""
    a = power_of_g(proof.response) * raised.alpha % P
    b = key.power(proof.response) * raised.beta % P
    # (beta / g^value)^c = beta^c g^(-value c): a power of g from the table instead of an inversion
    return a, b * power_of_g(-value * proof.challenge) % P if value else b


def _adds_up(prefix: str, commitments: Sequence[int], proofs: Sequence[Proof]) -> bool:
    return bool(hq(prefix, commitments) == sum(proof.challenge for proof in proofs) % Q)


def holds_one_of(
    prefix: str, branches: Sequence[tuple[Raisable, int]], proofs: Sequence[Proof], key: FixedBase
) -> bool:
    """Whether the proofs show that one of the ciphertexts encrypts the value beside it."""
    if len(proofs) != len(branches):
        return False
    commitments: list[int] = []
    for (ciphertext, value), proof in zip(branches, proofs, strict=True):
        commitments += _commitments(value, proof, ciphertext.raised(proof.challenge), key)
    return _adds_up(prefix, commitments, proofs)


def interval_prefix(statement: str, ciphertext: Ciphertext) -> str:
    """The prefix of a proof of interval membership (SPEC 4, ``prove``)."""
    return f"prove|{statement}|{ciphertext.alpha},{ciphertext.beta}|"


def prove_interval(
    statement: str, opened: Opened, values: Sequence[int], key: FixedBase, draw: Draw
) -> list[Proof]:
    """Proof that a ciphertext encrypts one of the values (``iprove`` of the specification)."""
    branches = [Branch(opened, value) for value in values]
    prefix = interval_prefix(statement, opened.ciphertext)
    return prove_one_of(prefix, branches, list(values).index(opened.message), key, draw)


class NotAnElement(Malformed):
    """A number that should be an element of the group is none."""


def holds_interval(
    statement: str,
    ciphertext: Ciphertext,
    values: Sequence[int],
    proofs: Sequence[Proof],
    key: FixedBase,
    prepared: Raisable | None = None,
) -> bool:
    """Whether the proofs show that a ciphertext encrypts one of the values. ``prepared`` is the same ciphertext."""
    branches = [(prepared or ciphertext, value) for value in values]
    return holds_one_of(interval_prefix(statement, ciphertext), branches, proofs, key)
