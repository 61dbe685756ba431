"""A made-up union, drawn once from a seed: how many members of each place and group are for each option. Pure.

Members alike are counted together, so that 600,000 are drawn in a second. The leans of councils, of the retired and of
the groups are fitted so that the options' shares among all members come out as given, to the member.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from forum.questions.process import Electorate
from referendum.electorate.rules import is_admitted
from referendum.rehearsal.comparison.assumptions import GROUPS, Assumptions
from referendum.rehearsal.comparison.matter import Matter, Place
from referendum.results.rounding import largest_remainder

Counts = NDArray[np.int64]
Chances = NDArray[np.float64]
STEPS = 200


@dataclass(frozen=True)
class Union:
    """`counts` has a number for each place, group and option."""

    letters: tuple[str, ...]
    slates: tuple[str, ...]
    places: tuple[Place, ...]
    counts: Counts

    @property
    def members(self) -> int:
        return int(self.counts.sum())

    @property
    def shares(self) -> Chances:
        """Each option's part of all members."""
        shares: Chances = self.counts.sum(axis=(0, 1)) / self.members
        return shares

    @property
    def councils(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(each.council for each in self.places))

    def admitted(self, rule: Electorate) -> Counts:
        """Whom an electorate lets in, by council, group and option."""
        row = {council: at for at, council in enumerate(self.councils)}
        let_in = np.zeros((len(row), *self.counts.shape[1:]), dtype=np.int64)
        for place, counts in zip(self.places, self.counts, strict=True):
            if is_admitted(place.voter, rule):
                let_in[row[place.council]] += counts
        return let_in


def draw_union(matter: Matter, assumed: Assumptions, seed: int) -> Union:
    """The one union of a seed. What a file of assumptions fixes changes no other draw."""
    rng = np.random.default_rng([seed, 0])
    drawn_shares = rng.dirichlet([4.0] * len(matter.titles))
    places = matter.places or _founded(matter.members, assumed, rng)
    sizes = np.array([each.members for each in places], dtype=np.int64)
    groups = rng.multinomial(sizes, [float(each.members) for each in assumed.groups])
    factors = _factors(matter, places, assumed, rng)
    wanted = _wanted(matter, assumed, drawn_shares)
    counts = rng.multinomial(groups, _fitted(factors, groups, np.array([float(each) for each in wanted])))
    return Union(matter.letters, matter.slates, tuple(places), _exact(counts, wanted, rng))


def _wanted(matter: Matter, assumed: Assumptions, drawn: Chances) -> list[Fraction]:
    if assumed.opinions:
        return [assumed.opinions[letter] for letter in matter.letters]
    return [Fraction(each) for each in drawn.tolist()] if matter.shares is None else list(matter.shares)


def _founded(members: int, assumed: Assumptions, rng: np.random.Generator) -> list[Place]:
    """Councils of unequal size, their locals, and in each local active and retired, at home and abroad."""
    weights = [Fraction(float(assumed.size_spread) ** each) for each in rng.uniform(-1, 1, assumed.councils)]
    sizes = largest_remainder([members * each / sum(weights) for each in weights])
    retired, abroad = float(assumed.retired), float(assumed.abroad)
    kinds = [("good", "US"), ("good", "CA"), ("retired", "US"), ("retired", "CA")]
    parts = [active * home for active in (1 - retired, retired) for home in (1 - abroad, abroad)]
    places = []
    for at, size in enumerate(sizes):
        own = range(at, assumed.locals, assumed.councils)
        for number, local in zip(own, largest_remainder([Fraction(size, len(own))] * len(own)), strict=True):
            for (standing, country), count in zip(kinds, rng.multinomial(local, parts), strict=True):
                places.append(Place(f"Council {at + 1}", str(number + 1), standing, country, int(count)))
    return places


def _factors(matter: Matter, places: Sequence[Place], assumed: Assumptions, rng: np.random.Generator) -> Chances:
    """How many times as often each place and group chooses each option."""
    options = len(matter.titles)
    councils = {council: at for at, council in enumerate(dict.fromkeys(each.council for each in places))}
    of_council = float(assumed.lean_of_councils) ** rng.uniform(-1, 1, (len(councils), options))
    of_retired = float(assumed.lean_of_retired) ** rng.uniform(-1, 1, options)
    way = rng.uniform(-1, 1, options)
    of_group = float(assumed.lean) ** np.array([way, np.zeros(options), -way])
    for at, name in enumerate(GROUPS):
        for letter, factor in assumed.leans.get(name, {}).items():
            of_group[at, matter.letters.index(letter)] = float(factor)
    standing = np.array([of_retired if each.standing == "retired" else np.ones(options) for each in places])
    own = of_council[[councils[each.council] for each in places]]
    factors: Chances = (own * standing)[:, None, :] * of_group
    return factors


def _fitted(factors: Chances, sizes: Counts, wanted: Chances) -> Chances:
    """Chances of each option in each place and group that keep the leans and give all members the wanted shares
    (iterative proportional fitting)."""
    weights = sizes / max(1, sizes.sum())
    scale = np.where(wanted > 0, wanted, 0.0)
    for _ in range(STEPS):
        chances = factors * scale
        chances /= chances.sum(axis=2, keepdims=True)
        given = (weights[:, :, None] * chances).sum(axis=(0, 1))
        if np.abs(given - wanted).max() < 1e-9:
            break
        scale = np.divide(scale * wanted, given, out=np.zeros_like(scale), where=given > 0)
    fitted: Chances = chances
    return fitted


def _exact(counts: Counts, wanted: list[Fraction], rng: np.random.Generator) -> Counts:
    """The same after the few whom chance gave too many of one option have gone over, drawn by lot, to those of which it
    gave too few."""
    members = int(counts.sum())
    totals = np.array(largest_remainder([each * members / sum(wanted) for each in wanted]))
    over = counts.sum(axis=(0, 1)) - totals
    flat = counts.reshape(-1, len(wanted)).copy()
    going = [_some(flat[:, option], int(excess), rng) for option, excess in enumerate(over)]
    for option, found in enumerate(going):
        np.subtract.at(flat[:, option], found, 1)
    cells = rng.permutation(np.concatenate(going))
    np.add.at(flat, (cells, np.repeat(np.arange(len(wanted)), np.maximum(0, -over))), 1)
    return flat.reshape(counts.shape)


def _some(members: Counts, number: int, rng: np.random.Generator) -> Counts:
    """The cells of so many members drawn by lot; none for a number below one."""
    if number <= 0:
        return np.zeros(0, dtype=np.int64)
    return np.repeat(np.arange(len(members)), rng.multivariate_hypergeometric(members, number))
