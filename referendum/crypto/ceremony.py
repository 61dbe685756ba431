"""The making of a threshold group's key, step by step, by the members and whoever passes their messages on (SPEC 13).

1. Each member makes a seed, keeps it secret, and sends a certificate (``make_cert``).
2. Whoever gathers them fixes their order; a member's place in it, from 1, is the member's number in the group.
3. Each member sends a polynomial (``make_polynomial``): g to its coefficients, and its value for every other member,
   sealed to that member.
4. Each member is given what all sent to it (``input_of``).
5. Each member checks that and sends its verification key (``make_output``), with the member's private part sealed to
   itself: with that text (``decryption_key``) and the seed the member later opens the count.
6. From all that the group is made (``finished_group``).

Everything sent is JSON text, the same as the outside tool's. ``check_…`` are what the gatherer checks.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from referendum.crypto.canonical import Malformed, canonical_bytes, read_fields, read_json, read_list, read_text
from referendum.crypto.credentials import BASE58
from referendum.crypto.envelope import open_envelope, read_envelope, seal
from referendum.crypto.group import (
    EXPONENT_DIGITS,
    Draw,
    Q,
    draw_exponent,
    draw_secret,
    power_of_g,
    read_number,
)
from referendum.crypto.signed import read_signed, require_writer, sign
from referendum.crypto.threshold import (
    MOST_MEMBERS,
    Blamed,
    Cert,
    Coefexps,
    ThresholdGroup,
    check_threshold,
    member_keys,
    read_cert,
    read_coefexps,
    require_distinct,
    require_member_key,
    value_at,
)
from referendum.crypto.trustee import TrusteeKey, public_key_of, read_trustee_key

SEED_LENGTH = 22
LARGEST_SUM_DIGITS = EXPONENT_DIGITS + len(str(MOST_MEMBERS))
"""What is sent sealed may be a sum of exponents, which the outside tool does not reduce modulo q."""


def new_seed(draw: Draw = draw_secret) -> str:
    """A fresh seed: all that a member must keep secret."""
    return "".join(BASE58[draw(58)] for _ in range(SEED_LENGTH))


def is_seed(text: str) -> bool:
    return len(text) == SEED_LENGTH and all(character in BASE58 for character in text)


def _from_seed(label: str, seed: str) -> int:
    return int(hashlib.sha256(f"{label}|{seed}".encode()).hexdigest(), 16) % Q


def signing_key(seed: str) -> int:
    """The secret key with which a member signs."""
    return _from_seed("sk", seed)


def opening_key(seed: str) -> int:
    """The secret key with which a member opens what is sealed to it."""
    return _from_seed("dk", seed)


def _text(value: object) -> str:
    return canonical_bytes(value).decode()


def _parsed(text: object) -> Any:
    return read_json(read_text(text).encode())


# 1 and 2: certificates


def make_cert(seed: str, draw: Draw = draw_secret) -> Cert:
    """The certificate of a seed's holder; another one each time, with the same keys."""
    verification, encryption = power_of_g(signing_key(seed)), power_of_g(opening_key(seed))
    message = _text({"verification": str(verification), "encryption": str(encryption)})
    return Cert(verification, encryption, sign(message, signing_key(seed), draw))


def check_cert(text: str) -> Cert:
    """A certificate that somebody sent. Raises Malformed."""
    return read_cert(_parsed(text))


def check_certs(texts: Sequence[str]) -> list[Cert]:
    """All certificates in their order. Raises Malformed, naming the trustee by the place in it."""
    check_threshold(1, len(texts))
    certs = []
    for number, text in enumerate(texts, start=1):
        try:
            certs.append(check_cert(text))
        except Malformed as problem:
            raise Blamed(number, problem.words) from None
    require_distinct(certs)
    return certs


