"""Reading what trustees hand in: messages of the ceremony, and parts of the count, from a page or a program's file."""

import json
from dataclasses import dataclass

from forum.kernel.errors import N_, Invalid, Problem

LARGEST_FILE = 700_000


@dataclass(frozen=True, slots=True)
class SentPart:
    """A trustee's number, the exact bytes of the part, and its second proof, None where there is none. Number and proof
    are whatever was sent; the operation judges them."""

    owner: object
    raw: bytes
    second: object = None


def read_part(sent: object) -> SentPart:
    """The part out of a JSON value. Raises `Invalid`."""
    fields = sent if isinstance(sent, dict) else {}
    text = fields.get("partial_decryption")
    if isinstance(text, list):  # of a record in several parts, one for each
        text = json.dumps(text)
    if not isinstance(text, str):
        raise Invalid([Problem("part", N_("This is not a part of the count. Nothing was stored."))])
    return SentPart(fields.get("owner"), text.encode("utf-8", "replace"), fields.get("second_proof"))


def read_part_file(content: bytes, most: int = LARGEST_FILE) -> SentPart:
    """The part out of the file that our command wrote, or out of the two lines that belenios-tool prints: the part, and
    whose it is; those have no second proof. Raises `Invalid`."""
    lines = content.split() if len(content) <= most else []
    values = [_value(line) for line in lines] if len(lines) <= 2 else [_value(content)]
    if len(values) == 2 and isinstance(values[1], dict):
        return SentPart(values[1].get("owner"), lines[0])
    return read_part(values[0] if len(values) == 1 else None)


def _value(text: bytes) -> object:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def read_key_file(content: bytes) -> object:
    """A public key out of a file that a program wrote, whatever it is; the operation judges it."""
    return _value(content) if len(content) <= LARGEST_FILE else None


def read_message(sent: object) -> str:
    """A message of the ceremony out of what the page sent. Raises `Invalid`."""
    text = sent.get("message") if isinstance(sent, dict) else None
    if not isinstance(text, str):
        raise Invalid([Problem("message", NO_MESSAGE)])
    return text


def read_message_file(content: bytes) -> str:
    """A message of the ceremony out of a file that a program wrote. Raises `Invalid`."""
    try:
        return content.decode().strip()
    except UnicodeDecodeError:
        raise Invalid([Problem("message", NO_MESSAGE)]) from None


NO_MESSAGE = N_("This is not a message of the ceremony. Nothing was stored.")
