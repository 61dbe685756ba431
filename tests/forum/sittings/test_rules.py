"""The machine of a session, who runs it, and how long a member waits. Pure."""

from datetime import UTC, datetime, timedelta
from itertools import product

import pytest

from forum.halls.rules import Place, keeps_order, why_not_write
from forum.questions.states import QuestionState
from forum.sittings.rules import (
    MOVES,
    SittingMove,
    SittingState,
    is_left_open,
    may_come,
    may_run,
    may_write_minutes,
    next_state,
    seconds_to_wait,
    total_of,
    why_not_answer,
)
from tests.forum.halls.test_rules import QUESTION, everybody, everywhere

AT = datetime(2026, 11, 10, 19, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def test_nothing_happens_that_is_not_in_the_table() -> None:
    for state, move in product(SittingState, SittingMove):
        assert next_state(state.value, move) == MOVES.get((state, move))
    assert next_state("closed", SittingMove.OPEN) is None
    assert next_state("scheduled", SittingMove.OPEN) is SittingState.OPEN


def test_a_session_is_left_open_after_twelve_hours() -> None:
    assert is_left_open("open", AT, AT + timedelta(hours=12))
    assert not is_left_open("open", AT, AT + timedelta(hours=12) - SECOND)
    assert not is_left_open("closed", AT, AT + timedelta(days=2))
    assert not is_left_open("open", None, AT)


def test_whoever_keeps_order_runs_the_session_and_words_its_minutes_until_they_are_signed() -> None:
    for person, place in product(everybody(), everywhere()):
        runs = keeps_order(person, QUESTION, place.local_id)
        assert may_run(person, place) is runs
        for state, signed_at in product(SittingState, (None, AT)):
            words = runs and state is SittingState.CLOSED and signed_at is None
            assert may_write_minutes(person, place, state.value, signed_at) is words


def test_a_straw_poll_is_answered_by_those_who_write_there_and_belong_there() -> None:
    for person, place in product(everybody(), everywhere()):
        belongs = place.local_id in (None, person.local_id)
        assert may_come(person, place) is belongs
        hindered = why_not_write(person, place)
        guest = "You are its guest" in why_not_answer(person, place)
        assert guest is (not hindered and not belongs)
        assert guest or why_not_answer(person, place) == hindered
    here = Place(QUESTION, QuestionState.DEBATING, 2, open=True, invited=frozenset({7}))
    assert any("You are its guest" in why_not_answer(person, here) for person in everybody())


@pytest.mark.parametrize(
    ("slow", "passed", "wait"),
    [(30, 0, 30), (30, 0.5, 30), (30, 29.1, 1), (30, 30, 0), (30, 99, 0), (0, 0, 0), (30, None, 0)],
)
def test_in_slow_mode_a_member_waits_out_what_is_left_in_whole_seconds(
    slow: int, passed: float | None, wait: int
) -> None:
    last = None if passed is None else AT - timedelta(seconds=passed)
    assert seconds_to_wait(slow, last, AT) == wait


def test_answers_are_counted_for_every_choice() -> None:
    assert total_of(3, [2, 0, 2]) == [1, 0, 2]
