"""From a question's readings to everything that its page shows: sums over groups and locals, no person. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

import numpy as np
from numpy.typing import NDArray

from forum.opinion import drawing
from forum.opinion.bridging import BILLION, agreement, bridging, pool_locals
from forum.opinion.groups import Smoothing, live_groups, settled_groups
from forum.opinion.mapping import Floats, Ints, Readings, draw_map, placed, turned_like
from forum.opinion.rules import Counts, Groups, consensus, group_aware_consensus, representative, total

NOBODY = -1
PLACE_OF = np.array([0, 2, 1])  # agree, pass, disagree as 1 - value, to agree, disagree, pass


def sums(readings: Readings, part: NDArray[np.integer[Any]], parts: int) -> Ints:
    """[argument, part, agree/disagree/pass]: how many readings. `part` is each reading's, or NOBODY's."""
    kept = part != NOBODY
    said = PLACE_OF[1 - readings.value[kept].astype(np.int64)]
    cell = (readings.argument[kept].astype(np.int64) * parts + part[kept]) * 3 + said
    counted = np.bincount(cell, minlength=readings.arguments * parts * 3)
    return counted.astype(np.int64).reshape(readings.arguments, parts, 3)


class Summing:
    """The readings of one question, added up. `argument_ids` name the columns, `local` is each reading's local as a
    place in `local_ids`, `members` how many members each local has, `before` the weights that were found last."""

    def __init__(
        self, readings: Readings, argument_ids: Sequence[int], local: Ints, local_ids: Sequence[int],
        members: Mapping[int, int], before: Mapping[str, Sequence[float]] | None = None,
    ) -> None:  # fmt: skip
        self.readings, self.argument_ids = readings, argument_ids
        self.local_ids, self.members = local_ids, members
        self.standing = [place for place in range(readings.arguments) if place not in readings.off]
        self.by_local = sums(readings, local, len(local_ids))
        last = [(before or {}).get(str(each), (0, 0, 0, 0)) for each in argument_ids]
        self.map = turned_like(draw_map(readings), np.array([row[1:3] for row in last]).reshape(-1, 2).T)
        self.placed = placed(readings)

    def document(self, before: Smoothing, *, settled: bool) -> dict[str, Any]:
        """What the page draws. `settled`: the debate is over, and the number of groups is the best there is."""
        positions = self.map.positions[self.placed]
        labels, after = (settled_groups(positions), before) if settled else live_groups(positions, before)
        groups = self._by_group(labels)
        everyone = {self.argument_ids[place]: _counts(self.by_local[place].sum(axis=0)) for place in self.standing}
        agreed, disagreed = consensus({each: counts for each, counts in everyone.items() if counts.seen})
        return {
            "placed": len(self.placed),
            "columns": self.readings.arguments,
            "locals": len(self.local_ids),
            "smoothing": asdict(after),
            "arguments": {str(self.argument_ids[place]): self._argument(place, groups) for place in self.standing},
            "groups": self._groups(positions, labels, groups),
            "agreed": [row.argument for row in agreed],
            "disagreed": [row.argument for row in disagreed],
        }

    def weights(self) -> dict[str, list[float]]:
        """What places a reader and what formula 8 needs, by argument id: mean, two weights, extremity."""
        table = np.column_stack([self.map.means, *self.map.components, self.map.extremities])
        return {str(self.argument_ids[at]): [round(float(each), 6) for each in table[at]] for at in self.standing}

    def _by_group(self, labels: Ints) -> Groups:
        """group → argument id → counts, of those who are placed."""
        group_of = np.full(self.readings.readers, NOBODY)
        group_of[self.placed] = labels
        count = int(labels.max(initial=NOBODY)) + 1
        table = sums(self.readings, group_of[self.readings.reader], count)
        return {
            group: {self.argument_ids[place]: _counts(table[place, group]) for place in self.standing}
            for group in range(count)
        }

    def _argument(self, place: int, groups: Groups) -> dict[str, Any]:
        argument = self.argument_ids[place]
        read = {self.local_ids[at]: _counts(row) for at, row in enumerate(self.by_local[place]) if row.any()}
        names = {local: f"{local:010}" for local in read}
        units = pool_locals(
            {names[local]: counts for local, counts in read.items()},
            {names[local]: self.members.get(local, 0) for local in read},
        )
        found = bridging(units)
        lowest = found.lowest
        return {
            "counts": _list(total(list(read.values()))),
            "groups": [_list(counts[argument]) for counts in groups.values()],
            "aware": round(group_aware_consensus(groups, argument), 9) if groups else None,
            "locals": len(read),
            "bridging": found.billionths / BILLION,
            "units": found.unit_count,
            "above": found.above_half_count,
            "lowest": lowest and {
                "local": int(lowest.local or 0), "joined": lowest.joined, "share": float(agreement(lowest.counts)),
            },
        }  # fmt: skip

    def _groups(self, positions: Floats, labels: Ints, groups: Groups) -> list[dict[str, Any]]:
        least = drawing.readers_a_mark(len(positions))
        parts = drawing.by_group(positions, labels)
        read = {group: {a: c for a, c in row.items() if c.seen} for group, row in groups.items()}
        return [
            {
                "size": len(part),
                "middle": drawing.middle(part),
                "marks": drawing.marks(part, least),
                "representative": [[row.argument, str(row.side)] for row in representative(_together(read), group)],
            }
            for group, part in enumerate(parts)
        ]


def _together(read: Groups) -> Groups:
    """Without arguments that a group has not read at all: what it makes of them is not known."""
    shared = set.intersection(*(set(row) for row in read.values())) if read else set()
    return {group: {each: counts for each, counts in row.items() if each in shared} for group, row in read.items()}


def place_of(weights: Mapping[str, Sequence[float]], values: Mapping[int, int], arguments: int) -> tuple[float, float]:
    """Where a reader of {argument id: value} stands on a map with these weights, as formula 2 says."""
    seen = [(weights[str(each)], value) for each, value in values.items() if str(each) in weights]
    gone = arguments - len(weights)
    stretch = (arguments / max(len(seen) + gone, 1)) ** 0.5
    x = sum((value - mean) * first for (mean, first, _, _), value in seen)
    y = sum((value - mean) * second for (mean, _, second, _), value in seen)
    return stretch * x, stretch * y


def _counts(row: Ints) -> Counts:
    return Counts(*(int(each) for each in row))


def _list(counts: Counts) -> list[int]:
    return [counts.agree, counts.disagree, counts.passed]
