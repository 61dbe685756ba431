"""Reads a challenge to the roll, and the ruling on one."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from forum.kernel.reading import Reader

ASKS = ("me", "admit", "remove")


@dataclass(frozen=True, slots=True)
class NewClaim:
    """`number` is empty where it is about whoever files it."""

    number: str
    admits: bool
    text: str


def read_claim(sent: Mapping[str, Any]) -> NewClaim:
    """A challenge to the roll as sent. Raises `Invalid`."""
    form = Reader(sent)
    asks = form.choice("asks", ASKS)
    number = form.line("number", most=40, required=asks in ("admit", "remove"))
    text = form.text("text", most=2_000)
    form.done()
    return NewClaim("" if asks == "me" else number, asks != "remove", text)


def read_claim_ruling(sent: Mapping[str, Any]) -> tuple[bool, str]:
    """Whether it is upheld, and the public reason. Raises `Invalid`."""
    form = Reader(sent)
    ruling = form.choice("ruling", ("upheld", "dismissed"))
    reason = form.text("reason", most=2_000)
    form.done()
    return ruling == "upheld", reason
