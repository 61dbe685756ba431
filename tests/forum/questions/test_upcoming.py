from dataclasses import replace
from datetime import timedelta

import pytest

from forum.questions.ribbon import RibbonFacts
from forum.questions.rules import QuestionState
from forum.questions.timetable import DATE_NAMES
from forum.questions.upcoming import NEXT, upcoming
from tests.forum.questions.facts import CLOSES, PROCESS, START, TIMETABLE

OUT = RibbonFacts(QuestionState.DEBATING, PROCESS, TIMETABLE)
CLOSED = replace(OUT, state=QuestionState.CLOSED)
LATE = CLOSES + timedelta(days=400)


def test_every_date_that_a_question_can_have_is_told_as_what_comes_next() -> None:
    """The mail of news looks every date up here: one without words would keep everybody's mail back."""
    assert list(NEXT) == list(DATE_NAMES)


def test_before_and_in_the_debate_the_next_thing_is_its_opening_and_its_close() -> None:
    charged = replace(OUT, state=QuestionState.CHARGED)
    first, then = upcoming(charged, START - timedelta(days=1)), upcoming(OUT, START)
    assert first
    assert then
    assert (first.text, then.text) == (NEXT["debate_opens_at"], NEXT["debate_closes_at"])
    assert then.facts == {"at": CLOSES}


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        (OUT, "the debate closes once its floor is met, or the tellers close or extend it."),
        (CLOSED, "voting opens once everything for it is ready."),
        (replace(CLOSED, vote="set_up"), "voting opens once everything for it is ready."),
        (replace(CLOSED, vote="counting"), "the trustees open the count."),
        (replace(CLOSED, vote="challengeable"), "the tellers certify the result."),
    ],
)
def test_a_step_that_is_late_is_not_skipped_for_a_later_date(facts: RibbonFacts, words: str) -> None:
    found = upcoming(facts, LATE)
    assert found
    assert (found.text, found.facts) == (words, {})


def test_a_late_debate_is_not_overtaken_by_the_dates_of_its_vote() -> None:
    found = upcoming(OUT, CLOSES + timedelta(hours=1))
    assert found
    assert "%(at)s" not in found.text


@pytest.mark.parametrize(
    ("vote", "name"),
    [("set_up", "voting_opens_at"), ("open", "voting_closes_at"), ("challengeable", "challenge_closes_at")],
)
def test_each_phase_of_a_vote_names_its_own_next_date(vote: str, name: str) -> None:
    now = CLOSES + timedelta(hours=1)
    found = upcoming(replace(CLOSED, vote=vote), now)
    assert found
    assert (found.text, found.facts["at"]) == (NEXT[name], getattr(TIMETABLE, name))


def test_nothing_is_next_for_a_draft_a_withdrawn_question_and_a_certified_vote() -> None:
    for facts in (
        replace(OUT, state=QuestionState.DRAFTED),
        replace(OUT, state=QuestionState.WITHDRAWN),
        replace(CLOSED, vote="certified"),
    ):
        assert upcoming(facts, START) is None
