from dataclasses import replace
from datetime import timedelta
from fractions import Fraction

import pytest

from forum.questions.process import RunOffStage
from forum.questions.ribbon import RibbonFacts, StageState, ribbon
from forum.questions.rules import QuestionState
from forum.questions.templates import load_shipped
from forum.questions.timetable import Timetable, propose
from tests.forum.questions.facts import CLOSES, PROCESS, START, TIMETABLE

BASE = RibbonFacts(QuestionState.DEBATING, PROCESS, TIMETABLE, drafted_at=START - timedelta(days=20))


def codes(facts: RibbonFacts) -> list[str]:
    return [stage.code for stage in ribbon(facts, START)]


def running(facts: RibbonFacts) -> list[str]:
    return [stage.code for stage in ribbon(facts, START) if stage.state is StageState.NOW]


def test_a_question_with_debate_and_mandate_has_ten_stages() -> None:
    assert codes(BASE) == [
        "drafted",
        "charged",
        "debating",
        "closed",
        "open",
        "counting",
        "challengeable",
        "certified",
        "mandated",
        "ended",
    ]


def test_the_running_stage_shows_its_day_and_how_much_of_it_has_passed() -> None:
    now = START + timedelta(days=8, hours=3)
    stage = next(s for s in ribbon(BASE, now) if s.state is StageState.NOW)
    assert (stage.code, stage.day, stage.days) == ("debating", 9, 28)
    assert stage.share == Fraction(8 * 24 + 3, 28 * 24)


def test_a_stage_that_overruns_stays_at_its_last_day() -> None:
    stage = next(s for s in ribbon(BASE, CLOSES + timedelta(days=5)) if s.state is StageState.NOW)
    assert (stage.share, stage.day) == (1, 28)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"state": QuestionState.DRAFTED}, "drafted"),
        ({"state": QuestionState.CHARGED}, "charged"),
        ({"state": QuestionState.CLOSED}, "closed"),
        ({"state": QuestionState.CLOSED, "vote": "set_up"}, "closed"),
        ({"state": QuestionState.CLOSED, "vote": "open"}, "open"),
        ({"state": QuestionState.CLOSED, "vote": "counting"}, "counting"),
        ({"state": QuestionState.CLOSED, "vote": "challengeable"}, "challengeable"),
        ({"state": QuestionState.CLOSED, "vote": "certified", "outcome": "elected"}, "certified"),
        (
            {"state": QuestionState.CLOSED, "vote": "certified", "outcome": "elected", "mandate": "due"},
            "mandated",
        ),
    ],
)
def test_exactly_one_stage_is_running(change: dict[str, object], code: str) -> None:
    assert running(replace(BASE, **change)) == [code]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("change", "last"),
    [
        ({"state": QuestionState.WITHDRAWN}, "Withdrawn"),
        ({"vote": "annulled"}, "Annulled, held again"),
        ({"vote": "certified", "outcome": "undecided"}, "Certified, undecided"),
        ({"vote": "certified", "outcome": "elected", "mandate": "breached"}, "Breached"),
        ({"vote": "certified", "outcome": "elected", "mandate": "discharged"}, "Discharged"),
    ],
)
def test_when_all_is_over_every_stage_is_done_and_the_last_says_how(change: dict[str, object], last: str) -> None:
    closed = replace(BASE, state=QuestionState.CLOSED)
    stages = ribbon(replace(closed, **change), START)  # type: ignore[arg-type]
    assert {stage.state for stage in stages} == {StageState.DONE}
    assert stages[-1].name == last


def test_a_process_without_debate_shows_none() -> None:
    process = load_shipped("iam-2024")
    facts = RibbonFacts(QuestionState.CLOSED, process, propose(process, START), vote="open")
    assert codes(facts) == [
        "drafted",
        "registration",
        "closed",
        "open",
        "counting",
        "challengeable",
        "certified",
        "roll_call",
    ]
    survey = RibbonFacts(QuestionState.DRAFTED, load_shipped("iam-2015"), Timetable())
    assert codes(survey) == ["drafted", "closed", "council_decision"]


def test_a_run_off_has_stages_of_its_own_after_the_first_vote() -> None:
    process = replace(PROCESS, stages=(*PROCESS.stages[:-1], RunOffStage(), PROCESS.stages[-1]))
    closed = replace(BASE, state=QuestionState.CLOSED, process=process)
    names = [stage.name for stage in ribbon(replace(closed, vote="challengeable"), START)]
    assert names[4:9] == ["Voting", "Counting", "Challengeable", "Certified", "Run-off, if needed"]
    elected = replace(closed, vote="certified", outcome="elected", mandate="due")
    assert "run_off" not in codes(elected)
    second = replace(closed, vote="set_up", first_vote=(START, CLOSES))
    assert running(second) == ["prepared"]
    assert codes(second)[4:] == [
        "first_vote", "prepared", "open", "counting", "challengeable", "certified", "mandated", "ended",
    ]  # fmt: skip
    assert running(replace(second, vote="open")) == ["open"]
