"""The first part of the story: the roll, a first sign-in, the draft, the pledge, the charge, the open halls."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from playwright.sync_api import Page, expect

from forum.halls.queries import hall_of, national_hall
from forum.kernel.database import db, transaction
from forum.questions.models import Question
from forum.questions.queries import question
from forum.roll.models import Local
from tests.journeys.union import Union

TITLE = "Shall we accept the tentative agreement with Meridian?"
ACCEPTED = "Sign the agreement and publish the new overtime rule in every local."
REJECTED = "Return to the table and ask for nine weeks of strike fund."


def activate(union: Union, place: int) -> None:
    """A member sets up an account with the member number and the code that comes by mail."""
    page = union.page(place)
    union.open(page, "/sign-in")
    union.look_over(page)
    page.get_by_role("link", name="Set up my account").click()
    expect(page.get_by_role("heading", name="Set up your account")).to_be_visible()
    union.look_over(page)
    page.get_by_label("Member number").fill(union.company.number(place))
    page.get_by_role("button", name="Go on").click()
    page.get_by_label("The code").fill(union.mailed(place, "Your code", r"\d{4} \d{4}"))
    page.get_by_label("A password, if you want one").fill("battery horse staple barn")
    page.get_by_role("button", name="Set up my account").click()
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()


def draft(union: Union) -> None:
    """An officer writes the draft, is told everything that is missing, mends it and publishes."""
    officer = union.company.officers[0]
    page = union.enter(officer, "/questions/new")
    page.get_by_label("The question, as it will stand on the ballot").fill(TITLE)
    page.get_by_label("Ratification of a tentative agreement").check()
    page.get_by_role("button", name="Begin the draft").click()
    expect(page.get_by_role("heading", name="Before the locals can be charged")).to_be_visible()
    assert page.get_by_role("region", name="Before the locals can be charged").get_by_role("listitem").count() > 3
    page.locator("#f-background").fill("The tentative agreement runs **until 2029**. Article 12 is new.")
    for place, (title, duty) in enumerate((("Accept", ACCEPTED), ("Reject", REJECTED))):
        page.locator(f"#f-option-{place}-title").fill(title)
        page.locator(f"#f-option-{place}-duty-0-text").fill(duty)
        page.locator(f"#f-option-{place}-duty-0-days").fill("60")
    page.get_by_label("Set the shortest dates that the process allows").check()
    company = union.company
    people = (("tellers", company.tellers), ("trustees", company.trustees), ("observers", company.observers))
    for role, places in people:
        page.locator(f"#f-{role}").fill("\n".join(company.number(place) for place in places))
    page.get_by_role("button", name="Save the draft").click()
    page.get_by_role("button", name="Publish", exact=True).click()
    expect(page.get_by_role("button", name="Put the pledge before the council")).to_be_visible()


def sign(union: Union, address: str, places: list[int]) -> None:
    """These people read an act on its page and sign it; after the last it is in effect."""
    for place in places:
        page = union.enter(place, address.removeprefix(union.settings.base_url))
        page.get_by_role("button", name="I have read it, and I sign").click()
        expect(page.get_by_text("You have signed it.").or_(page.get_by_text("In effect"))).not_to_have_count(0)
    expect(page.get_by_text("In effect")).to_be_visible()


def propose(union: Union, place: int, path: str, button: str) -> str:
    """Put an act before its body; the address of its page."""
    page = union.enter(place, path)
    page.get_by_role("button", name=button).click()
    page.wait_for_url("**/acts/*")
    return page.url


def pledge_and_charge(union: Union) -> None:
    """More than half of the council signs the pledge, then the charge; the hosts are told by mail."""
    officers = list(union.company.officers)
    for button in ("Put the pledge before the council", "Put the charge before the council"):
        sign(union, propose(union, officers[0], "/q/1/edit", button), officers[:2])
    for local in (1, 2):
        assert union.mails(union.company.host_of(local), "hall"), "the host was not told of the charge"


def open_halls(union: Union) -> None:
    """Each host opens the local's hall with an agenda and a first session; a teller opens the national one."""
    opens_at = the_question(union).debate_opens_at
    assert opens_at is not None
    for local in (1, 2):
        open_hall(union, union.company.host_of(local), hall(union, local), opens_at + timedelta(hours=18))
    open_hall(union, union.company.tellers[0], hall(union, 0), opens_at + timedelta(hours=20))


def open_hall(union: Union, place: int, number: int, first: datetime) -> Page:
    page = union.enter(place, f"/halls/{number}/open")
    page.get_by_label("The agenda").fill("1. What is in Article 12\n2. What everybody thinks of it")
    there = first.astimezone(ZoneInfo("America/Chicago"))
    page.get_by_label("First live session").fill(there.strftime("%Y-%m-%dT%H:%M"))
    page.get_by_role("button", name="Open the hall").click()
    expect(page.get_by_text("Hall open since")).to_be_visible()
    return page


def the_question(union: Union, number: int = 1) -> Question:
    """The story's question as it stands now, read once and let go."""
    with union.app.app_context(), transaction(write=False) as session:
        found = question(number)
        session.refresh(found)
        session.expunge(found)
        return found


def hall(union: Union, local: int) -> int:
    """The id of the hall of the local with this number, of the national hall for 0."""
    with union.app.app_context(), transaction(write=False) as session:
        if not local:
            found = national_hall(question(1).id)
        else:
            home = session.scalars(db.select(Local.id).where(Local.number == str(local))).one()
            found = hall_of(question(1).id, home)
        assert found is not None
        return found.id
