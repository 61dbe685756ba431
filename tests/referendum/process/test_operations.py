"""A vote set up from its process: dates, rules kept as JSON, the call's text, and what no process may ask."""

from datetime import datetime, timedelta
from fractions import Fraction

import pytest

from forum.kernel.errors import Invalid, Refused
from forum.questions.process import MembersVoteStage, Process, Reporting, Rounding, VotingRule
from forum.questions.templates import load_shipped, read_template, shipped_names, shipped_text
from referendum.process.call_text import CallFacts, call_document, occasion_of
from referendum.process.operations import PREPARATION, set_up_vote
from referendum.process.params import params_of, read_params
from referendum.process.queries import current_vote
from tests.build_questions import make_question
from tests.people import Cast


@pytest.mark.usefixtures("ground")
def test_only_a_closed_question_gets_a_vote(cast: Cast, now: datetime) -> None:
    with pytest.raises(Refused, match="not closed"):
        set_up_vote(make_question(cast, state="debating", now=now), now)


@pytest.mark.usefixtures("ground")
def test_a_question_published_without_a_debate_has_its_vote_at_once(cast: Cast, now: datetime) -> None:
    question = make_question(cast, state="published", template="plain", now=now)
    vote = current_vote(question.id)
    assert vote is not None
    assert vote.opens_at == question.vote_opens_at


@pytest.mark.usefixtures("ground")
def test_a_process_without_a_members_vote_gets_none(cast: Cast, now: datetime) -> None:
    question = make_question(cast, state="published", template="iam-2015", now=now)
    assert set_up_vote(question, now) is None


@pytest.mark.usefixtures("ground")
def test_a_vote_set_up_late_leaves_time_to_prepare_and_full_days_to_vote(cast: Cast, now: datetime) -> None:
    question = make_question(cast, state="closed", now=now)
    vote = current_vote(question.id)
    assert vote is not None
    vote.state = "annulled"
    late = now + timedelta(days=40)
    again = set_up_vote(question, late)
    assert again is not None
    assert again.opens_at == late + PREPARATION
    assert again.closes_at - again.opens_at == vote.closes_at - vote.opens_at


@pytest.mark.parametrize("name", [name for name in shipped_names() if load_shipped(name).members_vote])
def test_the_rules_of_a_vote_are_read_back_as_they_were_stored(name: str) -> None:
    process = load_shipped(name)
    stage = process.members_vote
    assert stage is not None
    read = read_params(params_of(process, stage))
    assert (read.rule, read.quorum, read.reporting) == (stage.rule, stage.quorum, stage.reporting)
    assert (read.min_ballots, read.citations_min, read.has_debate) == (
        stage.min_ballots, stage.citations_min, process.debate is not None,
    )  # fmt: skip


def test_shares_stay_exact_in_storage() -> None:
    stage = MembersVoteStage(quorum=Fraction(1, 3), reporting=Reporting(Fraction(1, 50), Rounding.LARGEST_REMAINDER, 2))
    read = read_params(params_of(Process("x", "X", (stage,)), stage))
    assert read.quorum == Fraction(1, 3)
    assert read.reporting == stage.reporting


@pytest.mark.parametrize("rule", list(VotingRule))
def test_the_call_tells_every_rule_in_the_same_words_each_time(rule: VotingRule, now: datetime) -> None:
    stage = MembersVoteStage(rule=rule, quorum=Fraction(1, 2))
    params = read_params(params_of(Process("x", "X", (stage,)), stage))
    facts = CallFacts(
        question_number=14, occasion=occasion_of("run_off", 2), title="Shall we?",
        options=[("A", "Yes"), ("B", "No")], opens_at=now, closes_at=now, roll_size=9, roll_hash="ab", digest_hash="",
        people=[("Tellers", ["One"])], tie_break="By lot.",
        params=params,
    )  # fmt: skip
    text = call_document(facts)
    assert text == call_document(facts)
    assert "question 14, the run-off, held for the 2. time" in text
    for part in ("no debate", "1/2 of the frozen roll", "By lot.", "2026-11-10 12:00 UTC"):
        assert part in text


@pytest.mark.parametrize("codes", ["host", "letters"])
def test_voting_again_is_refused_while_the_host_makes_the_codes(codes: str) -> None:
    with pytest.raises(Invalid) as refusal:
        read_template(again_with(codes), union_size=1000)
    assert [each.field for each in refusal.value.problems] == ["stages.2.revote"]


def test_members_may_vote_again_where_the_tellers_make_the_codes() -> None:
    stage = read_template(again_with("tellers"), union_size=1000).members_vote
    assert stage is not None
    assert (stage.revote, str(stage.codes)) == (True, "tellers")


def again_with(codes: str) -> str:
    chosen = f'rule = "majority"\nrevote = true\ncodes = "{codes}"'
    return shipped_text("ratification").replace('rule = "majority"', chosen)
