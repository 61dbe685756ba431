"""The second proof of a trustee's factors: it holds for the right ones, and a false one cannot be made in any order."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import pytest

from referendum.crypto.canonical import Malformed
from referendum.crypto.election import Question, make_election, new_uuid
from referendum.crypto.elgamal import Ciphertext
from referendum.crypto.group import (
    G,
    P,
    Q,
    draw_exponent,
    fixed_base,
    invert_exponent,
    power,
    power_of_g,
    seeded_draw,
)
from referendum.crypto.hashing import hq
from referendum.crypto.proofs import Proof, holds_decryption
from referendum.crypto.second_proof import check_factors, prove_factors
from referendum.crypto.tally import PartialDecryption, decrypt

DRAW = seeded_draw("second proof")
PRIVATE = draw_exponent(DRAW)
PUBLIC = power_of_g(PRIVATE)
ELECTION = make_election(
    uuid=new_uuid(DRAW), name="Ratify?", description="", public_key=PUBLIC,
    questions=[Question("Ratify?", ("Accept", "Reject"), 0, 1), Question("When?", ("now",), 0, 1)],
)  # fmt: skip
EVERYTHING = frozenset({"key", "alpha", "factor", "commitment"})
MOVED = (-3, 3, 0)
"""How many votes the forger adds to each total."""
UNPROVED = Proof(0, 0)


def ciphertexts_of(alphas: list[int]) -> tuple[tuple[Ciphertext, ...], ...]:
    made = [Ciphertext(alpha, power_of_g(draw_exponent(DRAW))) for alpha in alphas]
    return (tuple(made[:2]), tuple(made[2:]))


@dataclass(frozen=True)
class Claimed:
    """What somebody says: these are the factors of these alphas with this key, and here is the proof."""

    public: int
    alphas: list[int]
    factors: list[int]
    proof: Proof = UNPROVED

    @property
    def is_false(self) -> bool:
        return self.factors != [power(alpha, PRIVATE) for alpha in self.alphas] or self.public != PUBLIC

    @property
    def commitments(self) -> list[int]:
        """What the verifier computes: the equations hold by definition, the question is the challenge."""
        c, z = self.proof
        rows = zip(self.alphas, self.factors, strict=True)
        both = [power(alpha, z) * power(factor, c) % P for alpha, factor in rows]
        return [power_of_g(z) * power(self.public, c) % P, *both]

    def challenge(self, commitments: list[int], covered: frozenset[str]) -> int:
        """The challenge of SPEC 6, or of a format whose challenge covers less."""
        first, *both = commitments
        stated = [G, first * ("commitment" in covered)]
        for row in zip(self.alphas, self.factors, both, strict=True):
            stated += [
                each * (name in covered) for each, name in zip(row, ("alpha", "factor", "commitment"), strict=True)
            ]
        key = self.public if "key" in covered else ""
        return hq(f"factors|BELENIOS-2048|{ELECTION.fingerprint}|{key}|", stated)

    def holds(self, covered: frozenset[str]) -> bool:
        return self.challenge(self.commitments, covered) == self.proof.challenge

    def is_accepted(self) -> bool:
        """By the program itself."""
        (a, b, c) = self.factors
        try:
            partial = PartialDecryption(((a, b), (c,)), ())
            check_factors(ELECTION, ciphertexts_of(self.alphas), partial, self.public, self.proof)
        except Malformed:
            return False
        return True


def _others() -> list[int]:
    """The product of the others' ballots: what the forger knows before casting the last one."""
    return [power_of_g(draw_exponent(DRAW)) for _ in MOVED]


def _false_factors(alphas: list[int]) -> list[int]:
    return [power(alpha, PRIVATE) * power_of_g(-more) % P for alpha, more in zip(alphas, MOVED, strict=True)]


def _drawn() -> tuple[int, list[int]]:
    return draw_exponent(DRAW), [draw_exponent(DRAW) for _ in MOVED]


