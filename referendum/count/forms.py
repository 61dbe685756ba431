"""Reading a trustee's part of the count, from the page or from the command's file."""

import json
from dataclasses import dataclass

from forum.kernel.errors import N_, Invalid, Problem

LARGEST_FILE = 700_000


@dataclass(frozen=True, slots=True)
class SentPart:
    """A trustee's number and the exact bytes of the part. The number is whatever was sent; the operation judges it."""

    owner: object
    raw: bytes


def read_part(sent: object) -> SentPart:
    """The part out of a JSON value. Raises `Invalid`."""
    fields = sent if isinstance(sent, dict) else {}
    text = fields.get("partial_decryption")
    if not isinstance(text, str):
        raise Invalid([Problem("part", N_("This is not a part of the count. Nothing was stored."))])
    return SentPart(fields.get("owner"), text.encode("utf-8", "replace"))


def read_part_file(content: bytes) -> SentPart:
    """The part out of the file that the command wrote. Raises `Invalid`."""
    try:
        sent = json.loads(content) if len(content) <= LARGEST_FILE else None
    except (ValueError, RecursionError):
        sent = None
    return read_part(sent)
