"""Where a union's members are: the roll in numbers, or a made-up one. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from forum.questions.process import Electorate
from referendum.electorate.rules import Voter, is_admitted
from referendum.rehearsal.comparison.assumptions import Assumptions
from referendum.results.rounding import largest_remainder

Counts = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Place:
    """Members whom no electorate can tell apart: of one local, standing and country."""

    council: str
    local: str
    standing: str
    country: str
    members: int

    @property
    def voter(self) -> Voter:
        """Any one of them, as the rule sees members."""
        return Voter("", self.standing, self.country, self.council, self.local)


class Places:
    """All places of a union. `council_of` has the place of each one's council among `councils`, `kind_of` tells apart
    whose opinions may differ: councils, and in each the retired from the others."""

    def __init__(self, places: Iterable[Place]) -> None:
        self.each = tuple(places)
        self.councils = tuple(dict.fromkeys(each.council for each in self.each))
        at = {council: place for place, council in enumerate(self.councils)}
        self.council_of = np.array([at[each.council] for each in self.each], dtype=np.int64)
        self.retired = np.array([each.standing == "retired" for each in self.each], dtype=np.int64)
        self.kind_of = 2 * self.council_of + self.retired
        self.sizes = np.array([each.members for each in self.each], dtype=np.int64)
        self._let_in: dict[Electorate, NDArray[np.bool_]] = {}

    def let_in(self, rule: Electorate) -> NDArray[np.bool_]:
        """Which places an electorate lets in."""
        if rule not in self._let_in:
            self._let_in[rule] = np.array([is_admitted(each.voter, rule) for each in self.each], dtype=bool)
        return self._let_in[rule]


def made_up(members: int, assumed: Assumptions, seed: int) -> Places:
    """Councils of unequal size, their locals, and in each local active and retired, at home and abroad."""
    rng = np.random.default_rng([seed, 2])
    weights = [Fraction(float(assumed.size_spread) ** each) for each in rng.uniform(-1, 1, assumed.councils)]
    sizes = largest_remainder([members * each / sum(weights) for each in weights])
    retired, abroad = float(assumed.retired), float(assumed.abroad)
    kinds = [(standing, country) for standing in ("good", "retired") for country in ("US", "CA")]
    parts = [of_standing * home for of_standing in (1 - retired, retired) for home in (1 - abroad, abroad)]
    places = []
    for at, size in enumerate(sizes):
        own = range(at, assumed.locals, assumed.councils)
        for number, local in zip(own, largest_remainder([Fraction(size, len(own))] * len(own)), strict=True):
            counts = rng.multinomial(local, parts).tolist()
            places += [
                Place(f"Council {at + 1}", str(number + 1), *kind, count)
                for kind, count in zip(kinds, counts, strict=True)
            ]
    return Places(places)
