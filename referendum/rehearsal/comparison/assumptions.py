"""What is made up about the members of a simulated union: a small table that a union may replace. Pure.

A lean is a factor: with 1.5 some choose an option up to 1.5 times as often, or as rarely, as others do. With 1 all are
alike. Which way each option leans is drawn from the seed, so that no option is favoured by who wrote this.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction


class SeatsFollow(StrEnum):
    """How whoever has a seat in a body votes there."""

    OWN_COUNCIL = "own_council"
    MEMBERS = "members"
    OWN_MIND = "own_mind"


@dataclass(frozen=True, slots=True)
class Group:
    """Members who are alike in how much they take part: their part of all, and the chance that one of them votes,
    registers, votes once registered, and answers a survey when asked."""

    members: Fraction
    votes: Fraction
    registers: Fraction
    votes_registered: Fraction
    answers: Fraction


GROUPS = ("keen", "ordinary", "distant")
KEEN, ORDINARY, DISTANT = (
    Group(*(Fraction(percent, 100) for percent in percents))
    for percents in ((20, 75, 45, 90, 70), (50, 25, 10, 70, 40), (30, 5, 1, 40, 15))
)


@dataclass(frozen=True)
class Assumptions:
    """Everything that no roll and no record tells. `leans` fixes a group's factors, `opinions` all members' shares, by
    the letters of the options."""

    councils: int = 50
    locals: int = 500
    size_spread: Fraction = Fraction(3)
    retired: Fraction = Fraction(1, 6)
    abroad: Fraction = Fraction(1, 20)
    keen: Group = KEEN
    ordinary: Group = ORDINARY
    distant: Group = DISTANT
    lean: Fraction = Fraction(3, 2)
    lean_of_councils: Fraction = Fraction(3, 2)
    lean_of_retired: Fraction = Fraction(3, 2)
    roll_call: SeatsFollow = SeatsFollow.OWN_COUNCIL
    council: SeatsFollow = SeatsFollow.MEMBERS
    officers: int = 15
    leans: Mapping[str, Mapping[str, Fraction]] = field(default_factory=dict)
    opinions: Mapping[str, Fraction] = field(default_factory=dict)

    @property
    def groups(self) -> tuple[Group, Group, Group]:
        return self.keen, self.ordinary, self.distant


MADE_UP_UNION = ("councils", "locals", "size_spread", "retired", "abroad", "officers")
"""Names that matter only where no roll is there to tell."""
WHY = {
    "councils": "One for each state.",
    "locals": "Spread evenly over the councils.",
    "size_spread": "A council is up to so many times as large, or as small, as the middle one.",
    "retired": "The Machinists in 2015: about 600,000 with the retired, 500,000 in what members wrote.",
    "abroad": "A guess: on the roll, but outside the United States.",
    "lean": "A guess. Who is keen leans one way, who is distant the other; which way is drawn.",
    "lean_of_councils": "A guess. Each council leans its own way.",
    "lean_of_retired": "A guess. The retired lean their own way.",
    "roll_call": "own_council: as most members of one’s own council think; members: as the members said; own_mind.",
    "council": "members: as the members said, in a survey too; own_mind: as a keen member would.",
    "officers": "A guess: seats in the executive council.",
}
SENTENCES = (
    "The chances of the groups are guesses.",
    "Debate changes nobody’s mind here and brings nobody to vote: what it would do, no draw can know.",
    "Nobody votes blank; under approval each marks one option; every seat of a body votes.",
    "Whose option is gone from a later vote goes to one of the same slate, else as their group does.",
    "A tie stays a tie: the call’s way of breaking it is not made up.",
)
"""What holds whatever the table says."""


def rows(assumed: Assumptions, *, with_roll: bool) -> Iterator[tuple[str, str, str]]:
    """Name, value and reason of each; what a roll tells is left out where there is one."""
    for name, why in WHY.items():
        if not (with_roll and name in MADE_UP_UNION):
            yield name, plain(getattr(assumed, name)), why
    for name, factors in sorted(assumed.leans.items()):
        yield f"leans.{name}", ", ".join(f"{letter} {plain(each)}" for letter, each in factors.items()), "Given."


def group_rows(assumed: Assumptions) -> Iterator[tuple[str, ...]]:
    """Each group with its chances, in percent."""
    for name, each in zip(GROUPS, assumed.groups, strict=True):
        chances = (each.members, each.votes, each.registers, each.votes_registered, each.answers)
        yield name, *(f"{plain(100 * chance)} %" for chance in chances)


def plain(value: object) -> str:
    """A value as it may be written in a file, decimals cut to four."""
    if isinstance(value, Fraction) and value.denominator != 1:
        return f"{float(value):.4f}".rstrip("0")
    return str(value)
