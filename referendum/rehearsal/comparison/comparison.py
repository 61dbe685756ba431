"""The whole comparison as one value: the union, every process with what came of it, and the option it is told by."""

from dataclasses import dataclass, replace

import numpy as np

from forum.questions.label import LabelRow
from forum.questions.process import Process
from referendum.electorate.rules import NOBODY
from referendum.rehearsal.comparison.assumptions import Assumptions
from referendum.rehearsal.comparison.held import Held, Spoken, Spread, spread
from referendum.rehearsal.comparison.holding import hold
from referendum.rehearsal.comparison.matter import Matter
from referendum.rehearsal.comparison.places import Places, made_up
from referendum.rehearsal.comparison.rows import Compared, compared
from referendum.rehearsal.comparison.speaking import lies_off
from referendum.rehearsal.comparison.union import Union, draw_union

OTHERS = 40
GIVEN = "The opinions of all members are given by the file of assumptions."


@dataclass(frozen=True)
class Row:
    """One process; `held` is None where it cannot be held on this question. `spread` is that of the one option, `off`
    how far from all members it lies in other unions of the same assumptions: which way who is keen leans is a draw, and
    nobody need take one seed's for granted."""

    compared: Compared
    held: Held | None
    label: dict[str, LabelRow]
    spread: Spread | None
    off: Spread | None

    @property
    def spoken(self) -> Spoken | None:
        """What members said; None where nobody asks them."""
        return self.held.spoken if self.held else None


@dataclass(frozen=True)
class Comparison:
    """`option` is the place of the one that the picture follows: the one most members are for."""

    matter: Matter
    assumed: Assumptions
    union: Union
    seed: int
    runs: int
    option: int
    rows: tuple[Row, ...]

    @property
    def letter(self) -> str:
        return self.matter.letters[self.option]

    @property
    def share(self) -> float:
        """That option's part of all members."""
        return float(self.union.shares[self.option])

    @property
    def opinions_from(self) -> str:
        """Where all members' opinions come from."""
        return GIVEN if self.assumed.opinions else self.matter.shares_from

    @property
    def heading(self) -> str:
        """What every sheet of it is headed."""
        return f"Simulation, seed {self.seed}: {self.union.members:,} made-up members, {self.runs} runs"


def compare(matter: Matter, assumed: Assumptions, own: Process | None, *, seed: int, runs: int) -> Comparison:
    """Hold every process with the one union of the seed."""
    places = Places(matter.places) if matter.places else made_up(matter.members, assumed, seed)
    union = draw_union(matter, places, assumed, seed)
    option = int(union.shares.argmax())
    officers = matter.officers or assumed.officers
    others = [draw_union(matter, places, assumed, seed, other) for other in range(1, OTHERS + 1)]

    def off(process: Process) -> Spread | None:
        found = (lies_off(process, other, assumed, option) for other in others)
        return spread(np.array([each for each in found if each is not None]))

    def row(each: Compared) -> Row:
        if not each.cannot and not union.admitted(each.process.electorate).any():
            each = replace(each, cannot=NOBODY)
        held = None if each.cannot else hold(each.process, union, assumed, runs=runs, seed=seed, officers=officers)
        label = {said.code: said for said in each.label(union.members, held)}
        among = spread(held.spoken.share_of(option)) if held and held.spoken else None
        return Row(each, held, label, among, off(each.process) if among else None)

    return Comparison(matter, assumed, union, seed, runs, option, tuple(map(row, compared(matter, own))))
