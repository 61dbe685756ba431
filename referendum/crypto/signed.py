"""A text with its writer's signature: how members of a threshold group speak to each other (SPEC 3, 13)."""

from dataclasses import dataclass
from typing import Any

from referendum.crypto.canonical import N_, Malformed, Words, canonical_bytes, read_fields, read_text
from referendum.crypto.group import Draw
from referendum.crypto.proofs import Proof, holds_knowledge, prove_knowledge, read_proof


@dataclass(frozen=True)
class SignedMessage:
    """The exact text that was signed, and the signature."""

    message: str
    signature: Proof

    def as_json(self) -> dict[str, Any]:
        return {"message": self.message, "signature": self.signature.as_json()}

    @property
    def text(self) -> str:
        """The message as it is sent."""
        return canonical_bytes(self.as_json()).decode()

    def is_by(self, verification: int) -> bool:
        """Whether the holder of this verification key wrote it."""
        return holds_knowledge(_prefix(self.message), verification, self.signature)


def _prefix(message: str) -> str:
    return f"sigmsg|{message}|"


def sign(message: str, signing: int, draw: Draw) -> SignedMessage:
    """Sign a text with a secret signing key."""
    return SignedMessage(message, prove_knowledge(_prefix(message), signing, draw))


def read_signed(value: Any) -> SignedMessage:
    """A signed message from its JSON form, whose signature is still to be checked. Raises Malformed."""
    fields = read_fields(value, ("message", "signature"))
    return SignedMessage(read_text(fields["message"]), read_proof(fields["signature"]))


def require_writer(signed: SignedMessage, verification: int, what: str) -> None:
    """Raises Malformed unless the holder of this key wrote it. ``what`` is marked for translation."""
    if not signed.is_by(verification):
        raise Malformed(N_("the signature under %(what)s does not hold"), what=Words(what))
