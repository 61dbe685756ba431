"""What members send about mail and keys."""

from collections.abc import Mapping
from typing import Any

from forum.kernel.reading import Reader
from forum.outlets.rules import DIGESTS, KINDS, Choice

HOURS = tuple(str(hour) for hour in range(24))


def read_choice(sent: Mapping[str, Any]) -> Choice:
    """Which mails, and when none."""
    reader = Reader(sent)
    digest = reader.choice("digest", DIGESTS)
    kinds = reader.choices("kinds", KINDS)
    quiet_from, quiet_until = reader.choice("quiet_from", HOURS), reader.choice("quiet_until", HOURS)
    reader.done()
    wanted = {kind: kind in kinds for kind in KINDS}
    return Choice(digest=digest, quiet_from=int(quiet_from), quiet_until=int(quiet_until), **wanted)


def read_key_name(sent: Mapping[str, Any]) -> str:
    """What a member calls a key, to know it again."""
    reader = Reader(sent)
    name = reader.line("key_name", most=80)
    reader.done()
    return name
