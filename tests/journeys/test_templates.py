"""Every process that a union can choose, each walked through in browsers by its own cast: what the page asks, they do.

The template `ratification` is walked in `test_a_whole_referendum`.
"""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page, expect

from forum.kernel import clock
from forum.kernel.database import db, transaction
from forum.questions.queries import question
from referendum.registration import operations as registration
from referendum.rehearsal import replay_debate
from referendum.surveys import operations as surveys
from referendum.surveys.models import Survey, SurveySeat
from referendum.surveys.queries import survey_at
from tests.build_halls import make_argument
from tests.journeys import drafts, held, keyboard
from tests.journeys.charge import propose, sign, the_question
from tests.journeys.debate import readings
from tests.journeys.union import PHONE, Union, founded
from tests.journeys.vote import cast_by_hand
from tests.people import actor

pytestmark = [pytest.mark.needs("chromium"), pytest.mark.database]

MEMBERS = 32
LAPSED = 31
ROSA, LEN, PRIYA = 14, 15, 16  # Len is of Local 1, Rosa and Priya of Local 2
PRESIDENTS = (20, 21, 22)
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
    others_answer(union, number, {"A": 14, "B": 8, "": 2})
    closes_at = the_survey(union, number).closes_at
    assert closes_at is not None
    union.stand_at(closes_at)
    told = union.visit(address)
    union.look_closely(told)
    lead(told, "25 of 31 who were asked have answered, 80.6%")
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
                surveys.answer(actor(next(people)), survey, [letter], clock.now())


def test_members_register_and_vote_and_the_presidents_decide_between_the_leaders(union: Union) -> None:
    page = drafts.begin(union, "Whom do we endorse this year?", "Registration, members’ vote, roll call")
    number = drafts.write(page, union, CANDIDATES, binds=False, people=True)
    union.look_closely(page)
    register_members(union, number)
    held.hold(union, number, {"A": 9, "B": 4, "C": 6, "blank": 1}, ROSA, held.one_choice("C Cy Dole"))
    result = union.visit(f"/q/{number}/result")
    expect(result.locator("h1")).to_have_text("A, C go on")
    union.look_closely(result)
    name_seats(union, number)
    roll_call(union, number)
    page = union.visit(f"/q/{number}")
    union.look_closely(page)
    label = page.get_by_role("region", name="Process label")
    for words in ("22 registered", "No, it binds nobody", "Members decide without a debate organised by the union"):
        expect(label).to_contain_text(words)
    result = union.visit(f"/q/{number}/result").locator("main")
    expect(result).to_contain_text("State Council Presidents: Elected by name: C Cy Dole.")
    timetable = union.visit(f"/q/{number}/timetable")
    expect(timetable.get_by_text("The roll call closes")).to_be_visible()


def register_members(union: Union, number: int) -> None:
    """Rosa has only a keyboard. Len gives another's number and is told so; who has not paid is told that as well."""
    keyboard.register(union, ROSA, number)
    page = union.enter(LEN, f"/q/{number}/register", PHONE)
    page.get_by_label("The number on your membership card").fill(union.company.number(PRIYA))
    page.get_by_role("button", name="Register").click()
    expect(page.get_by_role("alert")).to_contain_text("This is not the number on your card.")
    union.look_closely(page)
    lapsed = union.enter(LAPSED, f"/q/{number}/register", PHONE)
    lapsed.get_by_label("The number on your membership card").fill(union.company.number(LAPSED))
    lapsed.get_by_role("button", name="Register").click()
    expect(lapsed.get_by_text("As the roll stands today, you may not vote.")).to_be_visible()
    union.look_closely(lapsed)
    lapsed.get_by_role("link", name="See why").click()
    lead(lapsed, "As the roll stands today, you may not vote.")
    others = [place for place in (*union.company.officers, *union.company.ordinary) if place not in (ROSA, LAPSED)]
    with union.app.app_context(), transaction(write=True):
        for place in others[:20]:
            card = union.company.number(place)
            registration.register(union.company.actor(place, clock.now()), question(number), card, now=clock.now())


def name_seats(union: Union, number: int) -> None:
    """The tellers name who speaks for which council, and more than half of them sign."""
    tellers, path = list(union.company.tellers), f"/q/{number}/by-name/roll_call"
    page = union.enter(tellers[0], path)
    union.look_closely(page)
    page.get_by_label("One seat a line").fill("\n".join(union.company.number(place) for place in PRESIDENTS))
    page.get_by_role("button", name="Put it before the tellers").click()
    page.wait_for_url("**/acts/*")
    union.look_closely(page)
    sign(union, page.url, tellers[:2])


