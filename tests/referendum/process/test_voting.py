from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forum.questions.process import OptionSource, VotingRule
from referendum.process.voting import Outcome, Reason, Tally, break_tie, decide, quorum_met

SINGLE = [VotingRule.PLURALITY, VotingRule.MAJORITY, VotingRule.TWO_THIRDS, VotingRule.MAJORITY_RUN_OFF]


def tally(*counts: int, blanks: int = 0, eligible: int | None = None, slates: tuple[str, ...] = ()) -> Tally:
    ballots = sum(counts) + blanks
    return Tally(counts, ballots, blanks, ballots if eligible is None else eligible, slates)


def outcome(rule: VotingRule, of: Tally) -> Outcome:
    return decide(rule, of, min_ballots=1)


tallies = st.builds(
    lambda counts, blanks: tally(*counts, blanks=blanks),
    st.lists(st.integers(0, 50), min_size=2, max_size=6),
    st.integers(0, 50),
)


def test_half_is_no_majority_and_one_more_is() -> None:
    assert outcome(VotingRule.MAJORITY, tally(50, 30, 20)).reason is Reason.THRESHOLD_MISSED
    assert outcome(VotingRule.MAJORITY, tally(51, 30, 20)).elected == (0,)


def test_exactly_two_thirds_is_enough_and_one_less_is_not() -> None:
    assert outcome(VotingRule.TWO_THIRDS, tally(66, 33)).elected == (0,)
    assert outcome(VotingRule.TWO_THIRDS, tally(65, 34)).reason is Reason.THRESHOLD_MISSED


def test_two_with_half_each_are_a_tie_that_nobody_breaks_here() -> None:
    for rule in (*SINGLE[:2], VotingRule.YES_NO):
        assert outcome(rule, tally(40, 40, blanks=3)) == Outcome(Reason.TIE, tied=(0, 1))


def test_half_each_is_short_of_two_thirds_and_no_tie_that_could_be_broken() -> None:
    assert outcome(VotingRule.TWO_THIRDS, tally(40, 40)).reason is Reason.THRESHOLD_MISSED


def test_blanks_count_for_quorum_only() -> None:
    third = Fraction(1, 3)
    of = tally(6, 4, blanks=10, eligible=60)
    assert decide(VotingRule.MAJORITY, of, quorum=third, min_ballots=1).elected == (0,)
    missed = decide(VotingRule.MAJORITY, tally(6, 4, blanks=9, eligible=60), quorum=third, min_ballots=1)
    assert missed.reason is Reason.QUORUM_MISSED


def test_nothing_is_decided_below_the_minimum_of_ballots() -> None:
    assert decide(VotingRule.PLURALITY, tally(19)).reason is Reason.BELOW_MINIMUM
    assert decide(VotingRule.PLURALITY, tally(15, blanks=5)).elected == (0,)


def test_a_vote_of_blanks_alone_binds_nobody() -> None:
    assert outcome(VotingRule.PLURALITY, tally(0, 0, blanks=30)).reason is Reason.NOTHING_NAMED
    assert outcome(VotingRule.APPROVAL, Tally((0, 0), 30, 0, 30)).reason is Reason.NOTHING_NAMED
    assert outcome(VotingRule.PLURALITY, tally(0, 1, blanks=30)).elected == (1,)


def test_a_ballot_without_an_option_decides_nothing() -> None:
    assert outcome(VotingRule.PLURALITY, Tally((), 30, 30, 30)).reason is Reason.NOTHING_TO_CHOOSE


def test_without_a_majority_the_leading_two_go_on() -> None:
    assert outcome(VotingRule.MAJORITY_RUN_OFF, tally(20, 45, 35)).going_on == (1, 2)
    assert outcome(VotingRule.MAJORITY_RUN_OFF, tally(20, 30, 50)) == Outcome(Reason.RUN_OFF, going_on=(1, 2))
    assert outcome(VotingRule.MAJORITY_RUN_OFF, tally(40, 40)).going_on == (0, 1)
    assert outcome(VotingRule.MAJORITY_RUN_OFF, tally(20, 29, 51)) == Outcome(Reason.ELECTED, (2,))


