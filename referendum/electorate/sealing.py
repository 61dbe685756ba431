"""The mathematics of the sealed list: texts sealed to a key, and a key of which any two shares make the whole. Pure.

seal: alpha = g^r, an AES-256 key = SHA-256("sealed|" and y^r in decimal), AES-GCM with a random nonce; the browser
reads the same form (static/referendum/crypto/sealed.js). split: a line f(i) = x + a·i modulo q; share i is f(i), and
g^f(i) is kept to check it.
"""

import base64
import hashlib
import secrets
from collections.abc import Mapping
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from referendum.crypto.canonical import Malformed, read_fields
from referendum.crypto.group import (
    Draw,
    Q,
    draw_exponent,
    draw_secret,
    invert_exponent,
    is_exponent,
    is_member,
    power,
    power_of_g,
    read_number,
)

NONCE_BYTES = 12
NEEDED = 2


def seal(public: int, content: bytes, draw: Draw = draw_secret) -> dict[str, str]:
    """Content that only the holder of the private half of `public` can read, as a JSON value."""
    r = draw_exponent(draw)
    alpha = str(power_of_g(r))
    iv = secrets.token_bytes(NONCE_BYTES)
    data = AESGCM(_key(power(public, r))).encrypt(iv, content, None)
    return {"alpha": alpha, "iv": base64.b64encode(iv).decode(), "data": base64.b64encode(data).decode()}


def unseal(private: int, sealed: Any) -> bytes:
    """The content. Raises Malformed when it was altered or sealed to another key."""
    fields = read_fields(sealed, ("alpha", "iv", "data"))
    alpha = read_number(fields["alpha"])
    if alpha is None or not is_member(alpha):
        raise Malformed("a sealed text does not begin with an element of the group")
    try:
        iv, data = (base64.b64decode(fields[name], validate=True) for name in ("iv", "data"))
        return AESGCM(_key(power(alpha, private))).decrypt(iv, data, None)
    except (InvalidTag, ValueError, TypeError):
        raise Malformed("a sealed text was altered, or was sealed to another key") from None


def _key(element: int) -> bytes:
    return hashlib.sha256(f"sealed|{element}".encode()).digest()


def split(private: int, places: int, draw: Draw = draw_secret) -> list[int]:
    """Shares for the places 1, 2, …: any two give the private key back, one alone says nothing about it."""
    slope = draw_exponent(draw)
    return [int((private + slope * place) % Q) for place in range(1, places + 1)]


def join(shares: Mapping[int, int]) -> int:
    """The private key from two or more shares by their places, checked beforehand with `fits`."""
    if len(shares) < NEEDED:
        raise Malformed("two shares are needed")
    (i, one), (j, other) = sorted(shares.items())[:NEEDED]
    at_zero = one * j * invert_exponent((j - i) % Q) + other * i * invert_exponent((i - j) % Q)
    return int(at_zero % Q)


def fits(share: int, public: object) -> bool:
    """Whether this is the share whose public half, g^share, was kept."""
    return is_exponent(share) and str(power_of_g(share)) == public
