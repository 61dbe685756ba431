"""A group of trustees of whom any t open the count: what is public of it, and how parts are put together (SPEC 3, 6).

Each member i chose a polynomial of t coefficients and published g to each of them. The members' joint secret is the sum
of the polynomials at 0; member j holds their sum at j. Nobody ever holds the joint secret.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from referendum.crypto.canonical import N_, Malformed, Words, canonical_bytes, read_fields, read_json, read_list
from referendum.crypto.group import P, Q, invert_exponent, is_member, power, read_number
from referendum.crypto.hashing import b64_hash, hex_hash
from referendum.crypto.signed import SignedMessage, read_signed, require_writer
from referendum.crypto.trustee import TrusteeKey, read_trustee_key

MOST_MEMBERS = 50


class Blamed(Malformed):
    """A message is wrong, and it is known whose it is: the trustee's number."""

    def __init__(self, number: int, words: Words) -> None:
        super().__init__(N_("trustee %(number)s: %(problem)s"), number=number, problem=words)
        self.number = number


@dataclass(frozen=True)
class Cert:
    """A member's certificate: the keys with which others check what the member signs, and seal what it shall read."""

    verification: int
    encryption: int
    signed: SignedMessage

    @property
    def text(self) -> str:
        """The certificate as it is sent."""
        return self.signed.text

    @property
    def file_id(self) -> str:
        """What the member's files are named by."""
        return hex_hash(self.signed.message.encode())


def read_element(value: object, what: str) -> int:
    """An element of the group that hides something. Raises Malformed. ``what`` is marked for translation."""
    element = read_number(value)
    if element is None or not is_member(element):
        raise Malformed(N_("%(what)s is not an element of the group"), what=Words(what))
    if element == 1:
        raise Malformed(N_("%(what)s is 1, which hides nothing"), what=Words(what))
    return element


def read_cert(value: Any) -> Cert:
    """A certificate from its JSON form, its signature checked. Raises Malformed."""
    signed = read_signed(value)
    keys = read_fields(read_json(signed.message.encode()), ("verification", "encryption"))
    verification = read_element(keys["verification"], N_("the certificate’s verification key"))
    encryption = read_element(keys["encryption"], N_("the certificate’s encryption key"))
    if verification == encryption:
        raise Malformed(N_("the certificate’s two keys are the same"))
    require_writer(signed, verification, N_("the certificate"))
    return Cert(verification, encryption, signed)


def require_distinct(certs: Sequence[Cert], first: int = 1) -> None:
    """Raises Malformed when a key stands in two certificates, naming the later one."""
    seen: dict[int, int] = {}
    for number, cert in enumerate(certs, start=first):
        for key in (cert.verification, cert.encryption):
            if key in seen:
                words = N_("the certificate has a key of trustee %(other)s’s")
                raise Blamed(number, Words(words, {"other": seen[key]}))
        seen |= {cert.verification: number, cert.encryption: number}


def certs_fingerprint(certs: Sequence[Cert]) -> str:
    """What members read to each other before they go on: the same if and only if all were shown the same certificates.
    It is the hash of the file ``certs.jsons``, which has one certificate on each line."""
    return b64_hash("".join(f"{cert.text}\n" for cert in certs).encode())


@dataclass(frozen=True)
class Coefexps:
    """g to each coefficient of a member's polynomial, signed by the member."""

    elements: tuple[int, ...]
    signed: SignedMessage


def read_coefexps(value: Any, cert: Cert, threshold: int) -> Coefexps:
    """A member's coefficients from their JSON form, checked against the member's certificate. Raises Malformed."""
    signed = read_signed(value)
    require_writer(signed, cert.verification, N_("the coefficients"))
    listed = read_list(read_fields(read_json(signed.message.encode()), ("coefexps",))["coefexps"])
    if len(listed) != threshold:
        words = N_("there are %(found)s coefficients, but the threshold is %(threshold)s")
        raise Malformed(words, found=len(listed), threshold=threshold)
    return Coefexps(tuple(read_element(each, N_("a coefficient")) for each in listed), signed)


def value_at(elements: Sequence[int], place: int) -> int:
    """g to the value of a polynomial at a small place, from g to its coefficients."""
    result = elements[-1]
    for element in reversed(elements[:-1]):
        result = power(result, place) * element % P
    return result


def _sums(coefexps: Sequence[Coefexps]) -> list[int]:
    """g to the coefficients of the sum of the members' polynomials."""
    totals = list(coefexps[0].elements)
    for each in coefexps[1:]:
        totals = [mine * other % P for mine, other in zip(totals, each.elements, strict=True)]
    return totals


def member_keys(coefexps: Sequence[Coefexps]) -> list[int]:
    """The verification key of each member's part, in order: what the member's part of the count is checked with."""
    totals = _sums(coefexps)
    return [value_at(totals, place) for place in range(1, len(coefexps) + 1)]


