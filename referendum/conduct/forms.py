"""Reads what officers and tellers propose: a call, an extension, the breaking of a tie, an annulment."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from forum.kernel.reading import Reader


@dataclass(frozen=True, slots=True)
class NewCall:
    """The call: who breaks a tie and how, and when voting is open; no date means the published one."""

    tie_break: str
    opens_at: datetime | None = None
    closes_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class NewExtension:
    """A later close, with the public reason."""

    closes_at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class NewTieBreak:
    """The options that the call's way chose among the tied, by their letters, and how it was done."""

    letters: tuple[str, ...]
    how: str


@dataclass(frozen=True, slots=True)
class NewObserver:
    """Whom the tellers want as observer, by number or exact name, with the public reason."""

    member: str
    reason: str


@dataclass(frozen=True, slots=True)
class NewDropping:
    """Which trustee (by public id) the tellers want to go on without, with the public reason."""

    trustee: str
    reason: str


def read_call(sent: Mapping[str, Any], zone: ZoneInfo) -> NewCall:
    """A call as sent."""
    form = Reader(sent)
    new = NewCall(
        form.text("tie_break", most=2_000),
        form.instant("opens_at", zone, required=False),
        form.instant("closes_at", zone, required=False),
    )
    form.done()
    return new


def read_vote_extension(sent: Mapping[str, Any], zone: ZoneInfo) -> NewExtension:
    """An extension as sent."""
    form = Reader(sent)
    closes_at, reason = form.instant("extend_to", zone), form.text("extend_reason", most=3_000)
    form.done()
    assert closes_at is not None
    return NewExtension(closes_at, reason)


def read_tie_break(sent: Mapping[str, Any]) -> NewTieBreak:
    """What broke a tie, as sent: a letter, or several apart from each other."""
    form = Reader(sent)
    letters = form.line("letters", most=60)
    how = form.text("how", most=3_000)
    form.done()
    return NewTieBreak(tuple(dict.fromkeys(each for each in letters.upper() if each.isalpha())), how)


def read_observer(sent: Mapping[str, Any]) -> NewObserver:
    """An observer to be named, as sent."""
    form = Reader(sent)
    new = NewObserver(form.line("member", most=120), form.text("observer_reason", most=3_000))
    form.done()
    return new


def read_dropping(sent: Mapping[str, Any]) -> NewDropping:
    """A trustee to go on without, as sent."""
    form = Reader(sent)
    new = NewDropping(form.line("trustee", most=30), form.text("trustee_reason", most=3_000))
    form.done()
    return new


def read_annulment(sent: Mapping[str, Any]) -> str:
    """The public reason of an annulment."""
    form = Reader(sent)
    reason = form.text("annul_reason", most=3_000)
    form.done()
    return reason
