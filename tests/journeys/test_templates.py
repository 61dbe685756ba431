"""Every process that a union can choose, each walked in browsers by its own cast: what the page asks, they do.

The template `ratification` is walked in `test_a_whole_referendum`. Keys, codes, ballots and counts are real; most of
them are made outside of browsers, where that story makes them.
"""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page, expect

from forum.kernel import clock
from tests.journeys import drafts, keyboard, stages
from tests.journeys.held import hold, one_choice
from tests.journeys.stages import LAPSED, PRESIDENTS, PRIYA, ROSA, lead
from tests.journeys.union import Union, founded
from tests.journeys.vote import cast_by_hand

pytestmark = [pytest.mark.needs("chromium"), pytest.mark.database]

MEMBERS = 32
ONE_OF_EACH = """
name = "one-of-each"
title = "One of each slate"

[electorate]
locals = ["2"]

[[stages]]
kind = "members_vote"
days = 3
rule = "dual"
min_ballots = 10

[[stages]]
kind = "mandate"
"""
TWO_ROUNDS = """
name = "two-rounds"
title = "Two rounds"

[electorate]
locals = ["2"]

[[stages]]
kind = "members_vote"
rule = "majority_run_off"
min_ballots = 10

[[stages]]
kind = "run_off"
days = 5
challenge_days = 3

[[stages]]
kind = "mandate"
"""
WITH_QUORUM = """
name = "presidents"
title = "The presidents decide"

[[stages]]
kind = "roll_call"
body = "State Council Presidents"
days = 2
quorum = "1/2"
"""
CANDIDATES = ("Ada Brook | Blue", "Bo Chen | Blue", "Cy Dole | Green", "Di Esser | Green")


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


def label_says(page: Page, *words: str) -> None:
    label = page.get_by_role("region", name="Process label")
    for each in words:
        expect(label).to_contain_text(each)


def test_a_survey_asks_a_sample_and_the_council_decides(union: Union) -> None:
    page = drafts.begin(union, "Whom do we endorse?", "Sample survey")
    number = drafts.write(page, union, ("Ada Brook", "Bo Chen", "Cy Dole"), binds=False, people=False)
    union.look_closely(page)
    stages.answer_survey(union, number)
    told = union.visit(f"/q/{number}/survey/2")
    lead(told, "25 of 31 who were asked have answered, 80.6%")
    expect(told.get_by_text("It is not a vote and binds nobody.")).to_be_visible()
    expect(told.locator("main")).to_contain_text("±")
    drawn = told.get_by_role("region", name="How the sample was drawn")
    expect(drawn).to_contain_text(re.compile(r"Seed\s*[0-9a-f]{64}"))
    union.look_closely(told)

    path, (first, *others) = f"/q/{number}/by-name/council_decision", union.company.officers
    keyboard.vote_by_name(union, first, path, "A Ada Brook", "The survey said so.")
    for place in others:
        stages.vote_by_name(union, place, path, "B Bo Chen", "She came to every picket line.", "B Bo Chen")
    union.tend()
    decided = union.visit(path)
    lead(decided, "Elected by name: B Bo Chen")
    union.look_closely(decided)
    page = union.visit(f"/q/{number}")
    expect(page.locator(".kicker")).to_contain_text("Executive council: voted by name")
    label_says(page, "There is no members’ vote", "No, it binds nobody", "None: the members do not decide")
    union.look_closely(page)


def test_members_register_and_vote_and_the_presidents_decide_between_the_leaders(union: Union) -> None:
    page = drafts.begin(union, "Whom do we endorse this year?", "Registration, members’ vote, roll call")
    number = drafts.write(page, union, CANDIDATES, binds=False, people=True)
    union.look_closely(page)
    stages.register_members(union, number)
    hold(union, number, {"A": 9, "B": 4, "C": 6, "blank": 1}, ROSA, one_choice("C Cy Dole"))
    result = union.visit(f"/q/{number}/result")
    expect(result.locator("h1")).to_have_text("A, C go on")
    union.look_closely(result)

    stages.name_seats(union, number)
    closed = stages.roll_call(union, number)
    lead(closed, "Elected by name: C Cy Dole.")
    expect(closed.locator(".seats td")).to_contain_text(["C Cy Dole", "abstains", "absent"])
    union.look_closely(closed)
    page = union.visit(f"/q/{number}")
    label_says(page, "22 registered", "No, it binds nobody")
    union.look_closely(page)
    result = union.visit(f"/q/{number}/result")
    expect(result.locator("main")).to_contain_text("State Council Presidents: Elected by name: C Cy Dole.")
    expect(union.visit(f"/q/{number}/timetable").get_by_text("The roll call closes")).to_be_visible()


