"""What a list says of a question once its debate is over."""

from dataclasses import replace
from datetime import timedelta

import pytest

from forum.questions.process import StageKind
from forum.questions.ribbon import Held, RibbonFacts, ribbon
from forum.questions.rules import QuestionState
from forum.questions.standing import SINCE, UNTIL, last_reached, standing
from forum.questions.templates import load_shipped
from forum.questions.timetable import Timetable
from tests.forum.questions.facts import PROCESS, START, TIMETABLE

LATER = START + timedelta(days=90)
CLOSED = RibbonFacts(QuestionState.CLOSED, PROCESS, TIMETABLE, vote="certified", outcome="elected", certified_at=LATER)


def said(facts: RibbonFacts) -> str:
    phrase = standing(ribbon(facts, START))
    return phrase.text if phrase else ""


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"vote": "open"}, UNTIL["Voting"]),
        ({"vote": "counting"}, SINCE["Counting"]),
        ({"vote": "challengeable"}, UNTIL["Challengeable"]),
        ({}, SINCE["Certified"]),
        ({"outcome": "undecided"}, SINCE["Certified, undecided"]),
        ({"vote": "annulled"}, SINCE["Annulled, held again"]),
        ({"mandate": "due", "mandate_due_at": LATER}, UNTIL["Mandated"]),
        ({"mandate": "discharged", "mandate_ended_at": LATER}, SINCE["Discharged"]),
        ({"mandate": "breached", "mandate_ended_at": LATER}, SINCE["Breached"]),
    ],
)
def test_a_question_says_how_its_vote_and_its_mandate_stand(changes: dict[str, object], words: str) -> None:
    assert said(replace(CLOSED, **changes)) == words  # type: ignore[arg-type]


BY_NAME = Held(StageKind.COUNCIL_DECISION, "open", START, LATER)


@pytest.mark.parametrize(
    ("template", "changes", "words"),
    [
        ("iam-2015", {"survey": Held(StageKind.SURVEY, "open", START, LATER)}, "Survey until 3 May"),
        ("iam-2015", {"by_name": (BY_NAME,)}, "Executive council: voting by name until 3 May"),
        ("iam-2015", {"by_name": (replace(BY_NAME, state="closed"),)}, "Executive council: voted by name, 3 May"),
        ("iam-2015", {"by_name": (replace(BY_NAME, ends_at=None),)}, "Executive council"),
        ("iam-2024", {"timetable": Timetable(registration_closes_at=LATER)}, "Registration until 3 May"),
        ("iam-2024", {"timetable": Timetable(registration_closes_at=START)}, "The vote is being prepared"),
    ],
)
def test_without_a_debate_it_says_who_is_asked_who_votes_and_who_registers(
    template: str, changes: dict[str, object], words: str
) -> None:
    bare = RibbonFacts(QuestionState.CLOSED, load_shipped(template), Timetable())
    phrase = standing(ribbon(replace(bare, **changes), START))  # type: ignore[arg-type]
    assert phrase is not None
    assert phrase.text % {**phrase.facts, "at": "3 May"} == words


@pytest.mark.parametrize("state", [QuestionState.CHARGED, QuestionState.DEBATING, QuestionState.CLOSED])
def test_before_there_is_a_vote_its_own_state_says_it(state: QuestionState) -> None:
    assert said(replace(CLOSED, state=state, vote="", outcome="")) == ""


def test_a_day_that_is_not_known_is_not_written() -> None:
    assert said(replace(CLOSED, mandate="due")) == "Mandated"


def test_the_day_is_that_of_the_last_stage_reached() -> None:
    stage = last_reached(ribbon(replace(CLOSED, mandate="discharged", mandate_ended_at=LATER), START))
    assert stage is not None
    assert (stage.code, stage.starts_at) == ("ended", LATER)