@dataclass(frozen=True)
class ThresholdGroup:
    """A finished group: ``threshold`` of its members open its share of the count."""

    threshold: int
    certs: tuple[Cert, ...]
    coefexps: tuple[Coefexps, ...]
    keys: tuple[TrusteeKey, ...]

    @cached_property
    def sub_key(self) -> int:
        """The group's part of the election's key."""
        return _sums(self.coefexps)[0]

    def as_json(self) -> dict[str, Any]:
        return {
            "threshold": self.threshold,
            "certs": [cert.signed.as_json() for cert in self.certs],
            "coefexps": [each.signed.as_json() for each in self.coefexps],
            "verification_keys": [key.as_json() for key in self.keys],
        }

    @property
    def text(self) -> str:
        """The group as the outside tool writes it (``threshold.json``)."""
        return canonical_bytes(self.as_json()).decode()


def check_threshold(threshold: object, members: int) -> int:
    """The number of members needed. Raises Malformed unless it is one from 1 to the number of members."""
    if not 1 <= members <= MOST_MEMBERS:
        words = N_("a group has 1 to %(most)s members, this one has %(found)s")
        raise Malformed(words, most=MOST_MEMBERS, found=members)
    if type(threshold) is not int or not 1 <= threshold <= members:
        raise Malformed(N_("the threshold is not a number from 1 to %(most)s"), most=members)
    return threshold


def read_group(value: Any, first: int = 1) -> ThresholdGroup:
    """A group from its JSON form, everything in it recomputed. ``first`` is its first member's number, by which
    problems name the members. Raises Malformed."""
    fields = read_fields(value, ("threshold", "certs", "coefexps", "verification_keys"))
    members = len(read_list(fields["certs"]))
    threshold = check_threshold(fields["threshold"], members)
    rows = zip(
        read_list(fields["certs"]), read_list(fields["coefexps"], members),
        read_list(fields["verification_keys"], members), strict=True,
    )  # fmt: skip
    read: list[tuple[Cert, Coefexps, TrusteeKey]] = []
    for number, (cert_value, coefexps_value, key_value) in enumerate(rows, start=first):
        try:
            cert = read_cert(cert_value)
            read.append((cert, read_coefexps(coefexps_value, cert, threshold), read_trustee_key(key_value)))
        except Malformed as problem:
            raise Blamed(number, problem.words) from None
    certs, coefexps, keys = zip(*read, strict=True)
    require_distinct(certs, first)
    for number, (key, public) in enumerate(zip(keys, member_keys(coefexps), strict=True), start=first):
        require_member_key(key, public, number)
    group = ThresholdGroup(threshold, certs, coefexps, keys)
    if group.sub_key == 1:
        raise Malformed("the group’s key is 1, which hides nothing")
    return group


def require_member_key(key: TrusteeKey, public: int, number: int) -> None:
    """Raises Malformed unless a member's key is the one that all members' coefficients give."""
    if key.public != public:
        raise Blamed(number, Words(N_("the verification key is not the one that the coefficients give")))


def lagrange(places: Sequence[int], at: int = 0) -> dict[int, int]:
    """The exponents with which values at these places (all different) give the value at another one."""
    exponents = {}
    for place in places:
        top = bottom = 1
        for other in places:
            if other != place:
                top, bottom = top * (other - at) % Q, bottom * (other - place) % Q
        exponents[place] = top * invert_exponent(bottom) % Q
    return exponents


def group_factors(parts: Mapping[int, Sequence[Sequence[int]]], threshold: int) -> list[list[int]]:
    """The group's factor of each ciphertext, from its members' (by place in the group, from 1): of the first
    ``threshold`` that are there. Raises Malformed when they are too few, or the others' do not fit them: who forged a
    proof is found out by one more who opened."""
    places, others = sorted(parts)[:threshold], sorted(parts)[threshold:]
    if len(places) < threshold:
        raise Malformed(f"{len(places)} of its members opened their part, it takes {threshold}")
    for other in others:
        if _value(parts, places, other) != [list(row) for row in parts[other]]:
            raise Malformed("the parts that its members opened do not fit each other")
    return _value(parts, places, 0)


def _value(parts: Mapping[int, Sequence[Sequence[int]]], places: Sequence[int], at: int) -> list[list[int]]:
    """What the factors of members at these places give for another place."""
    exponents = lagrange(places, at)
    rows: list[list[int]] = [[1] * len(row) for row in parts[places[0]]]
    for place in places:
        for row, factors in zip(rows, parts[place], strict=True):
            row[:] = [mine * power(factor, exponents[place]) % P for mine, factor in zip(row, factors, strict=True)]
    return rows
