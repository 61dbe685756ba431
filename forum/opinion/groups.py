"""Who reads alike (formula 3): how many groups there are, and which group each placed reader is in.

Groups are exploratory: found by sums, a rough guide. One of under five people is never told; it joins the nearest.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from forum.opinion.clustering import BaseClusters, base_clusters, k_means, silhouette
from forum.opinion.mapping import Floats, Ints, draw_map, placed, readings_of

FEWEST_IN_A_GROUP = 5
MOST_GROUPS = 5
WINS_TO_CHANGE = 4
UNGROUPED = -1


@dataclass(frozen=True)
class Smoothing:
    """What a live page remembers of the number of groups: which was best last, how often in a row, which is shown."""

    last: int = 0
    wins: int = 0
    shown: int = 0


def groups_at_close(
    rows: Sequence[tuple[str, Mapping[int, int]]], *, arguments: int | None = None
) -> dict[str, int]:
    """The groups in which the digest counts: random reader number → 0, 1, 2 …, the largest first, equals by their
    smallest reader number. Only readers whom formula 1 places; empty where fewer than two groups of five are found.

    `rows`: (reader number, {argument number: 1, -1 or 0}). `arguments` is how many arguments there were to read, if
    some have no reader. The order of the rows changes nothing.
    """
    ordered = sorted(rows, key=lambda row: row[0])
    readings, _ = readings_of([row for _, row in ordered])
    if not readings.arguments:
        return {}
    chosen = placed(readings, arguments)
    labels = settled_groups(draw_map(readings).positions[chosen])
    return {ordered[row][0]: int(group) for row, group in zip(chosen, labels, strict=True) if group != UNGROUPED}


def settled_groups(positions: Floats) -> Ints:
    """Each placed reader's group with the best number of groups, all UNGROUPED where no two groups are found."""
    base = base_clusters(positions)
    found = partitions(base)
    if not found:
        return np.full(len(positions), UNGROUPED)
    return ranked(found[best(base, found)][base.of_reader])


def live_groups(positions: Floats, before: Smoothing) -> tuple[Ints, Smoothing]:
    """Each placed reader's group for a live page, all UNGROUPED where no two are found, and what to remember."""
    base = base_clusters(positions)
    found = partitions(base)
    if not found:
        return np.full(len(positions), UNGROUPED), Smoothing()
    after = smooth(before, best(base, found))
    shown = after.shown if after.shown in found else best(base, found)
    return ranked(found[shown][base.of_reader]), after


def most_groups(readers: int) -> int:
    return min(MOST_GROUPS, 2 + readers // 12)


def partitions(base: BaseClusters) -> dict[int, Ints]:
    """Each base cluster's label for every number of groups that can be tried: those that leave at least two groups
    of five people."""
    found = {}
    readers = int(base.weights.sum())
    for k in range(2, most_groups(readers) + 1):
        if k <= len(base.points) and readers >= 2 * FEWEST_IN_A_GROUP:
            labels = join_small(base, k_means(base, k))
            if len(np.unique(labels)) > 1:
                found[k] = labels
    return found


def best(base: BaseClusters, found: Mapping[int, Ints]) -> int:
    """The number of groups with the best silhouette; of equally good ones the smaller."""
    return min(found, key=lambda k: (-silhouette(base, found[k]), k))


def smooth(before: Smoothing, best_now: int) -> Smoothing:
    """A page changes its number of groups only after another was best four times in a row."""
    wins = before.wins + 1 if best_now == before.last else 1
    shown = best_now if wins >= WINS_TO_CHANGE or not before.shown else before.shown
    return Smoothing(best_now, wins, shown)


def join_small(base: BaseClusters, labels: Ints) -> Ints:
    """Every group of under five people joined to the nearest, the smallest first, until none is left."""
    labels = labels.copy()
    while True:
        names = np.unique(labels)
        sizes = np.array([base.weights[labels == name].sum() for name in names])
        smallest = int(np.argmin(sizes))
        if len(names) < 2 or sizes[smallest] >= FEWEST_IN_A_GROUP:
            return labels
        middles = np.array([_middle(base, labels == name) for name in names])
        away = np.round(np.linalg.norm(middles - middles[smallest], axis=1), 9)
        away[smallest] = np.inf
        labels[labels == names[smallest]] = names[int(np.argmin(away))]


def _middle(base: BaseClusters, rows: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> Floats:
    return np.asarray(np.average(base.points[rows], axis=0, weights=base.weights[rows]))


def ranked(labels: Ints) -> Ints:
    """Labels as 0, 1, 2 …: the largest group first, equals by their first row."""
    names, first, inverse, sizes = np.unique(labels, return_index=True, return_inverse=True, return_counts=True)
    order = sorted(range(len(names)), key=lambda at: (-sizes[at], first[at]))
    place = np.empty(len(names), dtype=np.int64)
    place[order] = np.arange(len(names))
    return place[inverse.reshape(-1)]
