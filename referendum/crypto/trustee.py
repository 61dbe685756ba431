"""A trustee's key pair, its proof of possession, and the joint key (SPEC 3).

Every trustee stands alone (``Single``) and all are needed. The record is a list of items so that a threshold
group can become one more item: an item has a sub-key, and as many trustee numbers as members.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from referendum.crypto.canonical import (
    Malformed,
    canonical_bytes,
    read_fields,
    read_json,
    read_list,
    read_text,
)
from referendum.crypto.group import (
    GROUP_NAME,
    Draw,
    P,
    draw_exponent,
    draw_secret,
    is_member,
    power_of_g,
    read_number,
)
from referendum.crypto.proofs import Proof, holds_knowledge, prove_knowledge, read_proof


@dataclass(frozen=True)
class TrusteeKey:
    """The public half of a trustee's key with its proof of possession."""

    public: int
    pok: Proof
    name: str | None = None

    def as_json(self) -> dict[str, Any]:
        value: dict[str, Any] = {"pok": self.pok.as_json(), "public_key": str(self.public)}
        if self.name is not None:
            value["name"] = self.name
        return value


def pok_prefix(public: int) -> str:
    return f"pok|{GROUP_NAME}|{public}|"


def new_private_key(draw: Draw = draw_secret) -> int:
    """A fresh private key x. Its holder keeps it; the server never sees it."""
    return draw_exponent(draw)


def public_key_of(private: int, name: str | None = None, draw: Draw = draw_secret) -> TrusteeKey:
    """The public key g^x of a private key x, with a fresh proof of possession."""
    public = power_of_g(private)
    return TrusteeKey(public, prove_knowledge(pok_prefix(public), private, draw), name)


def read_trustee_key(value: Any) -> TrusteeKey:
    """A public key from its JSON form, with its proof checked. Raises Malformed, saying what fails."""
    fields = read_fields(value, ("pok", "public_key"), ("name",))
    public = read_number(fields["public_key"])
    if public is None or not is_member(public):
        raise Malformed("the public key is not an element of the group")
    if public == 1:
        raise Malformed("the public key is 1, which hides nothing")
    name = None if fields.get("name") is None else read_text(fields["name"])
    key = TrusteeKey(public, read_proof(fields["pok"]), name)
    if not holds_knowledge(pok_prefix(public), public, key.pok):
        raise Malformed("the proof that the trustee holds the private key does not hold")
    return key


def trustees_bytes(keys: Sequence[TrusteeKey]) -> bytes:
    """The trustees record; the trustee at place i (from 1) has number i."""
    return canonical_bytes([["Single", key.as_json()] for key in keys])


def read_trustees(raw: bytes) -> list[TrusteeKey]:
    """The trustees of a record in order, proofs checked. Raises Malformed, naming the trustee."""
    keys: list[TrusteeKey] = []
    for number, item in enumerate(read_list(read_json(raw)), start=1):
        kind, value = read_list(item, 2)
        if kind != "Single":
            raise Malformed(f"trustee {number} is not a single trustee; threshold groups are not supported")
        try:
            keys.append(read_trustee_key(value))
        except Malformed as problem:
            raise Malformed(f"trustee {number}: {problem}") from None
    if not keys:
        raise Malformed("there is no trustee")
    if len({key.public for key in keys}) < len(keys):
        raise Malformed("two trustees have the same key")
    return keys


def joint_key(keys: Sequence[TrusteeKey]) -> int:
    """The election's public key y: the product of the trustees' keys."""
    result = keys[0].public
    for key in keys[1:]:
        result = result * key.public % P
    return result
