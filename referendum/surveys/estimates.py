"""What a sample says of all: weighted shares, the response rate, and how far off they may be. Pure.

Answers are weighted to the strata's sizes on the roll (post-stratification). The design effect of unequal weights is
Kish's n·Σw²/(Σw)² (Survey Sampling, 1965, section 11.7). Margins are at 95 %, of a simple random sample of the
effective size, which grows as the answers come nearer to everybody (finite population correction): the farther end of
Wilson's interval, so that a share of 0 or 100 % of a few answers is not told as certain. What they leave out, and every
page says so: who did not answer may think otherwise.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import inf, sqrt

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


def weighed(strata: Mapping[int, Stratum], least: int) -> dict[int, Stratum]:
    """The same with the strata in which some have answered, but fewer than `least`, as one; until that has enough, the
    smallest others join it. No weight then is that of a few (collapsed strata). The one has the lowest number of
    those in it."""
    heard = sorted((each.answered, each.frame, at) for at, each in strata.items() if each.answered)
    few: list[int] = []
    while heard and (heard[0][0] < least or 0 < sum(strata[at].answered for at in few) < least):
        few.append(heard.pop(0)[2])
    found = {at: each for at, each in strata.items() if at not in few}
    return {**found, min(few): together([strata[at] for at in few])} if few else found


def together(strata: Sequence[Stratum]) -> Stratum:
    """Several as one."""
    return Stratum(
        sum(each.frame for each in strata), sum(each.asked for each in strata),
        sum((Counter(each.answers) for each in strata), Counter()),
    )  # fmt: skip


def margin(share: float, answers: float) -> float:
    """The 95 % margin of error of a share, in parts of one, for a simple random sample of this many answers."""
    return Z_95 * sqrt(share * (1 - share) / answers) if answers > 0 else 1.0


def widest(share: float, effective: float) -> float:
    """The farther end of Wilson's 95 % interval, in parts of one, for so many effective answers; none where everybody
    has answered, and everything where nobody has."""
    if effective == inf:
        return 0.0
    if effective <= 0:
        return 1.0
    middle = (share + Z_95**2 / (2 * effective)) / (1 + Z_95**2 / effective)
    half = Z_95 * sqrt(share * (1 - share) / effective + Z_95**2 / (4 * effective**2)) / (1 + Z_95**2 / effective)
    return abs(share - middle) + half


def effective_size(answered: int, effect: float, frame: int) -> float:
    """How many answers of a simple random sample from a population without end are worth as much."""
    return answered / effect / (1 - answered / frame) if answered < frame else inf


def estimate(strata: Sequence[Stratum], letters: Sequence[str]) -> Estimate:
    """Shares of every letter and of "I do not know"."""
    heard = [each for each in strata if each.answered]
    frame, covered = sum(each.frame for each in strata), sum(each.frame for each in heard)
    answered = sum(each.answered for each in heard)
    weights = [each.frame / each.answered for each in heard]
    squares = sum(weight**2 * each.answered for weight, each in zip(weights, heard, strict=True))
    effect = answered * squares / covered**2 if covered else 1.0
    effective = effective_size(answered, effect, covered) if answered else 0.0
    shares = []
    for letter in (*letters, ""):
        count = sum(each.answers.get(letter, 0) for each in heard)
        whole = sum(weight * each.answers.get(letter, 0) for weight, each in zip(weights, heard, strict=True))
        share, plain = (min(1.0, whole / covered), count / answered) if answered else (0.0, 0.0)
        shares.append(Share(letter, count, plain, share, widest(share, effective)))
    return Estimate(
        frame, sum(each.asked for each in strata), answered, covered / frame if frame else 0.0, effect, tuple(shares)
    )
