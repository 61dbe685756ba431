"""A mandatory trustee's key, made on an own machine."""

from pathlib import Path

from referendum.crypto.canonical import canonical_bytes
from referendum.crypto.trustee import new_private_key, public_key_of
from referendum.trustees.folder import SINGLE_KEY, short_id, write_new
from referendum.trustees.member_command import Told
from referendum.trustees.passphrases import keep


def make_single(folder: Path) -> Told:
    """Make a key pair: the key file, and the public half to send. Raises Malformed, OSError."""
    private = new_private_key()
    key = public_key_of(private)
    name = short_id(key)
    keep(private, folder / f"{name}{SINGLE_KEY}")
    write_new(folder / f"{name}.pubkey", canonical_bytes(key.as_json()).decode() + "\n")
    return Told(
        "Your key is made, under your passphrase. The count cannot be opened without it.",
        [f"{name}{SINGLE_KEY}"], [f"{name}.pubkey"], "the count. Then open your part with the command decrypt.",
    )  # fmt: skip
