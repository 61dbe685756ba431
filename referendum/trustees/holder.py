"""Whose a secret is: the trustee's number in a record, and the private exponent that opens the trustee's part. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from referendum.crypto.canonical import Malformed
from referendum.crypto.ceremony import private_part, signing_key
from referendum.crypto.group import power_of_g
from referendum.crypto.joint import Item, by_item, numbered
from referendum.crypto.threshold import ThresholdGroup
from referendum.crypto.trustee import TrusteeKey


@dataclass(frozen=True, slots=True)
class Holder:
    """A trustee's number, from 1, and private exponent."""

    owner: int
    private: int


def holder_of(items: Sequence[Item], secret: int | str, decryption_key: str = "") -> Holder:
    """The trustee who keeps a private key (a number), or a seed (a text) with its decryption key. Raises Malformed when
    no trustee of the record does."""
    if isinstance(secret, str):
        return _member(items, secret, decryption_key)
    public = power_of_g(secret)
    for number, key in enumerate(numbered(items), start=1):
        if key.public == public:
            return Holder(number, secret)
    raise Malformed("this key file is not one of this vote’s trustees")


def _member(items: Sequence[Item], seed: str, decryption_key: str) -> Holder:
    own = power_of_g(signing_key(seed))
    for item, numbers in by_item(items):
        if not isinstance(item, ThresholdGroup):
            continue
        for number, cert, key in zip(numbers, item.certs, item.keys, strict=True):
            if cert.verification == own:
                return Holder(number, _private(key, seed, decryption_key))
    raise Malformed("this key file is not one of this vote’s trustees")


def _private(key: TrusteeKey, seed: str, decryption_key: str) -> int:
    if not decryption_key:
        raise Malformed("this key opens its part together with your decryption key, the file that ends in .dkey")
    private = private_part(seed, decryption_key)
    if power_of_g(private) != key.public:
        raise Malformed("the decryption key is not the one that this vote’s trustees made")
    return private
