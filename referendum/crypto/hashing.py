"""SHA-256 in the three shapes that the format uses (SPEC 1)."""

import base64
import hashlib
from collections.abc import Iterable

from referendum.crypto.group import Q


def hex_hash(data: bytes) -> str:
    """64 lower-case hexadecimal digits: how the archive names a record."""
    return hashlib.sha256(data).hexdigest()


def b64_hash(data: bytes) -> str:
    """43 characters of base64 without padding: fingerprints and trackers."""
    return base64.b64encode(hashlib.sha256(data).digest()).decode().rstrip("=")


def b64_of_hex(digest: str) -> str:
    """The tracker of a ballot from the name of its record."""
    return base64.b64encode(bytes.fromhex(digest)).decode().rstrip("=")


def hq(prefix: str, elements: Iterable[int]) -> int:
    """The challenge: SHA-256 of the prefix and the elements in decimal joined by commas, modulo Q."""
    text = prefix + ",".join(map(str, elements))
    return int(hashlib.sha256(text.encode()).hexdigest(), 16) % Q
