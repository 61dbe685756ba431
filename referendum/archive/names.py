"""A credential's name, by which files outside an archive speak of it, and from which its part of the record follows."""

from referendum.crypto.hashing import hex_hash


def name_of(credential: str) -> str:
    """How the vote file names a credential, and where it gets its place from."""
    return hex_hash(credential.encode())


def place_of(name: str, parts: int) -> int:
    """The part of the record to which a credential belongs, from 0."""
    return int(name, 16) % parts
