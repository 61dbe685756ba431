"""`python tests/bench/brigading.py --data DIR`: what fifty members of one local, all reading alike, can move.

DIR is the data folder, or a Polis export itself. The arguments are those of the replay seattle15, ranked within the
option they speak for, as the digest ranks them: by the digest's score (opinion groups and locals), by bridging over
locals alone (formula 7), and by plain agreement, (A + 1) / (S + 2) of everybody. Places moved are summed.

Locals: the export has none, so its participants are dealt out to eight by a shuffle with a fixed seed, as many to each
(42 or 43: every local stands for itself in formula 7). Chance deals locals that differ little, which is the hard case
for bridging: real locals differ more, and each of them is then harder to outweigh. The fifty are added to local 1.
They read one argument in turn, agreeing ("push") or disagreeing ("sink"), and bridging must move fewer places than
plain agreement in both; the exit code is 1 otherwise.

Two brigades that read the whole record are printed beside, and decide nothing: fifty people of nearly three hundred
who read everything alike are no crowd at one argument but an opinion group, and the rule gives groups a hearing on
purpose. Where they agree with one argument and against all others, the digest's score moves more than plain agreement.
"""

import argparse
import random
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from forum.opinion.bridging import agreement, bridging
from forum.opinion.groups import groups_at_close
from forum.opinion.rules import Counts, total
from referendum.digest.matrix import counts_by_group
from referendum.digest.record import record_argument
from referendum.digest.rules import score
from referendum.rehearsal.polis_export import PolisExport, read_export
from referendum.rehearsal.scenario import load

LOCALS, BRIGADE = 8, 50
MEASURES = ("digest score", "bridging", "plain")
Readings = Mapping[int, int]
Places = dict[str, dict[int, int]]


@dataclass(frozen=True)
class Union:
    """The readers of the export in their locals; `option_of` says for which option an argument speaks."""

    readings: dict[str, Readings]
    local_of: dict[str, str]
    option_of: dict[int, str]

    def joined_by(self, alike: Readings) -> "Union":
        """The same union with fifty more members in local 1, who all read so."""
        fifty = [f"{2**60 + place:016x}" for place in range(BRIGADE)]
        return Union(
            self.readings | dict.fromkeys(fifty, alike), self.local_of | dict.fromkeys(fifty, "1"), self.option_of
        )

    def places(self) -> Places:
        """Each argument's place among those for its option, by each measure."""
        values = self._values()
        found: Places = {measure: {} for measure in MEASURES}
        for measure in MEASURES:
            for option in sorted(set(self.option_of.values())):
                own = [number for number, of in self.option_of.items() if of == option]
                own.sort(key=lambda number: (-values[number][measure], number))
                found[measure] |= {number: place for place, number in enumerate(own, 1)}
        return found

    def _values(self) -> dict[int, dict[str, float]]:
        rows = sorted(self.readings.items())
        groups = counts_by_group(rows, groups_at_close(rows, arguments=len(self.option_of)))
        members = Counter(self.local_of.values())
        by_local: dict[int, dict[str, Counts]] = {number: {} for number in self.option_of}
        for reader, read in rows:
            local = self.local_of[reader]
            for number, value in read.items():
                one = Counts(value == 1, value == -1, value == 0)
                by_local[number][local] = by_local[number].get(local, Counts()) + one
        return {number: _measured(number, of, members, groups) for number, of in by_local.items()}


def _measured(
    number: int, by_local: dict[str, Counts], members: Mapping[str, int], groups: dict[int, dict[int, Counts]]
) -> dict[str, float]:
    by_group = {group: of.get(number, Counts()) for group, of in groups.items()}
    argument = record_argument(
        number=number, option=0, side="for", claim="", by_local=by_local, members=members, by_group=by_group
    )
    everybody = total(list(by_local.values()))
    return dict(
        zip(
            MEASURES,
            (score(argument, groups), bridging(argument.units).billionths, float(agreement(everybody))),
            strict=True,
        )
    )


def deal(export: PolisExport, seed: int) -> Union:
    """The export's readers, dealt out to locals."""
    scenario = load("seattle15")
    standing = {statement.number for statement in export.statements}
    option_of = {number: place[0] for number, place in scenario.arguments.items() if number in standing}
    readings = {
        f"{person:016x}": read
        for person, votes in export.votes.items()
        if (read := {number: value for number, value in votes.items() if number in option_of})
    }
    people = sorted(readings)
    random.Random(seed).shuffle(people)
    local_of = {person: str(place % LOCALS + 1) for place, person in enumerate(people)}
    return Union(readings, local_of, option_of)


def moved(before: Places, after: Places) -> Counter[str]:
    """How many places all arguments moved together, by each measure."""
    return Counter(
        {each: sum(abs(before[each][at] - after[each][at]) for at in before[each]) for each in MEASURES}
    )


def crowds(union: Union) -> Iterator[tuple[str, int, Readings]]:
    """The brigades at one argument, and that argument's number."""
    for number in sorted(union.option_of):
        yield "push", number, {number: 1}
        yield "sink", number, {number: -1}


def parties(union: Union) -> Iterator[tuple[str, Readings]]:
    """The brigades that read the whole record."""
    for option in sorted(set(union.option_of.values())):
        yield "party line", {number: 1 if of == option else -1 for number, of in union.option_of.items()}
    for number in sorted(union.option_of):
        yield "one up, rest down", {each: 1 if each == number else -1 for each in union.option_of}


def main() -> None:
    asked = argparse.ArgumentParser(description="How far fifty members of one local move each argument.")
    asked.add_argument("--data", type=Path, required=True)
    asked.add_argument("--seed", type=int, default=1)
    given = asked.parse_args()
    nested = given.data / "polis" / "15-per-hour-seattle"
    union = deal(read_export(nested if nested.is_dir() else given.data), given.seed)
    print(f"{len(union.readings)} readers in {LOCALS} locals, {len(union.option_of)} arguments, {BRIGADE} more.")
    if not held(union, print):
        sys.exit("Bridging does not move fewer places than plain agreement.")


def held(union: Union, tell: Callable[[str], object]) -> bool:
    """Run every brigade, print what it moves, and say whether bridging moved fewer places in each decisive one."""
    before = union.places()
    sums: dict[str, Counter[str]] = {}
    tell(f"{'argument':>8} {'brigade':>8} {'option':>6}" + "".join(f"{each:>14}" for each in MEASURES))
    for name, number, alike in crowds(union):
        after = union.joined_by(alike).places()
        sums.setdefault(name, Counter()).update(moved(before, after))
        own = [after[each][number] - before[each][number] for each in MEASURES]
        tell(f"{number:>8} {name:>8} {union.option_of[number]:>6}" + "".join(f"{each:>+14d}" for each in own))
    decisive = tuple(sums)
    for name, alike in parties(union):
        sums.setdefault(name, Counter()).update(moved(before, union.joined_by(alike).places()))
    tell("\nPlaces moved by all arguments together, over all brigades of a kind:")
    for name, of in sums.items():
        told = "   ".join(f"{each}: {of[each]:>5}" for each in MEASURES)
        tell(f"  {name:18} {told}{'' if name in decisive else '   (decides nothing)'}")
    return all(sums[name][each] < sums[name]["plain"] for name in decisive for each in MEASURES[:2])


if __name__ == "__main__":
    main()