def test_three_that_lead_alike_are_a_tie_before_a_run_off() -> None:
    tie = outcome(VotingRule.MAJORITY_RUN_OFF, tally(30, 30, 30, 10))
    assert tie == Outcome(Reason.TIE, tied=(0, 1, 2), tie_for=Reason.RUN_OFF)


TWO, SLATES, ALL = OptionSource.LEADING_TWO, OptionSource.LEADING_OF_EACH_SLATE, OptionSource.ALL_OPTIONS


@pytest.mark.parametrize(
    ("leads_to", "counts", "slates", "going_on"),
    [
        (ALL, (60, 0, 40), (), (0, 1, 2)),
        (ALL, (60, 40), (), (0, 1)),
        (TWO, (60, 5, 35), (), (0, 2)),
        (TWO, (60, 40), (), (0, 1)),
        (TWO, (50, 50, 0), (), (0, 1)),
        (SLATES, (50, 1, 10, 0), ("Blue", "Red", "Blue", "Green"), (0, 1)),
        (SLATES, (50, 9), ("Blue", "Red"), (0, 1)),
        (ALL, (60,), (), ()),
        (TWO, (60,), (), ()),
        (SLATES, (50, 9, 0), ("Blue", "Blue", "Red"), ()),
        (SLATES, (50, 9), ("", "Red"), ()),
    ],
)
def test_a_vote_that_leads_to_another_elects_nobody_and_tells_who_goes_on(
    leads_to: OptionSource, counts: tuple[int, ...], slates: tuple[str, ...], going_on: tuple[int, ...]
) -> None:
    found = decide(VotingRule.PLURALITY, tally(*counts, slates=slates), leads_to=leads_to)
    reason = Reason.GOES_ON if going_on else Reason.NOTHING_TO_CHOOSE
    assert found == Outcome(reason, going_on=going_on)
    assert found.goes_on is bool(going_on)
    assert not found.is_elected


def test_a_tie_before_the_next_vote_is_broken_as_that_vote_asks() -> None:
    of = tally(40, 30, 30, slates=("Blue", "Red", "Red"))
    tie = decide(VotingRule.PLURALITY, of, leads_to=TWO)
    assert tie == Outcome(Reason.TIE, tied=(1, 2), settled=(0,), tie_for=Reason.GOES_ON)
    assert break_tie(VotingRule.PLURALITY, of, tie, frozenset({1}), TWO) == Outcome(Reason.GOES_ON, going_on=(0, 1))
    with pytest.raises(ValueError, match="two go on"):
        break_tie(VotingRule.PLURALITY, of, tie, frozenset(), TWO)
    tie = decide(VotingRule.PLURALITY, of, leads_to=SLATES)
    assert break_tie(VotingRule.PLURALITY, of, tie, frozenset({2}), SLATES).going_on == (0, 2)
    with pytest.raises(ValueError, match="each tied slate"):
        break_tie(VotingRule.PLURALITY, of, tie, frozenset(), SLATES)


def test_a_threshold_that_is_missed_sends_nobody_on() -> None:
    missed = decide(VotingRule.TWO_THIRDS, tally(40, 30), leads_to=TWO)
    assert missed == Outcome(Reason.THRESHOLD_MISSED)


def test_a_tie_for_the_second_place_of_a_run_off_goes_to_the_call() -> None:
    of = tally(40, 30, 30)
    tie = outcome(VotingRule.MAJORITY_RUN_OFF, of)
    assert (tie.reason, tie.tied, tie.settled) == (Reason.TIE, (1, 2), (0,))
    assert break_tie(VotingRule.MAJORITY_RUN_OFF, of, tie, frozenset({2})).going_on == (0, 2)
    with pytest.raises(ValueError, match="two go on"):
        break_tie(VotingRule.MAJORITY_RUN_OFF, of, tie, frozenset({1, 2}))


def test_dual_elects_the_leading_option_of_each_slate() -> None:
    of = tally(30, 10, 25, 0, slates=("Blue", "Blue", "Red", "Green"))
    assert outcome(VotingRule.DUAL, of).elected == (0, 2)


