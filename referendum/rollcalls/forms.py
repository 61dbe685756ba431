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
    found = []
    for line in form.text("seats").splitlines():
        number, _, speaks_for = line.partition(",")
        if number.strip():
            found.append(NewSeat(clean_number(number), speaks_for.strip()))
    if not found and not form.problems:
        form.problem("seats", N_("Please fill this in."))
    for each in found:
        if len(each.speaks_for) > LONGEST_SEAT:
            text = N_("At most %(most)s characters; these are %(count)s.")
            form.problem("seats", text, most=LONGEST_SEAT, count=len(each.speaks_for))
    numbers = Counter(each.number for each in found)
    for number in sorted(number for number, count in numbers.items() if count > 1):
        form.problem("seats", N_("The number %(number)s stands here twice. Each member has one seat."), number=number)
    if len(found) > MOST_SEATS:
        form.problem("seats", N_("At most %(count)s seats."), count=MOST_SEATS)
    form.done()
    return found


def read_voice(sent: Mapping[str, Any], letters: Sequence[str]) -> tuple[str, str]:
    """The letter of the option, "" for an abstention, and the reason in public words. Raises `Invalid`."""
    form = Reader(sent)
    choice = form.choice("choice", (*letters, ABSTAIN))
    words = form.text("reason", most=2_000)
    form.done()
    return "" if choice == ABSTAIN else choice, words
