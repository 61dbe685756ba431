"""An urn filled from published shares, from which a simulated union draws without replacement."""

import random
from collections.abc import Sequence

from referendum.rehearsal.scenario import Scenario


def shares_in_basis_points(scenario: Scenario) -> list[int]:
    """Each option's share in hundredths of a point. What is left over is spread evenly over the options without a
    published share, none of which may pass `remainder_at_most`."""
    without = [place for place, option in enumerate(scenario.options) if option.share is None]
    shares = [(option.share or 0) * 100 for option in scenario.options]
    rest = 10_000 - sum(shares)
    if without:
        each, over = divmod(rest, len(without))
        for count, place in enumerate(without):
            shares[place] = each + (1 if count < over else 0)
            if shares[place] > scenario.remainder_at_most * 100:
                raise ValueError("the rest does not fit over the options without a published share")
    elif rest:
        raise ValueError("the published shares do not add up to 100")
    return shares


def fill_urn(scenario: Scenario, members: int) -> list[int]:
    """How many of `members` slips name each option, by largest remainder."""
    shares = shares_in_basis_points(scenario)
    exact = [share * members for share in shares]
    slips = [each // 10_000 for each in exact]
    order = sorted(range(len(shares)), key=lambda place: (-(exact[place] % 10_000), place))
    for place in order[: members - sum(slips)]:
        slips[place] += 1
    return slips


def draw_all(slips: Sequence[int], seed: int) -> list[int]:
    """Every slip's option, in the order in which the seed draws them without replacement."""
    urn = [option for option, count in enumerate(slips) for _ in range(count)]
    random.Random(seed).shuffle(urn)  # noqa: S311 - a simulation, repeatable by its seed
    return urn
