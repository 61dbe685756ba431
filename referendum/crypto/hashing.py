"""SHA-256 in the three shapes that the format uses (SPEC 1)."""

import base64
import hashlib
import re
from collections.abc import Iterable

from referendum.crypto.group import Q

_B64 = re.compile(r"[A-Za-z0-9+/]{43}")


def hex_hash(data: bytes) -> str:
    """64 lower-case hexadecimal digits: how the archive names a record."""
    return hashlib.sha256(data).hexdigest()


def b64_hash(data: bytes) -> str:
    """43 characters of base64 without padding: fingerprints and trackers."""
    return base64.b64encode(hashlib.sha256(data).digest()).decode().rstrip("=")


def is_b64_hash(text: object) -> bool:
    """Whether a text has the form of a tracker or fingerprint."""
    return isinstance(text, str) and _B64.fullmatch(text) is not None


def b64_of_hex(digest: str) -> str:
    """The tracker of a ballot from the name of its record."""
    return base64.b64encode(bytes.fromhex(digest)).decode().rstrip("=")


def hex_of_b64(tracker: str) -> str:
    """The name of a ballot's record from its tracker."""
    return base64.b64decode(tracker + "=").hex()


def hq(prefix: str, elements: Iterable[int]) -> int:
    """The challenge: SHA-256 of the prefix and the elements in decimal joined by commas, modulo Q."""
    text = prefix + ",".join(map(str, elements))
    return int(hashlib.sha256(text.encode()).hexdigest(), 16) % Q
