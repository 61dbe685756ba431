"""k-means over few weighted points, repeatably: what it finds depends on where the points lie, not on their order.

At most 100 base clusters stand for all readers, however many there are.
"""

from dataclasses import dataclass
from random import Random

import numpy as np

from forum.opinion.mapping import Floats, Ints

BASE_CLUSTERS = 100
BASE_STEPS = 10
STARTS = 20
STEPS = 100
BLOCK = 8192


@dataclass(frozen=True)
class BaseClusters:
    """Points that stand for readers: each one's place, how many readers it stands for, and each reader's point."""

    points: Floats
    weights: Floats
    of_reader: Ints


def base_clusters(positions: Floats, most: int = BASE_CLUSTERS) -> BaseClusters:
    """Readers at one place share a point; if there are still more than `most`, near places share one."""
    points, of_reader, counts = np.unique(np.round(positions, 9) + 0.0, axis=0, return_inverse=True, return_counts=True)
    weights, of_reader = np.asarray(counts, dtype=np.float64), of_reader.reshape(-1)
    if len(points) <= most:
        return BaseClusters(points, weights, of_reader)
    centers = _first_centers(points, weights, most)
    for _ in range(BASE_STEPS):
        labels = nearest(points, centers)
        centers = np.unique(np.round(_means(points, weights, labels, len(centers)), 9), axis=0)
    labels = nearest(points, centers)
    kept, labels = np.unique(labels, return_inverse=True)
    summed = np.asarray(np.bincount(labels, weights=weights), dtype=np.float64)
    return BaseClusters(centers[kept], summed, labels[of_reader])


def _first_centers(points: Floats, weights: Floats, count: int) -> Floats:
    """The middles of `count` boxes, made by halving again and again the box in which most is spread."""
    boxes = [(_spread(points, weights), np.arange(len(points)))]
    while len(boxes) < count:
        widest = max(range(len(boxes)), key=lambda at: boxes[at][0])
        _, rows = boxes.pop(widest)
        axis = int(np.argmax(np.round(np.ptp(points[rows], axis=0), 9)))
        rows = rows[np.argsort(points[rows, axis], kind="stable")]
        half = int(np.searchsorted(np.cumsum(weights[rows]), weights[rows].sum() / 2)) + 1
        half = min(max(half, 1), len(rows) - 1)
        boxes += [(_spread(points[part], weights[part]), part) for part in (rows[:half], rows[half:])]
    boxes.sort(key=lambda box: int(box[1][0]))
    return np.array([np.average(points[rows], axis=0, weights=weights[rows]) for _, rows in boxes])


def _spread(points: Floats, weights: Floats) -> float:
    """Sum of squared distances from the middle; rounded, so that noise decides nothing. One point alone has none."""
    if len(points) < 2:
        return -1.0
    middle = np.average(points, axis=0, weights=weights)
    return round(float(weights @ ((points - middle) ** 2).sum(axis=1)), 6)


def nearest(points: Floats, centers: Floats) -> Ints:
    """Each point's nearest center; of equally near ones the first."""
    found = np.empty(len(points), dtype=np.int64)
    for start in range(0, len(points), BLOCK):
        found[start : start + BLOCK] = np.argmin(_squares(points[start : start + BLOCK], centers), axis=1)
    return found


def _squares(points: Floats, centers: Floats) -> Floats:
    gaps = points[:, None, :] - centers[None, :, :]
    squares: Floats = np.round(np.einsum("ijk,ijk->ij", gaps, gaps), 12)
    return squares


def _means(points: Floats, weights: Floats, labels: Ints, count: int) -> Floats:
    """Weighted middles; a label without a point is left out."""
    total = np.bincount(labels, weights=weights, minlength=count)
    sums = np.column_stack(
        [np.bincount(labels, weights=weights * column, minlength=count) for column in points.T]
    )
    found: Floats = sums[total > 0] / total[total > 0][:, None]
    return found


def k_means(base: BaseClusters, k: int) -> Ints:
    """Each base cluster's label, from the best of some fixed beginnings; of equally good ones the first."""
    best: tuple[float, Ints] | None = None
    for start in range(STARTS):
        centers = _begin(base, k, Random(start))  # noqa: S311 - fixed on purpose: the same beginnings for everybody
        labels = nearest(base.points, centers)
        for _ in range(STEPS):
            centers = _means(base.points, base.weights, labels, len(centers))
            moved = nearest(base.points, centers)
            if np.array_equal(moved, labels):
                break
            labels = moved
        loss = round(float(base.weights @ _squares(base.points, centers)[np.arange(len(labels)), labels]), 9)
        if best is None or loss < best[0]:
            best = loss, labels
    assert best is not None
    return best[1]


def _begin(base: BaseClusters, k: int, random: Random) -> Floats:
    """k points to begin at, far from one another more often than near (k-means++)."""
    chosen = [_draw(base.weights, random)]
    while len(chosen) < k:
        away = _squares(base.points, base.points[chosen]).min(axis=1) * base.weights
        if not away.any():
            break
        chosen.append(_draw(away, random))
    found: Floats = base.points[chosen]
    return found


def _draw(weights: Floats, random: Random) -> int:
    steps = np.cumsum(weights)
    return min(int(np.searchsorted(steps, random.random() * steps[-1], side="right")), len(steps) - 1)


def silhouette(base: BaseClusters, labels: Ints) -> float:
    """How much nearer base clusters are to their own group than to the next, -1 to 1, rounded to 1e-6.

    As Polis does, each base cluster counts once, however many readers it stands for; one that is a group by itself
    counts as zero.
    """
    groups = np.unique(labels)
    if len(groups) < 2:
        return -1.0
    member = labels[:, None] == groups[None, :]
    sums = np.sqrt(_squares(base.points, base.points)) @ member.astype(np.float64)
    sizes, own, rows = member.sum(axis=0), member.argmax(axis=1), np.arange(len(labels))
    inside = sums[rows, own] / np.maximum(sizes[own] - 1, 1)
    others = np.where(member, np.inf, sums / sizes[None, :]).min(axis=1)
    scores = (others - inside) / np.maximum(inside, others)
    scores[sizes[own] == 1] = 0
    return round(float(scores.mean()), 6)