def roll_call(union: Union, number: int) -> None:
    """One president votes by keyboard, one abstains, one stays away; a member without a seat reads."""
    path = f"/q/{number}/by-name/roll_call"
    keyboard.vote_by_name(union, PRESIDENTS[0], path, "C Cy Dole", "My council voted for him.")
    second = union.enter(PRESIDENTS[1], path, PHONE)
    second.get_by_label("Nobody: I abstain").check()
    second.get_by_label("Your reason").fill("My council is divided.")
    second.get_by_role("button", name="Vote by name").click()
    union.look_closely(second)
    member = union.enter(ROSA, path, PHONE)
    union.look_closely(member)
    union.stand_at(clock.now() + timedelta(days=1, minutes=1))
    closed = union.visit(path)
    union.look_closely(closed)


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
    expect(page.get_by_role("region", name="Process label")).to_contain_text("Yes, once its pledge is signed")
    union.look_closely(page)
    page.get_by_label("The question, as it will stand on the ballot").fill("Whom do we endorse, one of each?")
    page.get_by_role("button", name="Begin a draft with it").click()
    expect(page.get_by_label("Our own, written below")).to_be_checked()
    number = drafts.write(page, union, CANDIDATES, binds=True, people=True)
    pledge(union, number)
    held.hold(union, number, {"A": 5, "B": 2, "C": 3, "D": 1}, ROSA, held.one_choice("C Cy Dole"))
    result = union.visit(f"/q/{number}/result")
    union.look_closely(result)
    union.look_closely(union.visit(f"/q/{number}/mandate"))


def own(union: Union, title: str, source: str) -> Page:
    """An officer begins a draft and writes a process into it."""
    page = drafts.begin(union, title, "Debate, members’ vote, mandate")
    page.get_by_label("Our own, written below").check()
    page.get_by_text("Write your own process").click()
    page.get_by_label("Stages and their parameters, as TOML").fill(source)
    page.get_by_role("button", name="Save the draft").click()
    return page


def pledge(union: Union, number: int) -> None:
    """More than half of the council signs; without a debate the question begins with that."""
    officers = list(union.company.officers)
    sign(union, propose(union, officers[0], f"/q/{number}/edit", "Put the pledge before the council"), officers[:2])
    assert the_question(union, number).state == "closed"


def test_nobody_has_half_and_a_run_off_decides(union: Union) -> None:
    page = own(union, "Where do we meet next year?", TWO_ROUNDS)
    number = drafts.write(page, union, ("Ashby", "Brinton", "Calder"), binds=True, people=True)
    pledge(union, number)
    held.hold(union, number, {"A": 5, "B": 2, "C": 3, "blank": 1}, ROSA, held.one_choice("C Calder"))
    union.look_closely(union.visit(f"/q/{number}/result"))
    union.look_closely(union.visit(f"/q/{number}/timetable"))
    held.hold(union, number, {"A": 5, "C": 6}, PRIYA, held.one_choice("C Calder"))
    union.look_closely(union.visit(f"/q/{number}/result"))
    union.look_closely(union.visit(f"/q/{number}"))


def test_every_local_debates_before_the_members_decide(union: Union) -> None:
    page = drafts.begin(union, "What do we ask for first?", "Debate, members’ vote, mandate")
    number = drafts.write(page, union, ("Wages", "Hours", "Safety"), binds=True, people=True)
    debate(union, number)
    counts = {"A": 9, "B": 7, "C": 4}
    held.hold(union, number, counts, ROSA, lambda page: cast_by_hand(page, "A Wages", ["A-01"]))
    union.look_closely(union.visit(f"/q/{number}/result"))
    union.look_closely(union.visit(f"/q/{number}/label"))


def debate(union: Union, number: int) -> None:
    """Pledge, charge, halls and sessions as in a replay; members are asked where they stand before they read."""
    with union.app.app_context():
        question_id = the_question(union, number).id
        union.company.forget()
        replay_debate.charge(question_id, union.company, clock.now())
        opens_at = the_question(union, number).debate_opens_at
        assert opens_at is not None
        union.stand_at(opens_at + timedelta(hours=18))
        replay_debate.hold_sessions(question_id, union.company)
    rosa = union.enter(ROSA, f"/q/{number}/arguments", PHONE)
    expect(rosa.get_by_text("Before you read what others say: where do you stand today?")).to_be_visible()
    union.look_closely(rosa)
    rosa.get_by_label("I have not decided").check()
    rosa.get_by_role("button", name="Keep my answer").click()
    mover, seconder = union.member_id(LEN), union.member_id(PRIYA)
    with union.app.test_request_context(), transaction(write=True):
        make_argument(question(number), mover, seconded_by=seconder, now=clock.now())
    readings(union, range(20, 30))
    union.stand_at(the_question(union, number).debate_closes_at)


def test_a_body_without_its_quorum_decides_nothing(union: Union) -> None:
    page = own(union, "Do we join the federation?", WITH_QUORUM)
    number = drafts.write(page, union, ("Join", "Stay"), binds=False, people=True)
    name_seats(union, number)
    path = f"/q/{number}/by-name/roll_call"
    seat = union.enter(PRESIDENTS[0], path, PHONE)
    seat.get_by_label("A Join").check()
    seat.get_by_label("Your reason").fill("Together we are more.")
    seat.get_by_role("button", name="Vote by name").click()
    expect(seat.get_by_text("Voted for:")).to_be_visible()
    union.stand_at(clock.now() + timedelta(days=2, minutes=1))
    closed = union.visit(path)
    union.look_closely(closed)
