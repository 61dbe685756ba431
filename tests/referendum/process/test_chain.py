"""What comes next in a process with several votes, over every rule, source and count."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forum.questions.process import (
    CouncilDecisionStage,
    DebateStage,
    MandateStage,
    MembersVoteStage,
    OptionSource,
    Process,
    RollCallStage,
    RunOffStage,
    StageKind,
    VotingRule,
)
from referendum.process.chain import Finished, leads_to, next_stage, options_for
from referendum.process.voting import Reason, Tally, break_tie, decide

LETTERS = "CABED"
EACH, TWO, ALL = OptionSource.LEADING_OF_EACH_SLATE, OptionSource.LEADING_TWO, OptionSource.ALL_OPTIONS
RULES = [rule for rule in VotingRule if rule is not VotingRule.MAJORITY_RUN_OFF]


def process(*stages: object) -> Process:
    return Process("own", "Our own", (DebateStage(), *stages, MandateStage()))  # type: ignore[arg-type]


def finished(kind: StageKind, rule: VotingRule, counts: tuple[int, ...], source: OptionSource | None) -> Finished:
    """A stage whose options are in the order C A B …, of three slates, its tie broken for the first of the tied."""
    slates = ("red", "blue", "red", "blue", "")[: len(counts)]
    tally = Tally(counts, sum(counts), 0, sum(counts), slates)
    outcome = decide(rule, tally, min_ballots=1, leads_to=source)
    if outcome.reason is Reason.TIE:
        for chosen in itertools.chain.from_iterable(itertools.combinations(outcome.tied, n) for n in (1, 2)):
            try:
                outcome = break_tie(rule, tally, outcome, frozenset(chosen), source)
                break
            except ValueError:
                continue
    return Finished(kind, tuple(LETTERS[: len(counts)]), outcome)


def test_the_run_off_comes_only_where_nobody_has_more_than_half() -> None:
    of = process(MembersVoteStage(rule=VotingRule.MAJORITY_RUN_OFF), run_off := RunOffStage())
    assert leads_to(of, StageKind.MEMBERS_VOTE) is None
    split = finished(StageKind.MEMBERS_VOTE, VotingRule.MAJORITY_RUN_OFF, (40, 25, 35), None)
    assert next_stage(of, [split]) is run_off
    assert options_for([split], "ABC") == ("B", "C")
    clear = finished(StageKind.MEMBERS_VOTE, VotingRule.MAJORITY_RUN_OFF, (25, 51, 24), None)
    assert clear.outcome.is_elected
    assert next_stage(of, [clear]) is None
    again = finished(StageKind.RUN_OFF, VotingRule.PLURALITY, (40, 60), leads_to(of, StageKind.RUN_OFF))
    assert again.outcome.is_elected
    assert next_stage(of, [split, again]) is None


def test_each_of_three_stages_leads_to_the_one_after_it_and_the_last_to_none() -> None:
    of = process(MembersVoteStage(), RollCallStage(body="Them", options_from=TWO), CouncilDecisionStage(body="Us"))
    kinds = (StageKind.MEMBERS_VOTE, StageKind.ROLL_CALL, StageKind.COUNCIL_DECISION)
    assert [leads_to(of, kind) for kind in kinds] == [TWO, ALL, None]


def test_a_majority_skips_the_run_off_and_meets_the_roll_call() -> None:
    roll_call = RollCallStage("Presidents", options_from=TWO)
    of = process(MembersVoteStage(rule=VotingRule.MAJORITY_RUN_OFF), RunOffStage(), roll_call)
    source = leads_to(of, StageKind.MEMBERS_VOTE)
    clear = finished(StageKind.MEMBERS_VOTE, VotingRule.MAJORITY_RUN_OFF, (51, 25, 24), source)
    assert clear.outcome.reason is Reason.GOES_ON
    assert next_stage(of, [clear]) is roll_call
    split = finished(StageKind.MEMBERS_VOTE, VotingRule.MAJORITY_RUN_OFF, (45, 30, 25), source)
    assert split.outcome.reason is Reason.RUN_OFF
    assert isinstance(next_stage(of, [split]), RunOffStage)


def test_the_leader_of_each_slate_goes_on_and_nobody_is_elected() -> None:
    of = process(MembersVoteStage(), roll_call := RollCallStage("Presidents", options_from=EACH))
    source = leads_to(of, StageKind.MEMBERS_VOTE)
    first = finished(StageKind.MEMBERS_VOTE, VotingRule.PLURALITY, (60, 25, 10, 5), source)
    assert (first.outcome.reason, first.outcome.elected) == (Reason.GOES_ON, ())
    assert next_stage(of, [first]) is roll_call
    assert options_for([first], "ABCE") == ("A", "C")


def test_the_first_stage_has_every_option_of_the_question() -> None:
    of = process(council := CouncilDecisionStage("Executive council"))
    assert next_stage(of, []) is council
    assert options_for([], "AB") == ("A", "B")


@pytest.mark.parametrize("rule", [VotingRule.MAJORITY, VotingRule.TWO_THIRDS])
def test_a_missed_threshold_ends_the_chain(rule: VotingRule) -> None:
    of = process(MembersVoteStage(rule=rule), RollCallStage("Presidents"))
    missed = finished(StageKind.MEMBERS_VOTE, rule, (34, 33, 33), leads_to(of, StageKind.MEMBERS_VOTE))
    assert missed.outcome.reason is Reason.THRESHOLD_MISSED
    assert next_stage(of, [missed]) is None


def test_with_one_slate_alone_nothing_is_left_to_choose() -> None:
    first = finished(StageKind.MEMBERS_VOTE, VotingRule.PLURALITY, (9, 0, 4), EACH)
    assert first.outcome.reason is Reason.NOTHING_TO_CHOOSE
    assert first.going_on == ()


def test_a_tie_in_a_slate_waits_for_the_call_before_anybody_goes_on() -> None:
    tally = Tally((20, 30, 20, 1), 71, 0, 71, ("red", "blue", "red", "blue"))
    tie = decide(VotingRule.PLURALITY, tally, min_ballots=1, leads_to=EACH)
    assert (tie.reason, tie.tied, tie.settled) == (Reason.TIE, (0, 2), (1,))
    assert Finished(StageKind.MEMBERS_VOTE, tuple("ABCD"), tie).going_on == ()
    with pytest.raises(ValueError, match="each tied slate"):
        break_tie(VotingRule.PLURALITY, tally, tie, frozenset({0, 2}), EACH)
    broken = break_tie(VotingRule.PLURALITY, tally, tie, frozenset({2}), EACH)
    assert (broken.reason, broken.going_on) == (Reason.GOES_ON, (1, 2))


@given(st.sampled_from(RULES), st.lists(st.integers(0, 6), min_size=2, max_size=5), st.sampled_from(OptionSource))
def test_a_vote_that_another_follows_elects_nobody_and_sends_on_two_or_more_or_nobody(
    rule: VotingRule, counts: list[int], source: OptionSource
) -> None:
    found = finished(StageKind.MEMBERS_VOTE, rule, tuple(counts), source)
    assert found.outcome.elected == ()
    assert len(found.going_on) != 1
    assert bool(found.going_on) == found.outcome.goes_on
    assert list(found.going_on) == sorted(found.going_on)
    assert (next_stage(process(MembersVoteStage(), RollCallStage("P")), [found]) is None) != found.outcome.goes_on


@given(st.sampled_from(RULES), st.lists(st.integers(0, 6), min_size=2, max_size=5), st.sampled_from([TWO, EACH]))
def test_nobody_goes_on_past_an_option_that_did_better(
    rule: VotingRule, counts: list[int], source: OptionSource
) -> None:
    found = finished(StageKind.MEMBERS_VOTE, rule, tuple(counts), source)
    slates = ("red", "blue", "red", "blue", "")
    for letter in set(found.letters) - set(found.going_on) if found.going_on else ():
        place = found.letters.index(letter)
        ahead = [found.letters.index(each) for each in found.going_on]
        if source is EACH:
            ahead = [each for each in ahead if slates[each] == slates[place]]
        assert all(counts[each] >= counts[place] for each in ahead)
        assert ahead or not slates[place] or not counts[place]
