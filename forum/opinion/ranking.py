"""Which arguments stand in which list of what is common, strongest first; of equal ones the older. Pure.

Worked out once a map, over all arguments; what one reader may see of it is then picked from the top.
"""

from collections.abc import Callable, Collection, Iterable
from typing import Any

MOST_LINES = 5
READERS_AT_LEAST = 5
LOCALS_AT_LEAST = 3
WIDE_GAP = 0.2

Sums = dict[str, Any]
Lists = dict[str, list[int]]


def share(counts: list[int], side: int) -> float:
    """The share of one side among the readers, as it is shown: 0 where nobody has read."""
    return counts[side] / sum(counts) if sum(counts) else 0.0


def lists(document: Sums, sums: dict[int, Sums]) -> Lists:
    """Every list whole: common (over locals), together (over groups), agreed, disagreed (by most readers), parting."""
    floor = min(LOCALS_AT_LEAST, document["locals"])
    heard = [each for each in sums if sum(sums[each]["counts"]) >= READERS_AT_LEAST]
    spread = [each for each in heard if sums[each]["locals"] >= floor and _bridges(sums[each])]
    grouped = [each for each in heard if _read_by_all_groups(sums[each])]
    alike = [each for each in grouped if all(share(row, 0) > 0.5 for row in sums[each]["groups"])]
    apart = [each for each in grouped if _gap(sums[each]) >= WIDE_GAP]
    return {
        "common": _ordered(spread, lambda each: sums[each]["bridging"]),
        "together": _ordered(alike, lambda each: sums[each]["aware"]),
        "agreed": document["agreed"],
        "disagreed": document["disagreed"],
        "parting": _ordered(apart, lambda each: _gap(sums[each])),
    }


def pick(every: Lists, shown: Collection[int]) -> Lists:
    """The top of each list among those that a reader is shown; what is common over locals is not told twice."""
    common = _first(every["common"], shown)
    picked = {name: _first(ids, shown) for name, ids in every.items() if name not in ("agreed", "disagreed")}
    agreed = [each for each in every["agreed"] if each in shown and each not in common]
    return {**picked, "agreed": agreed, "disagreed": [each for each in every["disagreed"] if each in shown]}


def _first(ids: Iterable[int], shown: Collection[int]) -> list[int]:
    found: list[int] = []
    for each in ids:
        if len(found) == MOST_LINES:
            break
        if each in shown:
            found.append(each)
    return found


def _bridges(of: Sums) -> bool:
    """More than half agree, on average over locals and in most of them."""
    return bool(of["bridging"] > 0.5 and 2 * of["above"] > of["units"])


def _read_by_all_groups(of: Sums) -> bool:
    return bool(of["groups"]) and min(sum(row) for row in of["groups"]) >= READERS_AT_LEAST


def _gap(of: Sums) -> float:
    shares = [share(row, 0) for row in of["groups"]]
    return max(shares) - min(shares)


def _ordered(ids: Iterable[int], strength: Callable[[int], float]) -> list[int]:
    return sorted(ids, key=lambda each: (-strength(each), each))
