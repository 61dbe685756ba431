"""Reads what a member sends to register."""

from collections.abc import Mapping
from typing import Any

from forum.kernel.reading import Reader


def read_card(sent: Mapping[str, Any]) -> str:
    """The number on the membership card. Raises `Invalid`."""
    form = Reader(sent)
    number = form.line("card", most=40)
    form.done()
    return number
