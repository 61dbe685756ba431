"""How seats of a body vote where nobody knows: by what is assumed, never by a hand. Pure."""

from collections.abc import Sequence
from fractions import Fraction

import numpy as np

from referendum.rehearsal.comparison.assumptions import SeatsFollow
from referendum.rehearsal.comparison.places import Counts
from referendum.results.rounding import largest_remainder

KEEN = 0


def gone_over(opinions: Sequence[int], standing: Sequence[int], slates: Sequence[str]) -> list[int]:
    """The opinions of some members when only some options stand: those whose option is gone go to one of its slate
    where one stands, else they divide as the others do."""
    left = {each: opinions[each] for each in standing}
    for option, count in enumerate(opinions):
        if count and option not in left:
            alike = [each for each in standing if slates[option] and slates[each] == slates[option]] or list(standing)
            weights = [opinions[each] for each in alike]
            whole = sum(weights)
            parts = [Fraction(each * count, whole) if whole else Fraction(count, len(alike)) for each in weights]
            for each, part in zip(alike, largest_remainder(parts), strict=True):
                left[each] += part
    return [left.get(option, 0) for option in range(len(opinions))]


def leading(counts: Sequence[float], among: Sequence[int]) -> int | None:
    """The place with the most; None where two have it, or nobody any."""
    best = max(counts[each] for each in among)
    found = [each for each in among if counts[each] == best]
    return found[0] if len(found) == 1 and best > 0 else None


def as_councils_think(let_in: Counts, standing: Sequence[int], slates: Sequence[str]) -> list[int | None]:
    """One seat a council, each for what most of its members think; where they are even, it abstains."""
    return [leading(gone_over(each.tolist(), standing, slates), standing) for each in let_in.sum(axis=1)]


def by_members_or_mind(
    how: SeatsFollow, let_in: Counts, seats: int | None, standing: Sequence[int], slates: Sequence[str],
    said: Sequence[float] | None, rng: np.random.Generator,
) -> list[int | None]:  # fmt: skip
    """How each seat votes; None abstains. `seats` is None where each council has one. `said` are the members' shares in
    this run; where nothing was told, or the members were even, everyone goes by their own mind."""
    led = leading(said, standing) if said is not None and how is SeatsFollow.MEMBERS else None
    if led is not None:
        return [led] * (len(let_in) if seats is None else seats)
    if seats is None:
        return [_own_mind(each[KEEN].tolist(), standing, slates, 1, rng)[0] for each in let_in]
    return _own_mind(let_in.sum(axis=0)[KEEN].tolist(), standing, slates, seats, rng)


def _own_mind(
    keen: list[int], standing: Sequence[int], slates: Sequence[str], seats: int, rng: np.random.Generator
) -> list[int | None]:
    """Each seat as a keen member would, drawn; all abstain where nobody is keen."""
    pool = np.array(gone_over(keen, standing, slates))
    if not pool.sum():
        return [None] * seats
    return [int(each) for each in rng.choice(len(pool), seats, p=pool / pool.sum())]
