"""The first event of an archive, which fixes everything else: election, trustees, credentials (SPEC 3)."""

from dataclasses import dataclass

from referendum.archive.events import Event
from referendum.archive.writer import setup_bytes
from referendum.crypto.canonical import Malformed
from referendum.crypto.credentials import read_credentials
from referendum.crypto.election import Election, read_election
from referendum.crypto.joint import Item, joint_key, numbered, read_trustees
from referendum.crypto.trustee import TrusteeKey


@dataclass(frozen=True)
class Setup:
    """What the first event fixes for good."""

    election: Election
    items: list[Item]
    trustees: list[TrusteeKey]
    weights: dict[str, int]


def read_setup(event: Event) -> Setup:
    """Raises Malformed."""
    election_raw, trustees_raw, credentials_raw, setup_raw = (record.body for record in event.data)
    if setup_raw != setup_bytes(election_raw, trustees_raw, credentials_raw):
        raise Malformed("the set-up does not name the election, the trustees and the credentials beside it")
    election = read_election(election_raw)
    items = read_trustees(trustees_raw)
    if joint_key(items) != election.public_key:
        raise Malformed("the election's key is not the product of the trustees' keys")
    return Setup(election, items, numbered(items), read_credentials(credentials_raw))
