"""Reading what the booth sends: two ballots as exact texts."""

from collections.abc import Mapping
from dataclasses import dataclass

from forum.kernel.errors import N_, Invalid, Problem

LONGEST = 120_000
LONGEST_PAIR = 4 * LONGEST  # a ballot is itself JSON text: its quotation marks take two signs each


@dataclass(frozen=True, slots=True)
class SentPair:
    """The exact bytes of the vote and of the citations; `c` is empty where the vote has no citations."""

    v: bytes
    c: bytes


def read_pair(sent: object) -> SentPair:
    """The pair out of a JSON body. Raises `Invalid`."""
    fields: Mapping[str, object] = sent if isinstance(sent, dict) else {}
    v, c = _bytes(fields.get("v")), _bytes("" if fields.get("c") is None else fields["c"])
    if v is None or c is None:
        raise Invalid([Problem("v", N_("This is not a ballot. Nothing was stored; your voting code is unused by it."))])
    return SentPair(v, c)


def _bytes(text: object) -> bytes | None:
    """The text's exact bytes; None for what cannot be a ballot."""
    if not isinstance(text, str) or len(text) > LONGEST:
        return None
    try:
        return text.encode("utf-8")
    except UnicodeEncodeError:
        return None
