"""What hosts, members and tellers send about words to be hidden, read into values."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from forum.kernel.reading import Reader
from forum.moderation.rules import MOST_REASON, Ground, Ruling


@dataclass(frozen=True)
class Cause:
    """A ground of the closed list with the reason in words."""

    ground: Ground
    reason: str


@dataclass(frozen=True)
class NewRuling:
    """A ruling put before the tellers, with the reason that everybody will read."""

    ruling: Ruling
    reason: str


def read_cause(sent: Mapping[str, Any], *, reason_needed: bool) -> Cause:
    """Hiding needs a public reason; a report may do with its ground."""
    reader = Reader(sent)
    ground = reader.choice("ground", [each.value for each in Ground])
    reason = reader.text("reason", most=MOST_REASON, required=reason_needed)
    reader.done()
    return Cause(Ground(ground), reason)


def read_appeal(sent: Mapping[str, Any]) -> str:
    reader = Reader(sent)
    appeal = reader.text("appeal", most=MOST_REASON)
    reader.done()
    return appeal


def read_ruling(sent: Mapping[str, Any]) -> NewRuling:
    reader = Reader(sent)
    ruling = reader.choice("ruling", [each.value for each in Ruling])
    reason = reader.text("reason", most=MOST_REASON)
    reader.done()
    return NewRuling(Ruling(ruling), reason)
