"""Turnout by council and local, as the one opening of the sealed list told it: units of thirty eligible and more."""

from collections import defaultdict
from dataclasses import dataclass, field

from forum.kernel.database import db
from forum.roll.models import Council, Local
from forum.roll.naming import nameable_locals
from forum.roll.rules import counting_order
from referendum.electorate.opening_queries import turnout_by_unit
from referendum.electorate.queries import electorate
from referendum.electorate.rules import TURNOUT_FLOOR
from referendum.process.models import Vote
from referendum.results.rules import share_of

UNITS_A_PAGE = 40


@dataclass(frozen=True)
class UnitRow:
    """Locals told together; `locals` are their numbers, without those of `small` locals where these are not named."""

    locals: list[str]
    eligible: int
    ballots: int
    small: int = 0

    @property
    def share(self) -> str:
        return share_of(self.ballots, self.eligible)


@dataclass
class CouncilRow:
    """A council's units; `name` is "" for units that join locals of several councils."""

    name: str
    units: list[UnitRow] = field(default_factory=list)

    @property
    def eligible(self) -> int:
        return sum(each.eligible for each in self.units)

    @property
    def ballots(self) -> int:
        return sum(each.ballots for each in self.units)

    @property
    def share(self) -> str:
        return share_of(self.ballots, self.eligible)


@dataclass(frozen=True)
class TurnoutPage:
    """Every council, and the units of those that are opened: all where there are few, else the one asked for."""

    councils: list[CouncilRow]
    opened: list[CouncilRow]
    asked: str = ""


def turnout_of(vote: Vote, *, for_members: bool) -> list[CouncilRow]:
    """Every council by name, the units in it by their locals; nothing that is told of fewer than thirty. Visitors are
    told how many small locals a unit joins, and not which."""
    roll = electorate(vote.id)
    told = [each for each in turnout_by_unit(vote.id) if each.eligible >= TURNOUT_FLOOR]
    if roll is None or not told:
        return []
    locals_of = {unit["name"]: sorted(unit["locals"], key=counting_order) for unit in roll.units}
    query = db.select(Local.number, Local.id, Council.name).join(Council, Council.id == Local.council_id)
    ids, council_of = {}, {}
    for number, local_id, council in db.session.execute(query):
        ids[number], council_of[number] = local_id, council
    units = [(locals_of.get(each.unit, [each.unit]), each) for each in told]
    joined = {number for numbers, _ in units for number in numbers if len(numbers) > 1 and not for_members}
    named = nameable_locals([ids[number] for number in joined if number in ids])
    rows: dict[str, list[UnitRow]] = defaultdict(list)
    for numbers, each in sorted(units, key=lambda unit: counting_order(unit[0][0])):
        councils = {council_of.get(number, "") for number in numbers}
        shown = [number for number in numbers if number not in joined or ids.get(number) in named]
        row = UnitRow(shown, each.eligible, each.ballots, len(numbers) - len(shown))
        rows[councils.pop() if len(councils) == 1 else ""].append(row)
    return [CouncilRow(name, rows[name]) for name in sorted(rows, key=lambda name: (not name, name.lower()))]


def turnout_page(vote: Vote, asked: str, *, for_members: bool) -> TurnoutPage:
    """The councils, and as many units as fit a page."""
    councils = turnout_of(vote, for_members=for_members)
    if sum(len(each.units) for each in councils) <= UNITS_A_PAGE:
        return TurnoutPage(councils, councils)
    return TurnoutPage(councils, [each for each in councils if each.name == asked and asked], asked)
