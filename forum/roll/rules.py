"""Rules of the roll: the standings, what a member number is, and how numbers are ordered."""

import re
import unicodedata
from enum import StrEnum

BLANKS = re.compile(r"[\s\u00a0\u2007\u202f]+")


class Standing(StrEnum):
    """How a member stands with the union. Good and retired members speak; the others read."""

    GOOD = "good"
    LAPSED = "lapsed"
    SUSPENDED = "suspended"
    RETIRED = "retired"


SPEAKING = frozenset({Standing.GOOD, Standing.RETIRED})


def loses_voice(before: str, after: str) -> bool:
    """Whether a change of standing takes a member's voice away, so that open devices must be closed."""
    return before in SPEAKING and after not in SPEAKING


def clean_number(text: str) -> str:
    """A member number as the roll keeps it: no outer blanks, single inner ones, ordinary capital letters."""
    return BLANKS.sub(" ", unicodedata.normalize("NFKC", text).replace("\x00", "")).strip().upper()


def counting_order(number: str) -> tuple[list[tuple[int, int, str]], str]:
    """A key that sorts "9", "88", "156A" as people count."""
    parts = re.findall(r"\d+|\D+", number)
    return [(0, int(each), "") if each.isdecimal() else (1, 0, each) for each in parts], number
