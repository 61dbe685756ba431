"""Texts sealed to one reader, in the shape that threshold ceremonies use (SPEC 13).

The only module of this package that needs the ``cryptography`` library. Whoever checks an archive never opens an
envelope, so the verifier does not import it.
"""

import hashlib
import re
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESCCM

from referendum.crypto.canonical import N_, Malformed, canonical_bytes, read_fields, read_json, read_text
from referendum.crypto.elgamal import Ciphertext, read_ciphertext
from referendum.crypto.group import Draw, P, Q, draw_exponent, invert, power, power_of_g

TAG_BYTES = 8
LONG_TEXT = 65_536
"""From this length on the cipher's nonce is a byte shorter."""

LARGEST_ENVELOPE = 1_000_000

_HEX = re.compile(r"(?:[0-9a-f]{2})+")


@dataclass(frozen=True)
class Envelope:
    """A random element under the reader's key, and the text under a key derived from that element."""

    wrapped: Ciphertext
    data: bytes

    @property
    def text(self) -> str:
        """The envelope as it is sent: a JSON text, which stands as a text inside other messages."""
        return canonical_bytes(self.wrapped.as_json() | {"data": self.data.hex()}).decode()


def _cipher(element: int) -> AESCCM:
    return AESCCM(hashlib.sha256(f"key|{element}".encode()).digest(), tag_length=TAG_BYTES)


def _nonce(alpha: int, length: int) -> bytes:
    return hashlib.sha256(f"iv|{alpha}".encode()).digest()[: 13 if length < LONG_TEXT else 12]


def seal(reader: int, text: str, draw: Draw) -> Envelope:
    """Seal a text to the holder of an encryption key. Draws r, then k."""
    randomness, exponent = draw_exponent(draw), draw_exponent(draw)
    element = power_of_g(exponent)
    wrapped = Ciphertext(power_of_g(randomness), power(reader, randomness) * element % P)
    raw = text.encode()
    return Envelope(wrapped, _cipher(element).encrypt(_nonce(wrapped.alpha, len(raw)), raw, None))


def read_envelope(value: object) -> Envelope:
    """An envelope from the text it is sent as. Raises Malformed."""
    text = read_text(value)
    if len(text) > LARGEST_ENVELOPE:
        raise Malformed(N_("a sealed message is too long"))
    fields = read_fields(read_json(text.encode()), ("alpha", "beta", "data"))
    wrapped = read_ciphertext({"alpha": fields["alpha"], "beta": fields["beta"]})
    if not wrapped.is_wellformed():
        raise Malformed(N_("a sealed message is not made of elements of the group"))
    data = read_text(fields["data"])
    if not _HEX.fullmatch(data) or len(data) <= 2 * TAG_BYTES:
        raise Malformed(N_("a sealed message has no content"))
    return Envelope(wrapped, bytes.fromhex(data))


def open_envelope(envelope: Envelope, opening: int) -> str:
    """The text, for the holder of the secret opening key. Raises Malformed when it was not sealed to that key."""
    alpha, beta = envelope.wrapped
    element = beta * invert(power(alpha, opening % Q)) % P
    nonce = _nonce(alpha, len(envelope.data) - TAG_BYTES)
    try:
        return _cipher(element).decrypt(nonce, envelope.data, None).decode()
    except (InvalidTag, ValueError):
        raise Malformed("a sealed message does not open with this key") from None
