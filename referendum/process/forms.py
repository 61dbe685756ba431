"""Reads a challenge and the ruling on one."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from forum.kernel.reading import Reader


@dataclass(frozen=True, slots=True)
class NewChallenge:
    """A member's objection; `to_tellers` says that it is the tellers' own conduct that is challenged."""

    text: str
    to_tellers: bool = False


@dataclass(frozen=True, slots=True)
class NewRuling:
    """What the body decides on a challenge, with its public reason."""

    upheld: bool
    reason: str
    changes_outcome: bool = False


def read_challenge(sent: Mapping[str, Any]) -> NewChallenge:
    """A challenge as sent."""
    form = Reader(sent)
    new = NewChallenge(form.text("text", most=5_000), form.ticked("to_tellers"))
    form.done()
    return new


def read_ruling(sent: Mapping[str, Any]) -> NewRuling:
    """A ruling as sent."""
    form = Reader(sent)
    ruling = form.choice("ruling", ("upheld", "dismissed", "upheld_changes_outcome"))
    reason = form.text("reason", most=5_000)
    form.done()
    return NewRuling(ruling != "dismissed", reason, ruling == "upheld_changes_outcome")
