"""ElGamal ciphertexts of small numbers (SPEC 4): alpha = g^r, beta = y^r g^m. Multiplied, they add up."""

from collections.abc import Iterable
from typing import Any, NamedTuple, Protocol

from referendum.crypto.canonical import N_, Malformed, read_fields
from referendum.crypto.group import Comb, FixedBase, P, Q, is_member, power, power_of_g, read_number


class Ciphertext(NamedTuple):
    alpha: int
    beta: int

    def __mul__(self, other: object) -> "Ciphertext":
        if not isinstance(other, Ciphertext):
            return NotImplemented
        return Ciphertext(self.alpha * other.alpha % P, self.beta * other.beta % P)

    def raised(self, exponent: int) -> "Ciphertext":
        if exponent == 1:
            return self
        return Ciphertext(power(self.alpha, exponent), power(self.beta, exponent))

    def is_wellformed(self) -> bool:
        """Whether both halves are elements of the group."""
        return is_member(self.alpha) and is_member(self.beta)

    def as_json(self) -> dict[str, str]:
        return {"alpha": str(self.alpha), "beta": str(self.beta)}


class Raisable(Protocol):
    """A ciphertext, however its powers are made."""

    def raised(self, exponent: int) -> Ciphertext: ...


class Prepared:
    """A ciphertext of which several powers are asked."""

    def __init__(self, ciphertext: Ciphertext) -> None:
        self._within = all(0 < half < P for half in ciphertext)
        self._alpha, self._beta = Comb(ciphertext.alpha), Comb(ciphertext.beta)

    def raised(self, exponent: int) -> Ciphertext:
        return Ciphertext(self._alpha.power(exponent), self._beta.power(exponent))

    def is_wellformed(self) -> bool:
        """The same as the ciphertext's own."""
        return self._within and self.raised(Q) == ONE


ONE = Ciphertext(1, 1)
"""The product of nothing."""


def encrypt(key: FixedBase, randomness: int, message: int) -> Ciphertext:
    """The ciphertext of a number under the joint key, with this randomness r."""
    beta = key.power(randomness) * power_of_g(message) % P
    return Ciphertext(power_of_g(randomness), beta)


def product(ciphertexts: Iterable[Ciphertext]) -> Ciphertext:
    result = ONE
    for ciphertext in ciphertexts:
        result = result * ciphertext
    return result


def read_ciphertext(value: Any) -> Ciphertext:
    """A ciphertext from its JSON form, not yet checked for membership. Raises Malformed."""
    fields = read_fields(value, ("alpha", "beta"))
    alpha, beta = read_number(fields["alpha"]), read_number(fields["beta"])
    if alpha is None or beta is None:
        raise Malformed(N_("a ciphertext is not a pair of numbers"))
    return Ciphertext(alpha, beta)
