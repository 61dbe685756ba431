"""A made-up union, drawn once from a seed: how many members of each place and group are for each option. Pure.

Members alike are counted together, so that 600,000 are drawn in a second. The leans of councils, of the retired and of
the groups are fitted so that the options' shares among all members come out as given, to the member.
"""

from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from forum.questions.process import Electorate
from referendum.rehearsal.comparison.assumptions import GROUPS, Assumptions
from referendum.rehearsal.comparison.matter import Matter
from referendum.rehearsal.comparison.places import Counts, Places
from referendum.results.rounding import largest_remainder

Chances = NDArray[np.float64]
STEPS = 200


@dataclass(frozen=True)
class Union:
    """`counts` has a number for each place, group and option."""

    letters: tuple[str, ...]
    slates: tuple[str, ...]
    places: Places
    counts: Counts

    @property
    def members(self) -> int:
        return int(self.counts.sum())

    @property
    def shares(self) -> Chances:
        """Each option's part of all members."""
        shares: Chances = self.counts.sum(axis=(0, 1)) / self.members
        return shares

    def admitted(self, rule: Electorate) -> Counts:
        """Whom an electorate lets in, by council, group and option."""
        mask = self.places.let_in(rule)
        return _summed(self.counts[mask], self.places.council_of[mask], len(self.places.councils))


def draw_union(matter: Matter, places: Places, assumed: Assumptions, seed: int, other: int = 0) -> Union:
    """The one union of a seed, or `other` ones beside it. What a file of assumptions fixes changes no other draw."""
    rng = np.random.default_rng([seed, 0, other])
    drawn_shares = rng.dirichlet([4.0] * len(matter.titles))
    groups = rng.multinomial(places.sizes, [float(each.members) for each in assumed.groups])
    factors = _factors(matter, len(places.councils), assumed, rng)
    wanted = _wanted(matter, assumed, drawn_shares)
    sizes = _summed(groups, places.kind_of, len(factors))
    chances = _fitted(factors, sizes, np.array([float(each) for each in wanted]))
    counts = rng.multinomial(groups, chances[places.kind_of])
    return Union(matter.letters, matter.slates, places, _exact(counts, wanted, rng))


def _summed(counts: Counts, row_of: Counts, rows: int) -> Counts:
    summed = np.zeros((rows, *counts.shape[1:]), dtype=np.int64)
    np.add.at(summed, row_of, counts)
    return summed


def _wanted(matter: Matter, assumed: Assumptions, drawn: Chances) -> list[Fraction]:
    if assumed.opinions:
        return [assumed.opinions[letter] for letter in matter.letters]
    return [Fraction(each) for each in drawn.tolist()] if matter.shares is None else list(matter.shares)


def _factors(matter: Matter, councils: int, assumed: Assumptions, rng: np.random.Generator) -> Chances:
    """How many times as often each kind of place and each group chooses each option."""
    options = len(matter.titles)
    of_council = float(assumed.lean_of_councils) ** rng.uniform(-1, 1, (councils, options))
    of_retired = float(assumed.lean_of_retired) ** rng.uniform(-1, 1, options)
    way = rng.uniform(-1, 1, options)
    of_group = float(assumed.lean) ** np.array([way, np.zeros(options), -way])
    for at, name in enumerate(GROUPS):
        for letter, factor in assumed.leans.get(name, {}).items():
            of_group[at, matter.letters.index(letter)] = float(factor)
    of_kind = np.stack([of_council, of_council * of_retired], axis=1).reshape(2 * councils, options)
    factors: Chances = of_kind[:, None, :] * of_group
    return factors


def _fitted(factors: Chances, sizes: Counts, wanted: Chances) -> Chances:
    """Chances of each option in each kind and group that keep the leans and give all members the wanted shares
    (iterative proportional fitting)."""
    weights = sizes / max(1, sizes.sum())
    scale = wanted
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
