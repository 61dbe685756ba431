"""One TOML table being read: known keys are taken, faults are noted with their key, leftovers are faults too.

Shares are written exactly: 0.02, "2/3" or "50 %". Decimals are read as fractions, never as binary floats.
"""

from collections.abc import Mapping
from enum import StrEnum
from fractions import Fraction
from typing import Any, TypeVar

from forum.kernel.errors import N_, Problem

LONGEST_NAME = 100
Choice = TypeVar("Choice", bound=StrEnum)


def exact_number(digits: str) -> Fraction:
    """For `tomllib.loads(parse_float=…)`. Exponents, inf and nan are refused: one can hide a gigabyte of
    zeros.
    """
    if len(digits) > 40 or not set(digits) <= set("+-._0123456789"):
        raise ValueError("write numbers plainly, like 0.02")
    return Fraction(digits.replace("_", ""))


def as_share(value: object) -> Fraction | None:
    """An exact fraction from a number, "2/3" or "50 %"; None when it is none of these."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int | Fraction):
        return Fraction(value)
    if not isinstance(value, str) or len(value) > 20 or not set(value) <= set("0123456789./% "):
        return None
    digits = value.replace(" ", "")
    try:
        return Fraction(digits[:-1]) / 100 if digits.endswith("%") else Fraction(digits)
    except (ValueError, ZeroDivisionError):
        return None


class TomlTable:
    """Reads keys of one table into values; every fault goes into `problems`, and the default is used
    instead.
    """

    def __init__(self, key: str, raw: Mapping[str, Any], problems: list[Problem]) -> None:
        self.key, self.left, self.problems = key, dict(raw), problems

    def fault(self, name: str, text: str, **facts: object) -> None:
        where = ".".join(part for part in (self.key, name) if part)
        self.problems.append(Problem(where, text, facts))

    def whole(self, name: str, default: int, low: int, high: int) -> int:
        value = self.left.pop(name, default)
        if isinstance(value, bool) or not isinstance(value, int):
            self.fault(name, N_("Give a whole number."))
        elif not low <= value <= high:
            self.fault(name, N_("Give a number from %(low)s to %(high)s."), low=low, high=high)
        else:
            return value
        return default

    def truth(self, name: str, default: bool) -> bool:
        value = self.left.pop(name, default)
        if isinstance(value, bool):
            return value
        self.fault(name, N_("Write true or false."))
        return default

    def share(self, name: str, default: Fraction) -> Fraction:
        share = as_share(self.left.pop(name, default))
        if share is not None and 0 <= share <= 1:
            return share
        self.fault(name, N_("Give a share from 0 to 1, like 0.5 or 2/3 in quotes."))
        return default

    def text(self, name: str, default: str | None = None) -> str:
        value = self.left.pop(name, default)
        if isinstance(value, str) and value.strip() and len(value) <= LONGEST_NAME:
            return value.strip()
        self.fault(name, N_("Give a text of 1 to %(high)s characters."), high=LONGEST_NAME)
        return default or ""

    def choice(self, name: str, default: Choice) -> Choice:
        value = self.left.pop(name, default.value)
        kind = type(default)
        try:
            return kind(value)
        except ValueError:
            self.fault(name, N_("Choose one of: %(names)s."), names=", ".join(kind))
            return default

    def names(
        self, name: str, default: frozenset[str], allowed: frozenset[str] | None = None
    ) -> frozenset[str]:
        value = self.left.pop(name, None)
        if value is None:
            return default
        if not isinstance(value, list) or not all(isinstance(entry, str) and entry for entry in value):
            self.fault(name, N_("Give a list of texts."))
            return default
        unknown = sorted(set(value) - allowed) if allowed is not None else []
        if unknown:
            self.fault(name, N_("Not known here: %(names)s."), names=", ".join(unknown))
            return default
        return frozenset(value)

    def table(self, name: str) -> "TomlTable | None":
        value = self.left.pop(name, None)
        if value is None:
            return None
        if not isinstance(value, dict):
            self.fault(name, N_("Give a table here."))
            return None
        return TomlTable(".".join(part for part in (self.key, name) if part), value, self.problems)

    def finish(self) -> None:
        """Name every key that nobody asked for: a misspelt key must not silently mean its default."""
        for name in self.left:
            shown = name if len(name) <= LONGEST_NAME else f"{name[:LONGEST_NAME]}…"
            self.fault(shown, N_("This key is not known here."))
