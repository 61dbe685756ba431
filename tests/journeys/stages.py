"""What members do in the stages that only some processes have: registration, survey, vote by name, entry reading."""

from datetime import timedelta

from playwright.sync_api import Page, expect

from forum.kernel import clock
from forum.kernel.database import db, transaction
from forum.questions.queries import question
from referendum.registration import operations as registration
from referendum.rehearsal import replay_debate
from referendum.rollcalls.rules import NO_SEAT
from referendum.surveys import operations as surveys
from referendum.surveys.models import Survey, SurveySeat
from referendum.surveys.queries import survey_at
from tests.build_halls import make_argument
from tests.journeys import keyboard
from tests.journeys.charge import sign, the_question
from tests.journeys.debate import readings
from tests.journeys.union import PHONE, Union
from tests.people import actor

ROSA, LEN, PRIYA, LAPSED = 14, 15, 16, 31  # Len is of Local 1, Rosa and Priya of Local 2
PRESIDENTS = (20, 21, 22)


def lead(page: Page, words: str) -> None:
    """The sentence under the heading tells this."""
    expect(page.locator(".lead").last).to_contain_text(words)


def answer_survey(union: Union, number: int) -> None:
    """Len answers with a keyboard; who has not paid was not drawn and finds no form; others answer until the close."""
    union.tend()
    keyboard.answer(union, LEN, "B Bo Chen")
    page = union.enter(LAPSED, f"/q/{number}/survey/2", PHONE)
    expect(page.get_by_role("button")).to_have_count(1)
    expect(page.get_by_role("button")).to_have_text("Sign out")
    union.look_closely(page)
    _others_answer(union, number, {"A": 14, "B": 8, "": 2})
    union.stand_at(_survey(union, number).closes_at)


def _survey(union: Union, number: int) -> Survey:
    with union.app.app_context(), transaction(write=False) as session:
        found = survey_at(question(number), 2)
        session.refresh(found)
        session.expunge(found)
        return found


def _others_answer(union: Union, number: int, counts: dict[str, int]) -> None:
    """As many of those who were drawn and have not answered yet give these answers."""
    with union.app.app_context(), transaction(write=True) as session:
        survey = survey_at(question(number), 2)
        waiting = db.select(SurveySeat.member_id).where(SurveySeat.survey_id == survey.id, ~SurveySeat.answered)
        people = iter(list(session.scalars(waiting.order_by(SurveySeat.id))))
        for letter, count in counts.items():
            for _ in range(count):
                surveys.answer(actor(next(people)), survey, [letter], clock.now())


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
    expect(lapsed.get_by_role("heading", name="You are registered")).to_be_visible()
    expect(lapsed.get_by_text("As the roll stands today, you may not vote.")).to_be_visible()
    union.look_closely(lapsed)
    lapsed.get_by_role("link", name="See why").click()
    expect(lapsed.get_by_text("Lapsed")).to_be_visible()
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
    seats = [f"{union.company.number(place)}, Council {name}" for place, name in zip(PRESIDENTS, "ABC", strict=True)]
    page.get_by_label("One seat a line").fill("\n".join(seats))
    page.get_by_role("button", name="Put it before the tellers").click()
    page.wait_for_url("**/acts/*")
    union.look_closely(page)
    sign(union, page.url, tellers[:2])


def vote_by_name(union: Union, place: int, path: str, choice: str, reason: str, said: str) -> Page:
    """Who holds a seat chooses, says why, and reads it as everybody does."""
    page = union.enter(place, path, PHONE)
    page.get_by_label(choice).check()
    page.get_by_label("Your reason").fill(reason)
    page.get_by_role("button", name="Vote by name").click()
    expect(page.locator(".lead")).to_contain_text(said)
    expect(page.locator("blockquote")).to_have_text(reason)
    return page


def roll_call(union: Union, number: int) -> Page:
    """One president votes by keyboard, one abstains, one stays away until the close; a member without a seat reads."""
    path = f"/q/{number}/by-name/roll_call"
    keyboard.vote_by_name(union, PRESIDENTS[0], path, "C Cy Dole", "My council voted for him.")
    seat = vote_by_name(union, PRESIDENTS[1], path, "Nobody: I abstain", "My council is divided.", "Abstained.")
    expect(seat.get_by_role("region", name="What the members voted")).to_contain_text("A Ada Brook")
    union.look_closely(seat)
    member = union.enter(ROSA, path, PHONE)
    expect(member.get_by_text(NO_SEAT)).to_be_visible()
    union.look_closely(member)
    union.stand_at(clock.now() + timedelta(days=1, minutes=1))
    return union.visit(path)


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
    rosa.get_by_role("button", name="Save my answer").click()
    expect(rosa.get_by_text("Saved. You can change it until the debate closes.")).to_be_visible()
    mover, seconder = union.member_id(LEN), union.member_id(PRIYA)
    with union.app.test_request_context(), transaction(write=True):
        make_argument(question(number), mover, seconded_by=seconder, now=clock.now())
    readings(union, range(20, 30))
    union.stand_at(the_question(union, number).debate_closes_at)
