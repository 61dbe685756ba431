"""What a sample says of all: weighted shares, the response rate, and how far off they may be. Pure.

Answers are weighted to the strata's sizes on the roll (post-stratification); the design effect of unequal weights is
Kish's n·Σw²/(Σw)² (Survey Sampling, 1965, section 11.7); margins are at 95 %, of a simple random sample of the
effective size. What they leave out, and every page says so: who did not answer may think otherwise.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import sqrt

Z_95 = 1.959964


@dataclass(frozen=True, slots=True)
class Stratum:
    """A part of the roll: its members, how many were asked, and the answers by letter ("" for "I do not know")."""

    frame: int
    asked: int
    answers: Mapping[str, int]

    @property
    def answered(self) -> int:
        return sum(self.answers.values())


@dataclass(frozen=True, slots=True)
class Share:
    """One answer: how many gave it, and in parts of one its plain share, its weighted share and the margin."""

    letter: str
    count: int
    plain: float
    weighted: float
    margin: float


@dataclass(frozen=True, slots=True)
class Estimate:
    """`covered` is the part of the roll in strata with an answer, `effect` the design effect (1: all weigh alike)."""

    frame: int
    asked: int
    answered: int
    covered: float
    effect: float
    shares: tuple[Share, ...]

    @property
    def response(self) -> float:
        return self.answered / self.asked if self.asked else 0.0

    @property
    def fraction(self) -> float:
        """The share of the roll that answered."""
        return self.answered / self.frame if self.frame else 0.0


def joined(strata: Iterable[Stratum], least: int) -> list[Stratum]:
    """The same with the strata in which some have answered, but fewer than `least`, as one; until that has enough, the
    smallest others join it. No weight then is that of a few (collapsed strata)."""
    each_one = list(strata)
    heard = sorted((each for each in each_one if each.answered), key=lambda each: (each.answered, each.frame))
    few: list[Stratum] = []
    while heard and (heard[0].answered < least or 0 < sum(each.answered for each in few) < least):
        few.append(heard.pop(0))
    together = Stratum(
        sum(each.frame for each in few), sum(each.asked for each in few),
        sum((Counter(each.answers) for each in few), Counter()),
    )  # fmt: skip
    return [*(each for each in each_one if not each.answered), *heard, *([together] if few else [])]


def margin(share: float, answers: float) -> float:
    """The 95 % margin of error of a share, in parts of one, for a simple random sample of this many answers."""
    return Z_95 * sqrt(share * (1 - share) / answers) if answers > 0 else 1.0


def estimate(strata: Sequence[Stratum], letters: Sequence[str]) -> Estimate:
    """Shares of every letter and of "I do not know"."""
    heard = [each for each in strata if each.answered]
    frame, covered = sum(each.frame for each in strata), sum(each.frame for each in heard)
    answered = sum(each.answered for each in heard)
    weights = [each.frame / each.answered for each in heard]
    total = sum(weight * each.answered for weight, each in zip(weights, heard, strict=True))
    squares = sum(weight**2 * each.answered for weight, each in zip(weights, heard, strict=True))
    effect = answered * squares / total**2 if total else 1.0
    shares = []
    for letter in (*letters, ""):
        count = sum(each.answers.get(letter, 0) for each in heard)
        weighted = sum(weight * each.answers.get(letter, 0) for weight, each in zip(weights, heard, strict=True))
        share = weighted / total if total else 0.0
        plain = count / answered if answered else 0.0
        shares.append(Share(letter, count, plain, share, margin(share, answered / effect)))
    return Estimate(
        frame, sum(each.asked for each in strata), answered, covered / frame if frame else 0.0, effect, tuple(shares)
    )
