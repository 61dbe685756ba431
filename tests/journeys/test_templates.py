"""Every process that a union can choose, each walked through in browsers by its own cast: what the page asks, they do.

The template `ratification` is walked in `test_a_whole_referendum`.
"""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from forum.kernel import clock
from forum.kernel.database import db, transaction
from forum.questions.queries import question
from referendum.surveys import operations as surveys
from referendum.surveys.models import Survey, SurveySeat
from referendum.surveys.queries import survey_at
from tests.journeys import drafts, keyboard
from tests.journeys.union import PHONE, Union, founded
from tests.people import actor

pytestmark = [pytest.mark.needs("chromium"), pytest.mark.database]

MEMBERS = 44
LAPSED = 40
ROSA, LEN, PRIYA = 14, 15, 16


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory, chromium: Browser) -> Iterator[Union]:
    """One union and one server for all of this file; each story has a question of its own."""
    with founded(tmp_path_factory.mktemp("town"), chromium, MEMBERS, LAPSED) as union:
        yield union


@pytest.fixture
def union(town: Union) -> Iterator[Union]:
    """The union with its clock, which every test lets go; what axe and the browsers found fails the test."""
    clock.follow(town.settings.instance / "clock")
    town.faults.clear()
    yield town
    assert town.faults == []


def lead(page: Page, words: str) -> None:
    expect(page.locator(".lead").first).to_contain_text(words)


def test_a_survey_asks_a_sample_and_the_council_decides(union: Union) -> None:
    page = drafts.begin(union, "Whom do we endorse?", "Sample survey")
    number = drafts.write(page, union, ("Ada Brook", "Bo Chen", "Cy Dole"), binds=False, people=False)
    union.look_closely(page)
    union.tend()
    address = f"/q/{number}/survey/2"

    keyboard.answer(union, LEN, "B Bo Chen")
    refused = union.enter(LAPSED, address, PHONE)
    union.look_closely(refused)
    others_answer(union, number, {"A": 18, "B": 9, "": 2})
    closes_at = the_survey(union, number).closes_at
    assert closes_at is not None
    union.stand_at(closes_at)
    told = union.visit(address)
    union.look_closely(told)
    lead(told, "30 of 43 who were asked have answered, 69.8%")
    first, *others = union.company.officers
    keyboard.vote_by_name(union, first, f"/q/{number}/by-name/council_decision", "A Ada Brook", "The survey said so.")
    for place in others:
        seat = union.enter(place, f"/q/{number}/by-name/council_decision")
        union.look_closely(seat)
        seat.get_by_label("B Bo Chen").check()
        seat.get_by_label("Your reason").fill("She came to every picket line.")
        seat.get_by_role("button", name="Vote by name").click()
        expect(seat.get_by_text("Voted for:")).to_be_visible()
    union.tend()
    decided = union.visit(f"/q/{number}/by-name/council_decision")
    lead(decided, "Elected by name: B Bo Chen")
    union.look_closely(decided)
    union.look_closely(union.visit(f"/q/{number}"))


def the_survey(union: Union, number: int) -> Survey:
    with union.app.app_context(), transaction(write=False) as session:
        found = survey_at(question(number), 2)
        session.refresh(found)
        session.expunge(found)
        return found


def others_answer(union: Union, number: int, counts: dict[str, int]) -> None:
    """As many of those who were drawn and have not answered yet give these answers."""
    with union.app.app_context(), transaction(write=True) as session:
        survey = survey_at(question(number), 2)
        waiting = db.select(SurveySeat.member_id).where(SurveySeat.survey_id == survey.id, ~SurveySeat.answered)
        people = iter(list(session.scalars(waiting.order_by(SurveySeat.id))))
        for letter, count in counts.items():
            for _ in range(count):
                surveys.answer(actor(next(people)), survey, letter, clock.now())
