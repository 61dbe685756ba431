"""The second proof of a trustee's part (SPEC 6): one for a whole tally, whose challenge covers all that it speaks of.

The format's own proofs leave alpha and the factor out of their challenge, so that who makes one before the last ballot
is cast can work out which alpha a wrong factor will fit (SPEC 11). Here both are hashed: whatever is changed afterwards
changes the challenge too.
"""

from collections.abc import Iterator

from referendum.crypto.canonical import N_, Malformed
from referendum.crypto.election import Election
from referendum.crypto.group import GROUP_NAME, Draw, G, P, Q, draw_exponent, draw_secret, fixed_base, power, power_of_g
from referendum.crypto.hashing import hq
from referendum.crypto.proofs import Proof
from referendum.crypto.tally import Ciphertexts, PartialDecryption


def _pairs(ciphertexts: Ciphertexts, partial: PartialDecryption) -> Iterator[tuple[int, int]]:
    """Each ciphertext's alpha with its factor, question by question."""
    for row, factors in zip(ciphertexts, partial.factors, strict=True):
        for item, factor in zip(row, factors, strict=True):
            yield item.alpha, factor


def _challenge(election: Election, public: int, commitments: list[int]) -> int:
    return hq(f"factors|{GROUP_NAME}|{election.fingerprint}|{public}|", [G, *commitments])


def prove_factors(
    election: Election,
    ciphertexts: Ciphertexts,
    partial: PartialDecryption,
    private: int,
    *,
    draw: Draw = draw_secret,
) -> Proof:
    """Proof that every factor is its ciphertext's alpha to the power of the private key. Draws one w: a fresh one, for
    the same w in two proofs gives the key away."""
    w = draw_exponent(draw)
    stated = [power_of_g(w)]
    for alpha, factor in _pairs(ciphertexts, partial):
        stated += [alpha, factor, power(alpha, w)]
    challenge = _challenge(election, power_of_g(private), stated)
    return Proof(challenge, (w - private * challenge) % Q)


def check_factors(
    election: Election, ciphertexts: Ciphertexts, partial: PartialDecryption, public: int, proof: Proof
) -> None:
    """Raises Malformed unless the proof holds for this trustee's factors of these ciphertexts, which must be elements
    of the group."""
    stated = [power_of_g(proof.response) * fixed_base(public).power(proof.challenge) % P]
    for alpha, factor in _pairs(ciphertexts, partial):
        stated += [alpha, factor, power(alpha, proof.response) * power(factor, proof.challenge) % P]
    if _challenge(election, public, stated) != proof.challenge:
        raise Malformed(N_("the second proof does not hold, so nothing shows that these factors are of these ballots"))
