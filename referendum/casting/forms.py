"""Reading what the booth sends: two ballots as exact texts."""

from collections.abc import Mapping
from dataclasses import dataclass

from forum.kernel.errors import N_, Invalid, Problem

LONGEST = 120_000


@dataclass(frozen=True, slots=True)
class SentPair:
    """The exact bytes of the vote and of the citations; `c` is empty where the vote has no citations."""

    v: bytes
    c: bytes


def read_pair(sent: object) -> SentPair:
    """The pair out of a JSON body. Raises `Invalid`."""
    fields: Mapping[str, object] = sent if isinstance(sent, dict) else {}
    v, c = fields.get("v"), fields.get("c")
    if not isinstance(v, str) or not (c is None or isinstance(c, str)) or len(v) > LONGEST or len(c or "") > LONGEST:
        raise Invalid([Problem("v", N_("This is not a ballot. Nothing was stored; your voting code is unused by it."))])
    try:
        return SentPair(v.encode("utf-8"), (c or "").encode("utf-8"))
    except UnicodeEncodeError:
        raise Invalid(
            [Problem("v", N_("This is not a ballot. Nothing was stored; your voting code is unused by it."))]
        ) from None