def proof_then_ballot(covered: frozenset[str]) -> Claimed:
    """As it is done to the format: commitments, challenge, and then the last ballot's random numbers, r = (t + mc) / w.
    The alphas and factors of before that ballot are all that there is to be hashed."""
    others, (w, shifts) = _others(), _drawn()
    before = Claimed(PUBLIC, others, _false_factors(others))
    commitments = [power(alpha, w) * power_of_g(t) % P for alpha, t in zip(others, shifts, strict=True)]
    c = before.challenge([power_of_g(w), *commitments], covered)
    randoms = [(t + more * c) * invert_exponent(w) % Q for t, more in zip(shifts, MOVED, strict=True)]
    alphas = [alpha * power_of_g(r) % P for alpha, r in zip(others, randoms, strict=True)]
    made = Claimed(PUBLIC, alphas, _false_factors(alphas), Proof(c, (w - PRIVATE * c) % Q))
    assert made.commitments == [power_of_g(w), *commitments], "the forger's equations have their solution"
    return made


def factors_then_ballot(covered: frozenset[str]) -> Claimed:
    """The factors are fixed first; the ballot alone comes after the challenge, r = (t - fc) / (w - xc)."""
    others, (w, shifts) = _others(), _drawn()
    before = Claimed(PUBLIC, others, _false_factors(others))
    commitments = [power(alpha, w) * power_of_g(t) % P for alpha, t in zip(others, shifts, strict=True)]
    c = before.challenge([power_of_g(w), *commitments], covered)
    z = (w - PRIVATE * c) % Q
    randoms = [(t + more * c) * invert_exponent(z) % Q for t, more in zip(shifts, MOVED, strict=True)]
    alphas = [alpha * power_of_g(r) % P for alpha, r in zip(others, randoms, strict=True)]
    return Claimed(PUBLIC, alphas, before.factors, Proof(c, z))


def proof_then_factors(covered: frozenset[str]) -> Claimed:
    """The ballots are known; the factors come after the challenge, F = (B / alpha^z) ^ (1/c)."""
    alphas, (w, shifts) = _others(), _drawn()
    before = Claimed(PUBLIC, alphas, _false_factors(alphas))
    commitments = [power(alpha, w) * power_of_g(t) % P for alpha, t in zip(alphas, shifts, strict=True)]
    c = before.challenge([power_of_g(w), *commitments], covered)
    z = (w - PRIVATE * c) % Q
    pairs = zip(commitments, alphas, strict=True)
    factors = [power(b * power(alpha, Q - z) % P, invert_exponent(c)) for b, alpha in pairs]
    return replace(before, factors=factors, proof=Proof(c, z))


def proof_then_commitments(covered: frozenset[str]) -> Claimed:
    """Challenge and response first; the commitments are what they give."""
    alphas, (z, _) = _others(), _drawn()
    made = Claimed(PUBLIC, alphas, _false_factors(alphas), Proof(draw_exponent(DRAW), z))
    c = made.challenge(made.commitments, covered)
    return replace(made, proof=Proof(c, z))


def proof_then_key(covered: frozenset[str]) -> Claimed:
    """The key comes last, X = (A / g^z) ^ (1/c), for factors of another exponent than that of the trustee's key."""
    alphas, (w, (other, *_)) = _others(), _drawn()
    before = Claimed(PUBLIC, alphas, [power(alpha, other) for alpha in alphas])
    c = before.challenge([power_of_g(w), *(power(alpha, w) for alpha in alphas)], covered)
    z = (w - other * c) % Q
    return replace(before, public=power(power_of_g(w - z), invert_exponent(c)), proof=Proof(c, z))


ORDERS: list[tuple[Callable[[frozenset[str]], Claimed], set[str]]] = [
    (proof_then_ballot, {"alpha", "factor"}), (factors_then_ballot, {"alpha"}), (proof_then_factors, {"factor"}),
    (proof_then_commitments, {"commitment"}), (proof_then_key, {"key"}),
]  # fmt: skip


