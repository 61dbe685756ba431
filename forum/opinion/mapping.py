"""Who is placed on the opinion map, and where (formulas 1 and 2).

Readings come as three arrays of equal length, one entry a reading, so that a large union's fit in memory. Whoever
read nothing of an argument counts as its mean; an argument taken off the record counts as zero for everybody.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import sqrt

import numpy as np
from numpy.typing import NDArray

READ_AT_LEAST = 7
PLACED_AT_LEAST = 15
BLOCK = 4096

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Readings:
    """Reading number i: reader `reader[i]` (row 0 … readers - 1) said `value[i]` (1, -1 or 0) of argument `argument[i]`
    (column 0 … arguments - 1). Ordered by reader. `off` are the columns that were taken off the record."""

    readers: int
    arguments: int
    reader: NDArray[np.integer]
    argument: NDArray[np.integer]
    value: NDArray[np.integer]
    off: frozenset[int] = frozenset()

    @property
    def read_counts(self) -> Ints:
        """How many arguments each reader has read."""
        return np.bincount(self.reader, minlength=self.readers).astype(np.int64)


@dataclass(frozen=True)
class OpinionMap:
    """Two principal components: each argument's mean and weights, and where every reader stands."""

    means: Floats
    components: Floats
    positions: Floats

    @property
    def extremities(self) -> Floats:
        """Each argument's E of formula 8: how far from the middle its agreement alone would place a reader."""
        lengths = np.linalg.norm(self.components, axis=0)
        found: Floats = sqrt(self.components.shape[1]) * np.abs(1 - self.means) * lengths
        return found


def turned_like(found: OpinionMap, before: Floats) -> OpinionMap:
    """The same map, mirrored where that lays it as it lay `before` (the two components then, by today's columns), so
    that a page seen again does not swap left and right."""
    signs = np.where((found.components * before).sum(axis=1) < 0, -1.0, 1.0)
    return OpinionMap(found.means, found.components * signs[:, None], found.positions * signs)


def readings_of(rows: Sequence[Mapping[int, int]], off: Collection[int] = ()) -> tuple[Readings, list[int]]:
    """Rows of {argument number: value} as arrays, and the argument numbers of the columns."""
    numbers = sorted({number for row in rows for number in row})
    column = {number: place for place, number in enumerate(numbers)}
    entries = [(at, column[number], value) for at, row in enumerate(rows) for number, value in sorted(row.items())]
    table = np.array(entries, dtype=np.int64).reshape(-1, 3)
    gone = frozenset(column[number] for number in off if number in column)
    return Readings(len(rows), len(numbers), table[:, 0], table[:, 1], table[:, 2], gone), numbers


def placed(readings: Readings, arguments: int | None = None) -> Ints:
    """Formula 1: the rows of those who have read enough; if too few have, the most active ones up to fifteen. Rows
    that read nothing are never placed; equals come in the order of the rows. `arguments`: how many there were to
    read, if more than were read."""
    counts = readings.read_counts
    enough = np.flatnonzero(counts >= max(1, min(READ_AT_LEAST, arguments or readings.arguments)))
    if len(enough) >= PLACED_AT_LEAST:
        return enough
    active = np.argsort(-counts, kind="stable")[:PLACED_AT_LEAST]
    return np.sort(active[counts[active] > 0])


def draw_map(readings: Readings) -> OpinionMap:
    """Formula 2, over all readers. The sign of a component is set by its largest weight."""
    count = readings.arguments
    read = np.bincount(readings.argument, minlength=count)
    means = np.bincount(readings.argument, weights=readings.value, minlength=count) / np.maximum(read, 1)
    means[list(readings.off)] = 0
    apart = readings.value - means[readings.argument]
    apart[np.isin(readings.argument, list(readings.off))] = 0
    components = _components(readings, apart)
    seen = _seen(readings)
    positions = np.column_stack([
        np.bincount(readings.reader, weights=apart * weights[readings.argument], minlength=readings.readers)
        for weights in components
    ])  # fmt: skip
    stretched = np.asarray(positions * np.sqrt(count / np.maximum(seen, 1))[:, None], dtype=np.float64)
    return OpinionMap(means, components, stretched)


def _seen(readings: Readings) -> Ints:
    """v of formula 2: an argument off the record is a zero that everybody has given."""
    standing = ~np.isin(readings.argument, list(readings.off))
    own = np.bincount(readings.reader[standing], minlength=readings.readers).astype(np.int64)
    return own + len(readings.off)


def _components(readings: Readings, apart: Floats) -> Floats:
    """The two directions in which readers differ most. Missing readings are at the mean, so that they add nothing."""
    count = readings.arguments
    spread = np.zeros((count, count))
    edges = np.searchsorted(readings.reader, np.arange(0, readings.readers + BLOCK, BLOCK))
    for block, (start, end) in enumerate(pairwise(edges)):
        dense = np.zeros((BLOCK, count))
        dense[readings.reader[start:end] - block * BLOCK, readings.argument[start:end]] = apart[start:end]
        spread += dense.T @ dense
    found = np.zeros((2, count))
    if count:
        values, vectors = np.linalg.eigh(spread)
        for place in range(min(2, count)):
            if values[-1 - place] > 1e-9:
                found[place] = _oriented(vectors[:, -1 - place])
    return found


def _oriented(weights: Floats) -> Floats:
    largest = int(np.argmax(np.round(np.abs(weights), 9)))
    return -weights if weights[largest] < 0 else weights
