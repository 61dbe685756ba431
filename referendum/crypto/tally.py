"""The count (SPEC 5 to 7): product of the last ballots, partial decryptions, opening of the totals."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import isqrt

from referendum.crypto.canonical import N_, Malformed, canonical_bytes, read_fields, read_json, read_list
from referendum.crypto.election import Election
from referendum.crypto.elgamal import ONE, Ciphertext, read_ciphertext
from referendum.crypto.group import (
    Draw,
    G,
    P,
    draw_secret,
    fixed_base,
    invert,
    is_member,
    power,
    power_of_g,
    read_number,
)
from referendum.crypto.hashing import hex_hash
from referendum.crypto.joint import Item, combined_factors
from referendum.crypto.proofs import Proof, holds_decryption, prove_decryption, read_proof

LARGEST_JSON_INTEGER = 2**30 - 1
"""Above this the format writes a number as a text."""

Ciphertexts = Sequence[Sequence[Ciphertext]]


def json_number(value: int) -> int | str:
    return int(value) if value <= LARGEST_JSON_INTEGER else str(value)


@dataclass(frozen=True)
class Tally:
    """The product of the ballots, one ciphertext for each answer of each question; how many; their weight."""

    ciphertexts: tuple[tuple[Ciphertext, ...], ...]
    ballots: int
    weight: int

    @cached_property
    def encrypted_bytes(self) -> bytes:
        """The encrypted_tally record."""
        return canonical_bytes([[item.as_json() for item in answers] for answers in self.ciphertexts])

    @cached_property
    def sized_bytes(self) -> bytes:
        """The sized_encrypted_tally record, which names the other by its hash."""
        return canonical_bytes(
            {
                "num_tallied": self.ballots,
                "total_weight": json_number(self.weight),
                "encrypted_tally": hex_hash(self.encrypted_bytes),
            }
        )


class TallyProduct:
    """Multiplies ballots one by one. The caller adds only the last ballot of each credential."""

    def __init__(self, election: Election) -> None:
        self._rows = [[ONE] * question.width for question in election.questions]
        self._ballots = 0
        self._weight = 0

    def add(self, ciphertexts: Ciphertexts, weight: int = 1) -> None:
        self._multiply(ciphertexts, weight)
        self._ballots += 1
        self._weight += weight

    def add_tally(self, part: Tally) -> None:
        """Multiplies by the product of other ballots, made elsewhere."""
        self._multiply(part.ciphertexts, 1)
        self._ballots += part.ballots
        self._weight += part.weight

    def _multiply(self, ciphertexts: Ciphertexts, exponent: int) -> None:
        for row, others in zip(self._rows, ciphertexts, strict=True):
            row[:] = [mine * other.raised(exponent) for mine, other in zip(row, others, strict=True)]

    def close(self) -> Tally:
        return Tally(tuple(map(tuple, self._rows)), self._ballots, self._weight)


def read_encrypted_tally(election: Election, raw: bytes) -> tuple[tuple[Ciphertext, ...], ...]:
    """The ciphertexts of an encrypted_tally record, every one checked. Raises Malformed."""
    rows = read_list(read_json(raw), len(election.questions))
    ciphertexts = []
    for question, row in zip(election.questions, rows, strict=True):
        ciphertexts.append(tuple(read_ciphertext(item) for item in read_list(row, question.width)))
    if not all(item.is_wellformed() for row in ciphertexts for item in row):
        raise Malformed("a ciphertext of the tally is not made of elements of the group")
    return tuple(ciphertexts)


@dataclass(frozen=True)
class PartialDecryption:
    """One trustee's decryption factors with their proofs, in the shape of the tally."""

    factors: tuple[tuple[int, ...], ...]
    proofs: tuple[tuple[Proof, ...], ...]

    @cached_property
    def raw(self) -> bytes:
        """The partial_decryption record."""
        return canonical_bytes(
            {
                "decryption_factors": [[str(factor) for factor in row] for row in self.factors],
                "decryption_proofs": [[proof.as_json() for proof in row] for row in self.proofs],
            }
        )


def _decryption_prefix(election: Election, public: int) -> str:
    return f"decrypt|{election.fingerprint}|{public}|"