def place_of(seed: str, certs: Sequence[Cert]) -> int:
    """The seed's holder's number in the group. Raises Malformed when its certificate is not there."""
    own = power_of_g(signing_key(seed)), power_of_g(opening_key(seed))
    for number, cert in enumerate(certs, start=1):
        if (cert.verification, cert.encryption) == own:
            return number
    raise Malformed("your own certificate is not among the certificates")


# Messages from member to member: signed, then sealed; the reader is named inside


def _send(seed: str, reader: Cert, message: object, draw: Draw) -> str:
    inner = _text({"recipient": str(reader.encryption), "message": _text(message)})
    return seal(reader.encryption, sign(inner, signing_key(seed), draw).text, draw).text


def _receive(seed: str, sealed: object, verification: int, name: str) -> object:
    """The field ``name``, which is all there is, of what a member sealed to this seed's holder. Raises Malformed."""
    signed = read_signed(read_json(open_envelope(read_envelope(sealed), opening_key(seed)).encode()))
    require_writer(signed, verification, "a sealed message")
    inner = read_fields(read_json(signed.message.encode()), ("recipient", "message"))
    if inner["recipient"] != str(power_of_g(opening_key(seed))):
        raise Malformed("a sealed message was written to somebody else")
    return read_fields(_parsed(inner["message"]), (name,))[name]


# 3: polynomials


@dataclass(frozen=True)
class Polynomial:
    """A member's step 3: the polynomial sealed to itself, a value sealed to each member, the coefficients."""

    own: str
    secrets: tuple[str, ...]
    coefexps: Coefexps

    @property
    def text(self) -> str:
        """The polynomial as it is sent."""
        return _text({"polynomial": self.own, "secrets": self.secrets, "coefexps": self.coefexps.signed.as_json()})


def make_polynomial(seed: str, certs: Sequence[Cert], threshold: int, draw: Draw = draw_secret) -> Polynomial:
    """A fresh polynomial of the seed's holder. The certificates must have been checked, and compared with the others'
    by their fingerprint. Raises Malformed when the own one is not among them, or the threshold does not fit them."""
    own = certs[place_of(seed, certs) - 1]
    coefficients = [draw_exponent(draw) for _ in range(check_threshold(threshold, len(certs)))]
    elements = tuple(power_of_g(each) for each in coefficients)
    published = sign(_text({"coefexps": [str(each) for each in elements]}), signing_key(seed), draw)
    kept = _send(seed, own, {"polynomial": [str(each) for each in coefficients]}, draw)
    secrets = tuple(
        _send(seed, reader, {"secret": str(_value(coefficients, place))}, draw)
        for place, reader in enumerate(certs, start=1)
    )
    return Polynomial(kept, secrets, Coefexps(elements, published))


def _value(coefficients: Sequence[int], place: int) -> int:
    result = 0
    for coefficient in reversed(coefficients):
        result = (result * place + coefficient) % Q
    return result


def check_polynomial(certs: Sequence[Cert], threshold: int, number: int, text: str) -> Polynomial:
    """The polynomial of the member with this number. What is sealed only its reader can check. Raises Malformed, naming
    the trustee."""
    try:
        fields = read_fields(_parsed(text), ("polynomial", "secrets", "coefexps"))
        secrets = [read_envelope(each).text for each in read_list(fields["secrets"], len(certs))]
        own = read_envelope(fields["polynomial"]).text
        return Polynomial(own, tuple(secrets), read_coefexps(fields["coefexps"], certs[number - 1], threshold))
    except Malformed as problem:
        raise Blamed(number, problem.words) from None


# 4 and 5: what each member is given, and its answer


def input_of(polynomials: Sequence[Polynomial], number: int) -> str:
    """What the member with this number is given (the outside tool's ``.vinput``)."""
    return _text(
        {
            "polynomial": polynomials[number - 1].own,
            "secrets": [each.secrets[number - 1] for each in polynomials],
            "coefexps": [each.coefexps.signed.as_json() for each in polynomials],
        }
    )


