"""What came of one process in every run, as numbers. Pure."""

from collections import Counter
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from referendum.process.voting import Reason

UNDECIDED = "undecided"
Runs = NDArray[np.float64]


class By(StrEnum):
    """Where members spoke last before whoever decides: in a vote, in a survey, or not at all."""

    VOTE = "vote"
    SURVEY = "survey"
    NOBODY = "nobody"


@dataclass(frozen=True, slots=True)
class End:
    """How one run ended: the letters elected, none where it stayed undecided, and why."""

    letters: tuple[str, ...]
    reason: Reason

    @property
    def label(self) -> str:
        return "+".join(self.letters) or UNDECIDED


@dataclass(frozen=True, slots=True)
class Spoken:
    """What members said in each run. `took_part` and `registered` have a number a run, `shares` and `margins` one a run
    and option, margins in a survey only. `told` says in which runs enough took part for it to be told;
    `first` are the votes of the first run."""

    by: By
    admitted: int
    asked: int
    took_part: NDArray[np.int64]
    shares: Runs
    told: NDArray[np.bool_]
    registered: NDArray[np.int64] | None = None
    margins: Runs | None = None
    first: tuple[int, ...] = ()

    def share_of(self, option: int) -> Runs:
        """The option's share in the runs that were told."""
        found: Runs = self.shares[self.told, option]
        return found


@dataclass(frozen=True, slots=True)
class Spread:
    """What 95 of 100 runs lie between, and the middle one."""

    low: float
    middle: float
    high: float


def spread(values: Runs) -> Spread | None:
    """None where no run has a value."""
    if not values.size:
        return None
    low, middle, high = np.quantile(values, [0.025, 0.5, 0.975], method="nearest")
    return Spread(float(low), float(middle), float(high))


@dataclass(frozen=True, slots=True)
class Held:
    """A process in all its runs. `seats` says of each deciding stage how many vote in it by name; 0: the members."""

    spoken: Spoken | None
    ends: tuple[End, ...]
    seats: tuple[int, ...]

    @property
    def outcomes(self) -> list[tuple[str, int]]:
        """Each outcome with the number of its runs, in the order of letters and never of runs; undecided last."""
        found = Counter(each.label for each in self.ends)
        return sorted(found.items(), key=lambda each: (each[0] == UNDECIDED, each))

    @property
    def agreed(self) -> str:
        """The outcome in which all runs agree; empty where they do not."""
        return self.outcomes[0][0] if len(self.outcomes) == 1 else ""
