"""What hosts, members and tellers send about words and those who write them, read into values."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from forum.kernel.errors import N_
from forum.kernel.reading import Reader
from forum.moderation.rules import MOST_REASON, STOPS, Ground, Ruling
from forum.sittings.rules import SLOW_MODES


@dataclass(frozen=True)
class Cause:
    """A ground of the closed list with the reason in words."""

    ground: Ground
    reason: str


@dataclass(frozen=True)
class NewStop:
    """For how long a member may not write, and why."""

    hours: int
    cause: Cause


@dataclass(frozen=True)
class NewSlowing:
    """How many seconds a member waits between two lines of chat, and why; 0 seconds end it and need no reason."""

    seconds: int
    ground: Ground | None
    reason: str


@dataclass(frozen=True)
class NewRuling:
    """A ruling put before the tellers, with the reason that everybody will read."""

    ruling: Ruling
    reason: str


@dataclass(frozen=True)
class Claim:
    """Words with their salt, and the hash that the log keeps."""

    text: str
    salt: str
    content_hash: str


def read_cause(sent: Mapping[str, Any], *, reason_needed: bool) -> Cause:
    """Hiding needs a public reason; a report may do with its ground."""
    reader = Reader(sent)
    ground, reason = _cause(reader, reason_needed=reason_needed)
    reader.done()
    return Cause(Ground(ground), reason)


def _cause(reader: Reader, *, reason_needed: bool) -> tuple[str, str]:
    ground = reader.choice("ground", [each.value for each in Ground])
    return ground, reader.text("reason", most=MOST_REASON, required=reason_needed)


def read_stop(sent: Mapping[str, Any]) -> NewStop:
    reader = Reader(sent)
    hours = reader.choice("hours", [str(each) for each in STOPS])
    ground, reason = _cause(reader, reason_needed=True)
    reader.done()
    return NewStop(int(hours), Cause(Ground(ground), reason))


def read_slowing(sent: Mapping[str, Any]) -> NewSlowing:
    reader = Reader(sent)
    seconds = reader.choice("seconds", [str(each) for each in SLOW_MODES])
    slower = seconds not in ("", "0")
    ground = reader.choice("ground", [each.value for each in Ground], required=slower)
    reason = reader.text("reason", most=MOST_REASON, required=slower)
    reader.done()
    return NewSlowing(int(seconds), Ground(ground) if slower else None, reason)


def read_reason(sent: Mapping[str, Any]) -> str:
    """Why a measure is lifted; everybody reads it."""
    reader = Reader(sent)
    reason = reader.text("reason", most=MOST_REASON)
    reader.done()
    return reason


def read_answer(sent: Mapping[str, Any]) -> str:
    """Why reported words stand; those who reported them read it."""
    reader = Reader(sent)
    answer = reader.text("answer", most=MOST_REASON)
    reader.done()
    return answer


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


def read_claim(sent: Mapping[str, Any]) -> Claim:
    """Words that somebody says were hidden."""
    reader = Reader(sent)
    text, salt = reader.text("text", most=20_000), reader.line("salt", most=64)
    content_hash = reader.line("content_hash", most=64).lower()
    if content_hash and not re.fullmatch(r"[0-9a-f]{64}", content_hash):
        reader.problem("content_hash", N_("A hash has 64 characters, digits and the letters a to f."))
    reader.done()
    return Claim(text, salt, content_hash)