def test_a_tie_in_a_slate_is_broken_for_that_slate_alone() -> None:
    of = tally(20, 20, 25, slates=("Blue", "Blue", "Red"))
    tie = outcome(VotingRule.DUAL, of)
    assert break_tie(VotingRule.DUAL, of, tie, frozenset({1})).elected == (1, 2)
    with pytest.raises(ValueError, match="each tied slate"):
        break_tie(VotingRule.DUAL, of, tie, frozenset({0, 1}))


def test_an_approval_ballot_may_name_several() -> None:
    of = Tally((18, 15), ballots=20, blanks=1, eligible=40)
    assert decide(VotingRule.APPROVAL, of).elected == (0,)


def test_a_tie_is_broken_only_among_the_tied() -> None:
    of = tally(40, 40, 1)
    tie = outcome(VotingRule.PLURALITY, of)
    assert break_tie(VotingRule.PLURALITY, of, tie, frozenset({1})).elected == (1,)
    with pytest.raises(ValueError, match="only the tied"):
        break_tie(VotingRule.PLURALITY, of, tie, frozenset({2}))
    with pytest.raises(ValueError, match="exactly one"):
        break_tie(VotingRule.PLURALITY, of, tie, frozenset({0, 1}))
    with pytest.raises(ValueError, match="only the tied"):
        break_tie(VotingRule.PLURALITY, of, outcome(VotingRule.PLURALITY, tally(41, 40)), frozenset())


def test_a_tally_that_cannot_be_is_refused() -> None:
    with pytest.raises(ValueError, match="fit"):
        Tally((5,), ballots=4, blanks=0, eligible=3)
    with pytest.raises(ValueError, match="more votes"):
        Tally((5,), ballots=4, blanks=0, eligible=9)
    for numbers in ((0, 1, 2, 9), (-1, 5, 0, 9), (0, 5, -1, 9), (2, 5, 3, 4)):
        with pytest.raises(ValueError, match="fit"):
            Tally((numbers[0],), *numbers[1:])
    assert Tally((2,), ballots=5, blanks=3, eligible=5).naming == 2


@given(tallies, st.sampled_from(SINGLE))
def test_nobody_is_elected_with_fewer_votes_than_another(of: Tally, rule: VotingRule) -> None:
    found = outcome(rule, of)
    for place in found.elected:
        assert all(of.counts[place] > of.counts[other] for other in range(len(of.counts)) if other != place)


@given(tallies, st.sampled_from(SINGLE))
def test_every_outcome_is_elected_or_says_why_not(of: Tally, rule: VotingRule) -> None:
    found = outcome(rule, of)
    assert bool(found.elected) == found.is_elected
    assert bool(found.tied) == (found.reason is Reason.TIE)


@given(tallies, st.sampled_from(SINGLE), st.randoms(use_true_random=False))
def test_the_order_of_the_ballot_decides_nothing(of: Tally, rule: VotingRule, random: object) -> None:
    order = list(range(len(of.counts)))
    random.shuffle(order)  # type: ignore[attr-defined]
    moved = Tally(tuple(of.counts[place] for place in order), of.ballots, of.blanks, of.eligible)
    before, after = outcome(rule, of), outcome(rule, moved)
    assert before.reason is after.reason
    assert sorted(before.elected) == sorted(order[place] for place in after.elected)
    assert sorted(before.going_on) == sorted(order[place] for place in after.going_on)


@given(tallies, st.integers(0, 60), st.fractions(0, 1, max_denominator=12))
def test_a_quorum_is_met_exactly_when_its_share_of_the_roll_has_voted(of: Tally, absent: int, quorum: Fraction) -> None:
    roll = Tally(of.counts, of.ballots, of.blanks, of.ballots + absent)
    met = decide(VotingRule.PLURALITY, roll, quorum=quorum, min_ballots=0).reason is not Reason.QUORUM_MISSED
    assert met is (roll.ballots >= quorum * roll.eligible)
    blank = Tally((0,) * len(of.counts), of.ballots, of.ballots, roll.eligible)
    assert quorum_met(blank, quorum) is met, "blanks count for it"