def decrypt(
    election: Election, ciphertexts: Ciphertexts, private: int, *, draw: Draw = draw_secret
) -> PartialDecryption:
    """A trustee's part of the opening. Draws one w for each ciphertext, in order.

    The trustee must have recomputed the product first: whatever is handed in here is opened.
    """
    prefix = _decryption_prefix(election, power_of_g(private))
    factors = tuple(tuple(power(item.alpha, private) for item in row) for row in ciphertexts)
    proofs = tuple(
        tuple(prove_decryption(prefix, private, item.alpha, draw) for item in row) for row in ciphertexts
    )
    return PartialDecryption(factors, proofs)


def _read_factor(value: object) -> int:
    factor = read_number(value)
    if factor is None or not is_member(factor):
        raise Malformed(N_("a decryption factor is not an element of the group"))
    return factor


def read_partial(election: Election, raw: bytes) -> PartialDecryption:
    """A partial decryption in the right shape for this election, proofs not checked. Raises Malformed."""
    fields = read_fields(read_json(raw), ("decryption_factors", "decryption_proofs"))
    count = len(election.questions)
    factors, proofs = [], []
    rows = zip(
        election.questions,
        read_list(fields["decryption_factors"], count),
        read_list(fields["decryption_proofs"], count),
        strict=True,
    )
    for question, row, proof_row in rows:
        factors.append(tuple(_read_factor(item) for item in read_list(row, question.width)))
        proofs.append(tuple(read_proof(item) for item in read_list(proof_row, question.width)))
    return PartialDecryption(tuple(factors), tuple(proofs))


def check_partial(election: Election, ciphertexts: Ciphertexts, raw: bytes, public: int) -> PartialDecryption:
    """A partial decryption by the holder of this public key, every proof checked. Raises Malformed."""
    partial = read_partial(election, raw)
    prefix, key = _decryption_prefix(election, public), fixed_base(public)
    rows = zip(ciphertexts, partial.factors, partial.proofs, strict=True)
    for number, row in enumerate(rows, start=1):
        for place, (item, factor, proof) in enumerate(zip(*row, strict=True), start=1):
            if not holds_decryption(prefix, key, item.alpha, factor, proof):
                words = N_("question %(question)s: the proof of decryption factor %(factor)s does not hold")
                raise Malformed(words, question=number, factor=place)
    return partial


def owned_bytes(owner: int, partial: PartialDecryption) -> bytes:
    """The record that says whose a partial decryption is: the trustee's number, from 1."""
    return canonical_bytes({"owner": owner, "payload": hex_hash(partial.raw)})


class Logarithm:
    """Finds r in g^r, from 0 to a bound, in about twice the bound's root steps."""

    def __init__(self, bound: int) -> None:
        self._bound = bound
        self._step = isqrt(bound) + 1
        self._small: dict[int, int] = {}
        element = power_of_g(0)
        for exponent in range(self._step):
            self._small[element] = exponent
            element = element * G % P
        self._giant = invert(element)

    def of(self, element: int) -> int | None:
        """The logarithm; None when there is none up to the bound."""
        for count in range(self._step + 1):
            if element in self._small:
                found = count * self._step + self._small[element]
                return found if found <= self._bound else None
            element = element * self._giant % P
        return None


def open_tally(tally: Tally, partials: Mapping[int, PartialDecryption], trustees: Sequence[Item]) -> list[list[int]]:
    """The totals: for each question how many ballots chose each answer. Raises Malformed.

    ``partials`` by trustee number. They must have been checked.
    """
    factors = combined_factors(trustees, {number: partial.factors for number, partial in partials.items()})
    logarithm = Logarithm(tally.weight)
    result = []
    for row, factor_row in zip(tally.ciphertexts, factors, strict=True):
        totals = [logarithm.of(item.beta * invert(f) % P) for item, f in zip(row, factor_row, strict=True)]
        if any(total is None for total in totals):
            raise Malformed("a total is larger than the number of ballots")
        result.append([int(total) for total in totals if total is not None])
    return result


def result_bytes(result: Sequence[Sequence[int]]) -> bytes:
    """The result record. A question that may be left blank has its blanks first."""
    return canonical_bytes({"result": [[json_number(total) for total in row] for row in result]})
