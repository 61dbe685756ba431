"""An Ed25519 signature checked with nothing but arithmetic (RFC 8032), for whoever has no library for it.

Slow, and not of constant time: for public keys and published files only.
"""

import base64
import binascii
import hashlib
import re
from typing import NamedTuple

from gmpy2 import mpz

from referendum.crypto.canonical import Malformed

P = mpz(2**255 - 19)
ORDER = 2**252 + 27742317777372353535851937790883648493
D = mpz(-121665) * pow(mpz(121666), -1, P) % P
ROOT_OF_MINUS_ONE = pow(mpz(2), (P - 1) // 4, P)
DER_HEAD = bytes.fromhex("302a300506032b6570032100")
KEY_BYTES = 32
SIGNATURE_BYTES = 64

_PEM = re.compile(r"-----BEGIN PUBLIC KEY-----\s+([A-Za-z0-9+/=\s]+)-----END PUBLIC KEY-----\s*")


class Point(NamedTuple):
    """A point of the curve in extended coordinates."""

    x: mpz
    y: mpz
    z: mpz
    t: mpz


def _recovered(y: mpz, odd: int) -> Point | None:
    """The point with this y, and an x of this parity."""
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * ROOT_OF_MINUS_ONE % P
    if (x * x - square) % P or (x == 0 and odd):
        return None
    if x % 2 != odd:
        x = P - x
    return Point(x, y, mpz(1), x * y % P)


def _decoded(raw: bytes) -> Point | None:
    value = int.from_bytes(raw, "little")
    y = mpz(value & ((1 << 255) - 1))
    return _recovered(y, value >> 255) if y < P else None


def _sum(one: Point, other: Point) -> Point:
    a = (one.y - one.x) * (other.y - other.x) % P
    b = (one.y + one.x) * (other.y + other.x) % P
    c = 2 * one.t * other.t * D % P
    d = 2 * one.z * other.z % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return Point(e * f % P, g * h % P, f * g % P, e * h % P)


def _times(number: int, point: Point) -> Point:
    result = Point(mpz(0), mpz(1), mpz(1), mpz(0))
    while number:
        if number & 1:
            result = _sum(result, point)
        point = _sum(point, point)
        number >>= 1
    return result


def _same(one: Point, other: Point) -> bool:
    return bool((one.x * other.z - other.x * one.z) % P == 0 and (one.y * other.z - other.y * one.z) % P == 0)


def _base() -> Point:
    point = _recovered(4 * pow(mpz(5), -1, P) % P, 0)
    assert point is not None
    return point


def der_of(pem: bytes) -> bytes:
    """The DER form of an Ed25519 public key in PEM. Raises Malformed."""
    match = _PEM.fullmatch(pem.decode("latin-1"))
    try:
        der = base64.b64decode("".join(match.group(1).split()), validate=True) if match else b""
    except binascii.Error:
        der = b""
    if len(der) != len(DER_HEAD) + KEY_BYTES or not der.startswith(DER_HEAD):
        raise Malformed("it is not the public key of an Ed25519 signature")
    return der


def fingerprint_of(pem: bytes) -> str:
    """SHA-256 of the key's DER form, in hexadecimal. Raises Malformed."""
    return hashlib.sha256(der_of(pem)).hexdigest()


def holds(pem: bytes, message: bytes, signature: bytes) -> bool:
    """Whether the holder of the key signed these bytes. Raises Malformed for a key that is none."""
    raw = der_of(pem)[len(DER_HEAD) :]
    key = _decoded(raw)
    if key is None:
        raise Malformed("the public key is no point of the curve")
    commitment = _decoded(signature[:KEY_BYTES])
    response = int.from_bytes(signature[KEY_BYTES:], "little")
    if len(signature) != SIGNATURE_BYTES or commitment is None or response >= ORDER:
        return False
    digest = hashlib.sha512(signature[:KEY_BYTES] + raw + message).digest()
    challenge = int.from_bytes(digest, "little") % ORDER
    return _same(_times(response, _base()), _sum(commitment, _times(challenge, key)))