@pytest.mark.parametrize(("forge", "left_out"), ORDERS, ids=[forge.__name__ for forge, _ in ORDERS])
def test_a_false_proof_can_be_made_for_a_challenge_that_leaves_it_out_and_not_for_ours(
    forge: Callable[[frozenset[str]], Claimed], left_out: set[str]
) -> None:
    forged = forge(EVERYTHING - left_out)
    assert forged.is_false
    assert forged.holds(EVERYTHING - left_out), "what is left out is what the forger needs"
    assert not forged.is_accepted()
    forged = forge(EVERYTHING)
    assert forged.is_false
    assert not forged.holds(EVERYTHING)
    assert not forged.is_accepted()


def test_where_everything_is_fixed_before_the_challenge_one_single_challenge_fits_false_factors() -> None:
    alphas, (w, (t, *_)) = _others(), _drawn()
    claimed = Claimed(PUBLIC, alphas, _false_factors(alphas))
    commitment = power(alphas[0], w) * power_of_g(MOVED[0] * t) % P
    given = claimed.challenge([power_of_g(w), commitment, *(power(alpha, w) for alpha in alphas[1:])], EVERYTHING)

    def reached(c: int) -> int:
        return replace(claimed, proof=Proof(c, (w - PRIVATE * c) % Q)).commitments[1]

    assert reached(-t % Q) == commitment
    assert given != -t % Q
    assert reached(given) != commitment


def test_the_challenge_of_these_tests_is_the_program_s() -> None:
    alphas, (w, _) = _others(), _drawn()
    honest = Claimed(PUBLIC, alphas, [power(alpha, PRIVATE) for alpha in alphas])
    c = honest.challenge([power_of_g(w), *(power(alpha, w) for alpha in alphas)], EVERYTHING)
    honest = replace(honest, proof=Proof(c, (w - PRIVATE * c) % Q))
    assert not honest.is_false
    assert honest.is_accepted()


def test_the_format_s_own_proof_is_the_first_of_these_challenges() -> None:
    """The forger's way against ``check_partial``: the proof of a factor that moves three votes holds."""
    other, (w, (t, *_)) = _others()[0], _drawn()
    c = hq("decrypt|", [power_of_g(w), power(other, w) * power_of_g(t) % P])
    alpha = other * power_of_g((t + 3 * c) * invert_exponent(w)) % P
    factor = power(alpha, PRIVATE) * power_of_g(-3) % P
    assert holds_decryption("decrypt|", fixed_base(PUBLIC), alpha, factor, Proof(c, (w - PRIVATE * c) % Q))


def test_it_holds_for_the_right_factors_of_these_ciphertexts_and_this_key_and_election_alone() -> None:
    ciphertexts = ciphertexts_of([1, *_others()[1:]])  # an alpha of 1 is the product of no ballots
    partial = decrypt(ELECTION, ciphertexts, PRIVATE, draw=DRAW)
    proof = prove_factors(ELECTION, ciphertexts, partial, PRIVATE, draw=DRAW)
    check_factors(ELECTION, ciphertexts, partial, PUBLIC, proof)
    (a, b), (c,) = partial.factors
    elsewhere = make_election(
        uuid=new_uuid(DRAW), name="Ratify?", description="", public_key=PUBLIC, questions=ELECTION.questions
    )
    alike = (tuple(reversed(ciphertexts[0])), ciphertexts[1])
    for changed in (
        (ELECTION, ciphertexts, partial, PUBLIC, Proof((proof.challenge + 1) % Q, proof.response)),
        (ELECTION, ciphertexts, partial, PUBLIC, Proof(proof.challenge, (proof.response + 1) % Q)),
        (ELECTION, ciphertexts, partial, PUBLIC * G % P, proof),
        (ELECTION, alike, partial, PUBLIC, proof),
        (ELECTION, ciphertexts, replace(partial, factors=((b, a), (c,))), PUBLIC, proof),
        (ELECTION, ciphertexts, replace(partial, factors=((a * G % P, b), (c,))), PUBLIC, proof),
        (elsewhere, ciphertexts, partial, PUBLIC, proof),
    ):
        with pytest.raises(Malformed, match="second proof does not hold"):
            check_factors(*changed)
