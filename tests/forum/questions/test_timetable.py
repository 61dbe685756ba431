from dataclasses import replace
from datetime import timedelta

import pytest

from forum.questions.templates import load_shipped
from forum.questions.timetable import FIELDS, Timetable, problems_with, propose
from tests.forum.questions.facts import PROCESS, START, TIMETABLE

HOUR = timedelta(hours=1)


def fields(timetable: Timetable) -> list[str]:
    return [problem.field for problem in problems_with(timetable, PROCESS)]


def test_the_shortest_timetable_has_no_fault() -> None:
    assert fields(TIMETABLE) == []


@pytest.mark.parametrize("name", ["debate_closes_at", "voting_closes_at", "challenge_closes_at"])
def test_an_hour_less_than_the_process_asks_is_a_fault_at_that_date(name: str) -> None:
    assert name in fields(replace(TIMETABLE, **{name: getattr(TIMETABLE, name) - HOUR}))


@pytest.mark.parametrize("name", [name for name in FIELDS if name != "registration_closes_at"])
def test_every_date_of_the_process_must_be_given(name: str) -> None:
    assert fields(replace(TIMETABLE, **{name: None})) == [name]


def test_voting_cannot_open_before_the_debate_has_closed() -> None:
    assert TIMETABLE.debate_closes_at is not None
    early = replace(TIMETABLE, voting_opens_at=TIMETABLE.debate_closes_at - HOUR)
    assert "voting_opens_at" in fields(early)


def test_registration_comes_first() -> None:
    timetable = propose(load_shipped("iam-2024"), START)
    assert timetable.in_order()[0] == ("registration_closes_at", START + timedelta(days=14))
    assert timetable.debate_opens_at is None