def test_a_process_of_the_unions_own_is_tried_out_and_elects_one_of_each_slate(union: Union) -> None:
    page = union.enter(union.company.officers[0], "/processes")
    union.look_closely(page)
    page.get_by_role("link", name="Write your own process").click()
    source = page.get_by_label("Stages and their parameters, as TOML")
    source.fill(ONE_OF_EACH.replace("dual", "ranked").replace("min_ballots = 10", "min_ballots = 2"))
    page.get_by_role("button", name="Look at it").click()
    expect(page.get_by_role("heading", name="2 faults")).to_be_visible()
    union.look_closely(page)
    source.fill(ONE_OF_EACH)
    page.get_by_role("button", name="Look at it").click()
    expect(page.get_by_role("heading", name="One of each slate")).to_be_visible()
    expect(page.locator(".times-dates")).to_contain_text("Voting opens")
    label_says(page, "Yes, once its pledge is signed")
    union.look_closely(page)

    page.get_by_label("The question, as it will stand on the ballot").fill("Whom do we endorse, one of each?")
    page.get_by_role("button", name="Begin a draft with it").click()
    expect(page.get_by_label("Our own, written below")).to_be_checked()
    number = drafts.write(page, union, CANDIDATES, binds=True, people=True)
    drafts.pledge(union, number)
    hold(union, number, {"A": 5, "B": 2, "C": 3, "D": 1}, ROSA, one_choice("C Cy Dole"))
    result = union.visit(f"/q/{number}/result")
    expect(result.locator("h1")).to_have_text("A Ada Brook\nC Cy Dole", use_inner_text=True)
    label_says(result, "Yes, since")
    union.look_closely(result)
    mandate = union.visit(f"/q/{number}/mandate")
    expect(mandate.locator(".duty-h")).to_have_count(2)
    union.look_closely(mandate)


def test_nobody_has_half_and_a_run_off_decides(union: Union) -> None:
    page = drafts.begin_own(union, "Where do we meet next year?", TWO_ROUNDS)
    number = drafts.write(page, union, ("Ashby", "Brinton", "Calder"), binds=True, people=True)
    drafts.pledge(union, number)
    hold(union, number, {"A": 5, "B": 2, "C": 3, "blank": 1}, ROSA, one_choice("C Calder"))
    first = union.visit(f"/q/{number}/result")
    expect(first.locator("h1")).to_have_text("A, C go on")
    lead(first, "No option has more than half.")
    timetable = union.visit(f"/q/{number}/timetable")
    for words in ("Voting opens", "The run-off opens"):
        expect(timetable.get_by_role("heading", name=words)).to_be_visible()
    union.look_closely(timetable)
    hold(union, number, {"A": 5, "C": 6}, PRIYA, one_choice("C Calder"))
    second = union.visit(f"/q/{number}/result")
    expect(second.locator("h1")).to_have_text("C Calder")
    expect(second.get_by_role("region", name="Every vote on this question")).to_contain_text("A, C go on")
    union.look_closely(second)


def test_every_local_debates_before_the_members_decide(union: Union) -> None:
    page = drafts.begin(union, "What do we ask for first?", "Debate, members’ vote, mandate")
    number = drafts.write(page, union, ("Wages", "Hours", "Safety"), binds=True, people=True)
    stages.debate(union, number)
    hold(union, number, {"A": 9, "B": 7, "C": 4}, ROSA, lambda page: cast_by_hand(page, "A Wages", ["A-01"]))
    result = union.visit(f"/q/{number}/result")
    expect(result.locator("h1")).to_have_text("A Wages")
    label_says(result, "28 days", "In 2 of 2", "Yes, since")
    union.look_closely(union.visit(f"/q/{number}/label"))


def test_a_body_without_its_quorum_decides_nothing(union: Union) -> None:
    page = drafts.begin_own(union, "Do we join the federation?", WITH_QUORUM)
    number = drafts.write(page, union, ("Join", "Stay"), binds=False, people=True)
    stages.name_seats(union, number)
    path = f"/q/{number}/by-name/roll_call"
    stages.vote_by_name(union, PRESIDENTS[0], path, "A Join", "Together we are more.", "A Join")
    union.stand_at(clock.now() + timedelta(days=2, minutes=1))
    closed = union.visit(path)
    lead(closed, "quorum")
    expect(closed.locator(".seats td")).to_contain_text(["A Join", "absent", "absent"])
