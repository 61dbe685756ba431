"""What is decided, and by which union: a question of this installation, or a replay's scenario. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from forum.questions.process import Process, by_slate
from forum.questions.rules import letter_at
from referendum.rehearsal.comparison.places import Place
from referendum.rehearsal.scenario import Scenario
from referendum.rehearsal.urn import shares_in_basis_points
from referendum.results.rounding import largest_remainder

SCENARIO_MEMBERS = 600_000
FEWEST, MOST = 100, 5_000_000


@dataclass(frozen=True)
class Matter:
    """`shares` are the parts of all members that are for each option; None where they are made up. `places` is the
    roll; empty where it is made up too. `own` is the process that the question was published with. `past` is read from
    a record, whose options need not all have a slate."""

    name: str
    title: str
    titles: tuple[str, ...]
    slates: tuple[str, ...]
    shares: tuple[Fraction, ...] | None
    shares_from: str
    members: int
    places: tuple[Place, ...] = ()
    officers: int = 0
    own: Process | None = None
    past: bool = False

    @property
    def letters(self) -> tuple[str, ...]:
        return tuple(map(letter_at, range(len(self.titles))))

    def why_not(self, process: Process) -> str:
        """What keeps this process from being held on this question; empty where nothing does."""
        if not by_slate(process):
            return ""
        named = {slate for slate in self.slates if slate}
        if len(named) > 1 and (self.past or all(self.slates)):
            return ""
        return "It goes by slates, and the options are not of two slates or more."


MADE_UP = "Nobody knows what the members think: the opinions are drawn from the seed."
PUBLISHED = "What was published of those who took part is taken as the opinion of all members."


def of_scenario(scenario: Scenario, members: int | None) -> Matter:
    """A scenario's options, with its published shares as opinions where it has any."""
    try:
        shares = tuple(Fraction(each, 10_000) for each in shares_in_basis_points(scenario))
    except ValueError:
        shares = None
    return Matter(
        name=scenario.name, title=scenario.title, titles=tuple(each.title for each in scenario.options),
        slates=tuple(each.slate for each in scenario.options), shares=shares,
        shares_from=MADE_UP if shares is None else PUBLISHED, members=members or SCENARIO_MEMBERS, past=True,
    )  # fmt: skip


def scaled(places: Sequence[Place], members: int | None) -> tuple[Place, ...]:
    """The same roll with so many members, by largest remainder; as it is for None."""
    whole = sum(each.members for each in places)
    if members is None or not whole:
        return tuple(places)
    sizes = largest_remainder([Fraction(each.members * members, whole) for each in places])
    return tuple(
        Place(each.council, each.local, each.standing, each.country, size)
        for each, size in zip(places, sizes, strict=True)
    )
