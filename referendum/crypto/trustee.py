"""A trustee's key pair and its proof of possession (SPEC 3): of one who is needed, or of a threshold group's member."""

from dataclasses import dataclass
from typing import Any

from referendum.crypto.canonical import N_, Malformed, read_fields, read_text
from referendum.crypto.group import GROUP_NAME, Draw, draw_exponent, draw_secret, is_member, power_of_g, read_number
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
        raise Malformed(N_("the public key is not an element of the group"))
    if public == 1:
        raise Malformed(N_("the public key is 1, which hides nothing"))
    name = read_text(fields["name"]) if "name" in fields else None
    key = TrusteeKey(public, read_proof(fields["pok"]), name)
    if not holds_knowledge(pok_prefix(public), public, key.pok):
        raise Malformed(N_("the proof that the trustee holds the private key does not hold"))
    return key
