"""Reading what tellers send about the sealed list."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from forum.kernel.reading import Reader

PURPOSES = ("spare", "unknown", "reminder", "turnout")
_BETWEEN = re.compile(r"[,;\s]+")


@dataclass(frozen=True, slots=True)
class AskedOpening:
    """`numbers` are member numbers, for spare codes; "unknown" means everybody whose code's fate is unknown."""

    purpose: str
    reason: str
    numbers: tuple[str, ...]


def read_opening(sent: Mapping[str, Any]) -> AskedOpening:
    """An opening of the sealed list as asked for. Raises `Invalid`."""
    reader = Reader(sent)
    purpose = reader.choice("purpose", PURPOSES)
    reason = reader.text("reason", most=1000)
    typed = reader.text("numbers", most=3000, required=purpose == "spare")
    reader.done()
    return AskedOpening(purpose, reason, tuple(dict.fromkeys(each for each in _BETWEEN.split(typed) if each)))


def read_reason(sent: Mapping[str, Any]) -> str:
    """A public reason. Raises `Invalid`."""
    reader = Reader(sent)
    reason = reader.text("reason", most=1000)
    reader.done()
    return reason


def read_choice(sent: Mapping[str, Any], name: str, choices: tuple[str, ...]) -> str:
    """One of a few words behind a button. Raises `Invalid`."""
    reader = Reader(sent)
    chosen = reader.choice(name, choices)
    reader.done()
    return chosen


def read_field(sent: object, name: str) -> object:
    """One value of a JSON body, whatever it is; the operation judges it."""
    return sent.get(name) if isinstance(sent, dict) else None
