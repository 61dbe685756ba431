"""Reads an act of the leadership, a dispute of it, and the ruling on a dispute."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from forum.kernel.errors import N_
from forum.kernel.reading import Reader


@dataclass(frozen=True, slots=True)
class NewAct:
    """What the leadership did for one duty; `answers` are by the number of the argument quoted."""

    text: str
    answers: dict[int, str]


@dataclass(frozen=True, slots=True)
class NewDisputeRuling:
    """The tellers' ruling on a dispute; `mend_by` only where it is upheld."""

    upheld: bool
    reason: str
    mend_by: datetime | None = None


def read_act(sent: Mapping[str, Any], quoted: Sequence[int]) -> NewAct:
    """An act with its answers; an argument may stay unanswered now and be answered by a later act."""
    form = Reader(sent)
    words = form.text("text")
    answers = {number: form.text(f"answer_{number}", most=3_000, required=False) for number in quoted}
    form.done()
    return NewAct(words, {number: answer for number, answer in answers.items() if answer})


def read_dispute(sent: Mapping[str, Any]) -> str:
    """A member's objection to an act."""
    form = Reader(sent)
    words = form.text("dispute", most=3_000)
    form.done()
    return words


def read_dispute_ruling(sent: Mapping[str, Any], zone: ZoneInfo) -> NewDisputeRuling:
    """A ruling on a dispute."""
    form = Reader(sent)
    upheld = form.choice("ruling", ("upheld", "dismissed")) == "upheld"
    reason = form.text("reason", most=3_000)
    mend_by = form.instant("mend_by", zone, required=False) if upheld else None
    if upheld and mend_by is None and not form.problems:
        form.problem("mend_by", N_("Say by when it must be mended."))
    form.done()
    return NewDisputeRuling(upheld, reason, mend_by)
