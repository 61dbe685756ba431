"""The first event of an archive, which fixes everything else: election, trustees, credentials (SPEC 3)."""

from dataclasses import dataclass

from referendum.archive.credential_list import CredentialList
from referendum.archive.events import Event
from referendum.archive.writer import setup_naming
from referendum.crypto.canonical import Malformed
from referendum.crypto.credentials import read_entries
from referendum.crypto.election import Election, read_election
from referendum.crypto.joint import Item, joint_key, numbered, read_trustees
from referendum.crypto.trustee import TrusteeKey


@dataclass(frozen=True)
class Setup:
    """What the first event fixes for good."""

    election: Election
    items: list[Item]
    trustees: list[TrusteeKey]
    credentials: CredentialList


def read_setup(event: Event) -> Setup:
    """What the event says, while its file is open. Raises Malformed."""
    *named, setup_record = event.data
    if setup_record.body != setup_naming(*(record.digest for record in named)):
        raise Malformed("the set-up does not name the election, the trustees and the credentials beside it")
    election_record, trustees_record, credentials_record = named
    election = read_election(election_record.body)
    items = read_trustees(trustees_record.body)
    if joint_key(items) != election.public_key:
        raise Malformed("the election's key is not the product of the trustees' keys")
    credentials = CredentialList(read_entries(credentials_record.pieces()))
    return Setup(election, items, numbered(items), credentials)
