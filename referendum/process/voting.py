"""Who is elected, from totals alone. Integers are compared with integers; no share is ever rounded here.

Blanks count for quorum only. A tie is never broken here: it is reported, and the call's way decides, or
nobody does.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from forum.kernel.errors import N_
from forum.questions.process import OptionSource, VotingRule


@dataclass(frozen=True)
class Tally:
    """Opened totals. `counts` is per option, in ballot order; `ballots` includes blanks; `slates` per option
    or "".

    Under approval a ballot may name several options, so counts may add to more than the ballots that name
    one.
    """

    counts: tuple[int, ...]
    ballots: int
    blanks: int
    eligible: int
    slates: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if min((*self.counts, self.blanks, self.ballots - self.blanks, self.eligible - self.ballots)) < 0:
            raise ValueError("a tally's numbers do not fit together")
        if any(count > self.naming for count in self.counts):
            raise ValueError("an option has more votes than there are ballots naming one")

    @property
    def naming(self) -> int:
        """Ballots that name an option: what majorities are taken of."""
        return self.ballots - self.blanks


class Reason(StrEnum):
    """Why an outcome is what it is."""

    ELECTED = "elected"
    BELOW_MINIMUM = "below_minimum"
    QUORUM_MISSED = "quorum_missed"
    NOTHING_NAMED = "nothing_named"
    TIE = "tie"
    THRESHOLD_MISSED = "threshold_missed"
    RUN_OFF = "run_off"
    GOES_ON = "goes_on"
    NOTHING_TO_CHOOSE = "nothing_to_choose"


REASONS = {
    Reason.ELECTED: N_("Elected under the voting rule."),
    Reason.BELOW_MINIMUM: N_("Undecided: too few ballots to be counted. Nobody is bound."),
    Reason.QUORUM_MISSED: N_("Undecided: the quorum was missed. Nobody is bound."),
    Reason.NOTHING_NAMED: N_("Undecided: no ballot names an option. Nobody is bound."),
    Reason.TIE: N_("A tie. Unless it is broken as the call says within seven days, nobody is bound."),
    Reason.THRESHOLD_MISSED: N_(
        "Undecided: no option reached the share that the rule asks. Nobody is bound."
    ),
    Reason.RUN_OFF: N_("No option has more than half. The two leading options go on to a run-off."),
    Reason.GOES_ON: N_("The leading options go on to the next vote. This one elects nobody."),
    Reason.NOTHING_TO_CHOOSE: N_("Undecided: nothing is left to choose. Nobody is bound."),
}


@dataclass(frozen=True)
class Outcome:
    """`elected` are places in the ballot's order: one, or one per slate under `dual`, or none.

    `going_on` are those who stand in the next vote, which alone can bind. While a tie is open, `tied` are those among
    whom the call's way must choose, `settled` the places that are certain already, and `tie_for` what the breaking
    leads to.
    """

    reason: Reason
    elected: tuple[int, ...] = ()
    tied: tuple[int, ...] = ()
    going_on: tuple[int, ...] = ()
    settled: tuple[int, ...] = ()
    tie_for: Reason = Reason.ELECTED

    @property
    def is_elected(self) -> bool:
        return self.reason is Reason.ELECTED

    @property
    def goes_on(self) -> bool:
        """Whether the question goes on to another vote: nobody is elected, and it is not undecided either."""
        return self.reason in (Reason.RUN_OFF, Reason.GOES_ON)


def decide(
    rule: VotingRule,
    tally: Tally,
    *,
    quorum: Fraction = Fraction(0),
    min_ballots: int = 20,
    leads_to: OptionSource | None = None,
) -> Outcome:
    """The outcome of a vote under its rule. Undecided whenever quorum or the minimum of ballots is missed.

    `leads_to` says which options go on where the process has another vote after this one: then nobody is elected.
    """
    if not tally.counts:
        return Outcome(Reason.NOTHING_TO_CHOOSE)
    if tally.ballots < min_ballots:
        return Outcome(Reason.BELOW_MINIMUM)
    if not quorum_met(tally, quorum):
        return Outcome(Reason.QUORUM_MISSED)
    if max(tally.counts) == 0:
        return Outcome(Reason.NOTHING_NAMED)
    outcome = _by_rule(rule, tally)
    decided = outcome.reason is Reason.ELECTED or (outcome.reason is Reason.TIE and outcome.tie_for is Reason.ELECTED)
    return _going_on(leads_to, tally) if leads_to is not None and decided else outcome


def quorum_met(tally: Tally, quorum: Fraction) -> bool:
    """Ballots, blanks included, reach the share of the frozen roll exactly or pass it."""
    return tally.ballots * quorum.denominator >= quorum.numerator * tally.eligible


def _by_rule(rule: VotingRule, tally: Tally) -> Outcome:
    match rule:
        case VotingRule.PLURALITY | VotingRule.APPROVAL | VotingRule.YES_NO:
            return _leader(tally)
        case VotingRule.MAJORITY:
            return _majority(tally)
        case VotingRule.TWO_THIRDS:
            return _above(tally, reached=3 * max(tally.counts) >= 2 * tally.naming)
        case VotingRule.MAJORITY_RUN_OFF:
            return _majority_or_run_off(tally)
        case VotingRule.DUAL:
            return _each_slate(tally)


def _leaders(tally: Tally, places: Iterable[int] | None = None) -> tuple[int, ...]:
    """The places with the most votes; several when they are equal."""
    among = tuple(range(len(tally.counts)) if places is None else places)
    best = max(tally.counts[place] for place in among)
    return tuple(place for place in among if tally.counts[place] == best)


def _leader(tally: Tally) -> Outcome:
    leaders = _leaders(tally)
    return Outcome(Reason.ELECTED, leaders) if len(leaders) == 1 else Outcome(Reason.TIE, tied=leaders)


def _majority(tally: Tally) -> Outcome:
    """Two with exactly half each are a tie, not a missed threshold."""
    leaders = _leaders(tally)
    if len(leaders) == 2 and 2 * tally.counts[leaders[0]] == tally.naming:
        return Outcome(Reason.TIE, tied=leaders)
    return _above(tally, reached=2 * max(tally.counts) > tally.naming)


def _above(tally: Tally, *, reached: bool) -> Outcome:
    """The leader, where the share of the ballots that name an option is reached."""
    leaders = _leaders(tally)
    if reached and len(leaders) == 1:
        return Outcome(Reason.ELECTED, leaders)
    return Outcome(Reason.THRESHOLD_MISSED)


def _majority_or_run_off(tally: Tally) -> Outcome:
    leaders = _leaders(tally)
    if len(leaders) == 1 and 2 * tally.counts[leaders[0]] > tally.naming:
        return Outcome(Reason.ELECTED, leaders)
    return _leading_two(tally, Reason.RUN_OFF)


def _going_on(source: OptionSource, tally: Tally) -> Outcome:
    """Those that stand in the next vote; with fewer than two of them nothing is left to choose."""
    slates = {slate for slate, count in zip(tally.slates, tally.counts, strict=False) if slate and count}
    match source:
        case OptionSource.ALL_OPTIONS if len(tally.counts) > 1:
            return Outcome(Reason.GOES_ON, going_on=tuple(range(len(tally.counts))))
        case OptionSource.LEADING_TWO:
            return _leading_two(tally, Reason.GOES_ON)
        case OptionSource.LEADING_OF_EACH_SLATE if len(slates) > 1:
            return _each_slate(tally, Reason.GOES_ON)
    return Outcome(Reason.NOTHING_TO_CHOOSE)


def _leading_two(tally: Tally, reason: Reason) -> Outcome:
    if len(tally.counts) < 2:
        return Outcome(Reason.NOTHING_TO_CHOOSE)
    leaders = _leaders(tally)
    if len(leaders) == 2:
        return Outcome(reason, going_on=leaders)
    if len(leaders) > 2:
        return Outcome(Reason.TIE, tied=leaders, tie_for=reason)
    rest = [place for place in range(len(tally.counts)) if place not in leaders]
    second = _leaders(tally, rest)
    if len(second) == 1:
        return Outcome(reason, going_on=tuple(sorted(leaders + second)))
    return Outcome(Reason.TIE, tied=second, settled=leaders, tie_for=reason)


def _each_slate(tally: Tally, reason: Reason = Reason.ELECTED) -> Outcome:
    """The leading option of each slate; a slate that nobody named has no leader."""
    leading: list[int] = []
    tied: list[int] = []
    for slate in dict.fromkeys(name for name in tally.slates if name):
        members = [place for place, name in enumerate(tally.slates) if name == slate]
        leaders = _leaders(tally, members)
        if tally.counts[leaders[0]] > 0:
            (leading if len(leaders) == 1 else tied).extend(leaders)
    if tied:
        return Outcome(Reason.TIE, tied=tuple(tied), settled=tuple(leading), tie_for=reason)
    return _settled(reason, tuple(leading)) if leading else Outcome(Reason.NOTHING_TO_CHOOSE)


def _settled(reason: Reason, places: tuple[int, ...]) -> Outcome:
    return Outcome(reason, places) if reason is Reason.ELECTED else Outcome(reason, going_on=places)


def break_tie(
    rule: VotingRule, tally: Tally, outcome: Outcome, chosen: frozenset[int], leads_to: OptionSource | None = None
) -> Outcome:
    """The outcome after the call's way chose among the tied; entered by the tellers, never made up here.

    One is chosen; where two go on, as many as are missing to two; where it goes by slate, one of each tied slate.
    """
    if outcome.reason is not Reason.TIE or not chosen <= set(outcome.tied):
        raise ValueError("only the tied can be chosen")
    places = tuple(sorted((*outcome.settled, *chosen)))
    by_slate = rule is VotingRule.DUAL
    if outcome.tie_for is Reason.GOES_ON:
        by_slate = leads_to is OptionSource.LEADING_OF_EACH_SLATE
    if by_slate:
        if sorted(tally.slates[place] for place in chosen) != sorted({tally.slates[p] for p in outcome.tied}):
            raise ValueError("one of each tied slate must be chosen")
    elif outcome.tie_for is not Reason.ELECTED:
        if len(places) != 2:
            raise ValueError("two go on to the next vote")
    elif len(chosen) != 1:
        raise ValueError("exactly one of the tied must be chosen")
    return _settled(outcome.tie_for, places)