@dataclass(frozen=True)
class Output:
    """What a member sends at step 5. ``decryption_key`` is the member's private part, sealed to the member: kept by
    whoever likes, of use to the seed's holder alone (the outside tool's ``.dkey``)."""

    decryption_key: str
    key: TrusteeKey

    @property
    def text(self) -> str:
        """The output as it is sent (the outside tool's ``.voutput``)."""
        return _text({"private_key": self.decryption_key, "public_key": self.key.as_json()})


def make_output(seed: str, certs: Sequence[Cert], given: str, draw: Draw = draw_secret) -> Output:
    """Check what the others sent to the seed's holder and make its part. Raises Malformed, naming the trustee whose
    message is wrong; then the group must not be finished."""
    own = place_of(seed, certs)
    count = len(certs)
    fields = read_fields(_parsed(given), ("polynomial", "secrets", "coefexps"))
    published = _own_coefficients(seed, certs[own - 1], fields["polynomial"])
    rows = zip(certs, read_list(fields["secrets"], count), read_list(fields["coefexps"], count), strict=True)
    coefexps, total = [], 0
    for number, (cert, secret, sent) in enumerate(rows, start=1):
        try:
            coefexps.append(read_coefexps(sent, cert, len(published)))
            total += _secret(seed, cert, secret, value_at(coefexps[-1].elements, own))
        except Malformed as problem:
            raise Blamed(number, problem.words) from None
    if list(coefexps[own - 1].elements) != published:
        raise Malformed("your own polynomial is not the one that you published")
    private = total % Q
    sealed = _send(seed, certs[own - 1], {"decryption_key": str(private)}, draw)
    return Output(sealed, public_key_of(private, draw=draw))


def _own_coefficients(seed: str, own: Cert, sealed: object) -> list[int]:
    """g to each coefficient of the polynomial that the seed's holder sealed to itself."""
    try:
        coefficients = read_list(_receive(seed, sealed, own.verification, "polynomial"))
        return [power_of_g(_exponent(each)) for each in coefficients]
    except Malformed as problem:
        raise Malformed(f"your own polynomial: {problem}") from None


def _exponent(value: object) -> int:
    number = read_number(value, LARGEST_SUM_DIGITS)
    if number is None:
        raise Malformed("a coefficient is no number")
    return number


def _secret(seed: str, writer: Cert, sealed: object, expected: int) -> int:
    value = read_number(_receive(seed, sealed, writer.verification, "secret"), LARGEST_SUM_DIGITS)
    if value is None or power_of_g(value) != expected:
        raise Malformed("the secret sent to you is not the one that the coefficients give")
    return value


def check_output(polynomials: Sequence[Polynomial], number: int, text: str) -> Output:
    """The answer of the member with this number. Raises Malformed, naming the trustee."""
    try:
        fields = read_fields(_parsed(text), ("private_key", "public_key"))
        output = Output(read_envelope(fields["private_key"]).text, read_trustee_key(fields["public_key"]))
    except Malformed as problem:
        raise Blamed(number, problem.words) from None
    require_member_key(output.key, member_keys([each.coefexps for each in polynomials])[number - 1], number)
    return output


# 6 and after


def finished_group(
    certs: Sequence[Cert], polynomials: Sequence[Polynomial], outputs: Sequence[Output], threshold: int
) -> ThresholdGroup:
    """The group, from what every member sent, all of it checked before."""
    return ThresholdGroup(
        threshold, tuple(certs), tuple(each.coefexps for each in polynomials), tuple(each.key for each in outputs)
    )


def private_part(seed: str, decryption_key: str) -> int:
    """The member's private exponent, for opening the count, from the seed and the sealed text made at step 5. Raises
    Malformed when they do not belong together."""
    value = read_number(
        _receive(seed, decryption_key, power_of_g(signing_key(seed)), "decryption_key"), LARGEST_SUM_DIGITS
    )
    if value is None:
        raise Malformed("the decryption key holds no number")
    return value % Q
