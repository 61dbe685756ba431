"""`python tests/bench/brigading.py --data DIR`: what fifty members of one local, all reading alike, can move.

DIR is the data folder, or a Polis export itself. The arguments are those of the replay seattle15, in one list of them
all, ranked three ways: by bridging over locals (formula 7, as the page of what is common lists them), by the digest's
score (opinion groups and locals), and by plain agreement, (A + 1) / (S + 2) of everybody.

Locals: the export has none, so its participants are dealt out to as many as the replay has, by a shuffle with a fixed
seed (42 or 43 to each of eight: every local stands for itself in formula 7). Chance deals locals that differ little,
which is the hard case for bridging: real locals differ more, and each of them is then harder to outweigh. The fifty are
added to local 1.

Three brigades are what is promised, and the exit code is 1 unless both scores move fewer places than plain agreement
in each, all arguments together:
- "party line": the fifty read the whole record alike, agreeing with all that speaks for one option and disagreeing
  with all the rest, once for each option;
- "push" and "sink": they read one argument alone and agree with it, or disagree; once for each argument.

Printed beside them, and deciding nothing:
- "one up, rest down": they agree with one argument and disagree with every other. Nearly all arguments fall alike, so
  plain agreement has little to put in another order, while local 1 no longer tells them apart: by bridging more places
  move than by plain agreement. And fifty of nearly three hundred who read so are an opinion group, to which the
  digest's score gives a hearing on purpose.
- The same brigades in the list of each option's own arguments, which is where the digest chooses. A party line lifts or
  lowers the whole of such a list, so that it gains next to nothing there by any of the three.
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

BRIGADE = 50
MEASURES = ("bridging", "digest score", "plain")
PROMISED = ("party line", "push", "sink")
Readings = Mapping[int, int]
Places = dict[str, dict[int, int]]
Brigade = tuple[str, int | str, Readings]
"""Its kind; the argument at which it aims, or the option; and what each of the fifty reads."""


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

    def places(self, *, by_option: bool = False) -> Places:
        """Each argument's place by each measure: in the list of all, or among those for its option."""
        values = self._values()
        found: Places = {measure: {} for measure in MEASURES}
        for measure in MEASURES:
            for option in sorted(set(self.option_of.values())) if by_option else [""]:
                own = [number for number, of in self.option_of.items() if option in ("", of)]
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
            (bridging(argument.units).billionths, score(argument, groups), float(agreement(everybody))),
            strict=True,
        )
    )


def deal(export: PolisExport, seed: int) -> Union:
    """The export's readers, dealt out to locals."""
    scenario = load("seattle15")
    standing = {statement.number for statement in export.statements}
    option_of = {number: place[0] for number, place in scenario.arguments.items() if number in standing}
    readings: dict[str, Readings] = {
        f"{person:016x}": read
        for person, votes in export.votes.items()
        if (read := {number: value for number, value in votes.items() if number in option_of})
    }
    people = sorted(readings)
    random.Random(seed).shuffle(people)
    local_of = {person: str(place % scenario.locals + 1) for place, person in enumerate(people)}
    return Union(readings, local_of, option_of)


def moved(before: Places, after: Places) -> Counter[str]:
    """How many places all arguments moved together, by each measure."""
    return Counter(
        {each: sum(abs(before[each][at] - after[each][at]) for at in before[each]) for each in MEASURES}
    )


def brigades(union: Union) -> Iterator[Brigade]:
    """Every brigade, those of the promise first."""
    options = sorted(set(union.option_of.values()))
    for option in options:
        yield "party line", option, {number: 1 if of == option else -1 for number, of in union.option_of.items()}
    for number in sorted(union.option_of):
        yield "push", number, {number: 1}
        yield "sink", number, {number: -1}
    for number in sorted(union.option_of):
        yield "one up, rest down", number, {each: 1 if each == number else -1 for each in union.option_of}


def main() -> None:
    asked = argparse.ArgumentParser(description="How far fifty members of one local move each argument.")
    asked.add_argument("--data", type=Path, required=True)
    asked.add_argument("--seed", type=int, default=1)
    given = asked.parse_args()
    nested = given.data / "polis" / "15-per-hour-seattle"
    union = deal(read_export(nested if nested.is_dir() else given.data), given.seed)
    locals_count = len(set(union.local_of.values()))
    print(f"{len(union.readings)} readers in {locals_count} locals, {len(union.option_of)} arguments, {BRIGADE} more.")
    if not held(union, print):
        sys.exit("Bridging does not move fewer places than plain agreement.")


def held(union: Union, tell: Callable[[str], object]) -> bool:
    """Run every brigade, print what it moves, and say whether both scores moved fewer places wherever it is promised.

    A brigade at one argument is told by what that argument moved; a party line by what each argument moved.
    """
    before, before_in_option = union.places(), union.places(by_option=True)
    sums: dict[str, Counter[str]] = {}
    in_option: dict[str, Counter[str]] = {}
    own: dict[tuple[int, str], list[int]] = {}
    for kind, aim, alike in brigades(union):
        joined = union.joined_by(alike)
        after = joined.places()
        sums.setdefault(kind, Counter()).update(moved(before, after))
        in_option.setdefault(kind, Counter()).update(moved(before_in_option, joined.places(by_option=True)))
        for number in [aim] if isinstance(aim, int) else union.option_of:
            name = kind if isinstance(aim, int) else f"line of {aim}"
            own[number, name] = [before[each][number] - after[each][number] for each in MEASURES]
    _tell_each(union, own, tell)
    for title, of in (("in the list of all", sums), ("in its option's list (decides nothing)", in_option)):
        tell(f"\nPlaces moved by all arguments together, {title}, over all brigades of a kind:")
        for kind, places in of.items():
            told = "   ".join(f"{each}: {places[each]:>5}" for each in MEASURES)
            tell(f"  {kind:18} {told}{'' if kind in PROMISED else '   (decides nothing)'}")
    return all(sums[kind][each] < sums[kind]["plain"] for kind in PROMISED for each in MEASURES[:2])


def _tell_each(union: Union, own: Mapping[tuple[int, str], list[int]], tell: Callable[[str], object]) -> None:
    """A line an argument: places it rose (+) or fell (-) by bridging, by the digest's score and by plain agreement."""
    names = list(dict.fromkeys(name for _, name in own))
    tell(f"Places risen or fallen, by {' / '.join(MEASURES)}:")
    tell("argument option" + "".join(f"{name:>19}" for name in names))
    for number in sorted(union.option_of):
        cells = (" /".join(f"{each:+d}".rjust(4) for each in own[number, name]) for name in names)
        tell(f"{number:>8} {union.option_of[number]:>6}" + "".join(f"{cell:>19}" for cell in cells))


if __name__ == "__main__":
    main()
