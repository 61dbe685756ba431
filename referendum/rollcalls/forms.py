"""Reads the seats of a body as the tellers name them, and what a seat votes."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from forum.kernel.errors import N_
from forum.kernel.reading import Reader
from forum.roll.rules import clean_number
from referendum.rollcalls.rules import LONGEST_SEAT, MOST_SEATS

ABSTAIN = "abstain"


@dataclass(frozen=True, slots=True)
class NewSeat:
    """A member's number, and for whom this seat speaks; "" is the member's own council."""

    number: str
    speaks_for: str


def read_seats(sent: Mapping[str, Any]) -> list[NewSeat]:
    """One seat a line: a member number, and after a comma for whom it speaks. Raises `Invalid`."""
    form = Reader(sent)
    typed = [line.partition(",") for line in form.lines("seats", most=MOST_SEATS, longest=LONGEST_SEAT)]
    found = [NewSeat(clean_number(number), speaks_for.strip()) for number, _, speaks_for in typed]
    if any(not each.number for each in found):
        form.problem("seats", N_("Begin each line with a member number."))
    numbers = Counter(each.number for each in found if each.number)
    if twice := sorted(number for number, count in numbers.items() if count > 1):
        text = N_("Each member has one seat. More than once stands here: %(numbers)s.")
        form.problem("seats", text, numbers=", ".join(twice))
    form.done()
    return found


def read_voice(sent: Mapping[str, Any], letters: Sequence[str]) -> tuple[str, str]:
    """The letter of the option, "" for an abstention, and the reason in public words. Raises `Invalid`."""
    form = Reader(sent)
    choice = form.choice("choice", (*letters, ABSTAIN))
    words = form.text("reason", most=2_000)
    form.done()
    return "" if choice == ABSTAIN else choice, words
