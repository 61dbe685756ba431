"""The second part of the story: threads, a live session, arguments, a statement, readings, and the close."""

from datetime import timedelta

from playwright.sync_api import Locator, Page, expect

from forum.arguments.models import Argument
from forum.arguments.reading_operations import read_argument
from forum.arguments.rules import Answer
from forum.kernel import clock
from forum.kernel.database import db, transaction
from forum.sittings.models import Sitting
from tests.journeys.charge import hall, the_question
from tests.journeys.union import PHONE, Union
from tests.people import actor

MARTA, LEN, PRIYA, ROSA = 13, 15, 12, 20  # Marta and Len are of Local 1, Priya and Rosa of Local 2
OVERTIME = "The overtime rule is posted nowhere, so nobody can hold a foreman to it."
FUND = "The strike fund lasts nine weeks, and Meridian knows it."
WAGES = "Four percent a year is more than any agreement since 2009."


def open_debate(union: Union) -> None:
    """The clock opens the debate on the published day."""
    union.stand_at(the_question(union).debate_opens_at)
    assert the_question(union).state == "debating"


def thread(union: Union) -> None:
    """A post with formatting and preview, a reply with a quote, an edit whose history everybody can read."""
    here = f"/halls/{hall(union, 1)}"
    marta = union.enter(MARTA, here, PHONE)
    marta.get_by_label("Your post").fill("Has anybody seen the overtime rule?\n\n- not in the yard\n- not in the shop")
    marta.get_by_role("button", name="See how it will look").click()
    expect(marta.locator("[data-preview] li")).to_have_text(["not in the yard", "not in the shop"])
    marta.get_by_role("button", name="Post it").click()
    expect(marta.locator("#p1 li")).to_have_count(2)

    len_ = union.enter(LEN, here, PHONE)
    len_.locator("#p1").get_by_role("link", name="Quote").click()
    expect(len_.get_by_text("You answer No. 1.")).to_be_visible()
    box = len_.get_by_label("Your post")
    box.fill(box.input_value() + "\n\nNot in the depot eighter.")
    len_.get_by_role("button", name="Post it").click()
    expect(len_.locator("#p2 blockquote")).to_contain_text("overtime rule")
    expect(len_.locator("#p2").get_by_role("link", name="answers No. 1")).to_be_visible()
    len_.locator("#p2").get_by_role("link", name="Edit").click()
    box = len_.get_by_label("Your post")
    box.fill(box.input_value().replace("eighter", "either"))
    len_.get_by_role("button", name="Save this wording").click()
    union.look_over(len_)
    len_.locator("#p2").get_by_role("link", name="edited once").click()
    expect(len_.locator("main")).to_contain_text("eighter")


def session(union: Union) -> None:
    """Local 1 meets live: chat, a list of speakers, a poll, a line put on the record, minutes. Local 2 meets too."""
    opens_at = the_question(union).debate_opens_at
    assert opens_at is not None
    union.stand_at(opens_at + timedelta(hours=18))
    host = open_session(union, 1)
    marta, len_ = join(union, MARTA, host), join(union, LEN, host)
    say(marta, "Is the overtime rule *posted*?")
    expect(len_.locator("[data-lines] em")).to_have_text("posted")
    say(len_, "Nowhere. So nobody can hold a foreman to it.")
    expect(marta.locator("[data-lines] li[data-number]")).to_have_count(2)
    call_speakers(host, marta, len_)
    union.look_over(marta)
    straw_poll(host, marta)
    put_on_record(marta, len_)
    expect(host.locator("[data-lines]")).to_contain_text("on the record")
    there = open_session(union, 2)
    join(union, next(each for each in union.company.ordinary if union.company.local_of(each) == 2), there)
    clock.move_to(clock.now() + timedelta(minutes=12))
    close_session(again(union, 1, host))
    expect(marta.locator("main .flag").first).to_have_text("Over")
    close_session(again(union, 2, there))


def open_session(union: Union, local: int) -> Page:
    with union.app.app_context(), transaction(write=False) as rows:
        number = rows.scalars(db.select(Sitting.id).where(Sitting.hall_id == hall(union, local))).one()
    host = union.enter(union.company.host_of(local), f"/sittings/{number}")
    host.get_by_role("button", name="Open the session now").click()
    return live(host)


def again(union: Union, local: int, host: Page) -> Page:
    """The host shows once more who it is: signing the minutes needs a sign-in of the last ten minutes."""
    return live(union.enter(union.company.host_of(local), host.url.removeprefix(union.settings.base_url)))


def live(page: Page) -> Page:
    expect(page.locator("[data-connection]")).to_have_text("Live. New lines come by themselves.", timeout=15_000)
    return page


def join(union: Union, place: int, host: Page) -> Page:
    return live(union.enter(place, host.url.removeprefix(union.settings.base_url), PHONE))


def say(page: Page, text: str) -> None:
    page.fill("#msg", text)
    page.keyboard.press("Enter")


def call_speakers(host: Page, marta: Page, len_: Page) -> None:
    marta.get_by_role("button", name="Ask to speak").click()
    expect(marta.locator("[data-place]")).to_have_text("You are next")
    len_.get_by_role("button", name="Ask to speak").click()
    expect(len_.locator("[data-place]")).to_have_text("You are number 2")
    for name in ("Member 13", "Member 15"):
        host.locator("button[data-key=n]").click()
        for page in (host, marta, len_):
            expect(page.locator("[data-speaker]")).to_have_text(name)
    host.locator("button[data-key=e]").click()


def straw_poll(host: Page, marta: Page) -> None:
    host.locator("[data-more] > summary").click()
    host.fill("#poll-q", "Have they answered you?")
    host.get_by_role("button", name="Ask the room").click()
    marta.locator(".poll-folded").get_by_role("button", name="Answer").click()
    marta.locator(".poll-acts").get_by_role("button", name="No").click()
    expect(marta.locator(".poll-answered")).to_contain_text("You answered: No")
    host.get_by_role("button", name="Close the poll").click()
    expect(marta.locator("[data-poll]")).to_contain_text("Yes: 0, No: 1")


def put_on_record(marta: Page, len_: Page) -> None:
    """Len moves an argument from his own line; everybody in the room sees it on the record."""
    len_.locator("[data-lines] li[data-number='2'] .line-act", has_text="Put on the record").click()
    fill_argument(len_, "B Reject", "for it", OVERTIME)
    len_.get_by_role("button", name="Move it").click()
    expect(len_.get_by_role("heading", name=OVERTIME)).to_be_visible()
    expect(marta.locator("[data-lines]")).to_contain_text("A-01")


def fill_argument(page: Page, option: str, side: str, claim: str) -> None:
    page.get_by_label(option).check()
    page.get_by_label(side).check()
    page.get_by_label("The claim").fill(claim)
    page.get_by_label("The grounds").fill("It stands so in the paper that was handed out.")


def close_session(host: Page) -> None:
    """The host closes, words the minutes and signs them."""
    if host.get_by_role("button", name="Close the session").is_hidden():
        host.locator("[data-more] > summary").click()
    host.get_by_role("button", name="Close the session").click()
    expect(host.get_by_role("heading", name="Minutes")).to_be_visible()
    minutes = host.get_by_label("Minutes", exact=True)
    minutes.fill(minutes.input_value() + "\n\nThe next session is on Thursday.")
    host.get_by_role("button", name="Sign the minutes").click()
    expect(host.get_by_text("Hash of these minutes:")).to_be_visible()


def arguments(union: Union) -> None:
    """Two more are moved directly, one as an answer; each is seconded by another member and read by the other two."""
    for place, option, claim, answers in ((PRIYA, "B Reject", FUND, ""), (ROSA, "A Accept", WAGES, "A-02")):
        page = union.enter(place, "/q/1/arguments/new", PHONE)
        fill_argument(page, option, "for it", claim)
        page.get_by_label("It answers").fill(answers)
        page.get_by_role("button", name="Move it").click()
        expect(page.get_by_role("heading", name=claim)).to_be_visible()
    for place, label in ((MARTA, "A-01"), (LEN, "A-02"), (PRIYA, "A-03")):
        page = union.enter(place, "/q/1/arguments", PHONE)
        page.get_by_role("button", name=f"Second it {label}").click()
        expect(card(page, label).get_by_text("Needs a seconder")).to_have_count(0)
    for place, label, word in ((ROSA, "A-01", "Agree"), (ROSA, "A-02", "Pass"), (MARTA, "A-03", "Disagree")):
        page = union.enter(place, "/q/1/arguments", PHONE)
        card(page, label).get_by_role("button", name=word, exact=True).click()
        said = {"Agree": "You agree.", "Pass": "You passed.", "Disagree": "You disagree."}[word]
        expect(card(page, label).get_by_text(said)).to_be_visible()
    for path in ("/", "/q/1", "/q/1/arguments", "/q/1/my-readings", "/q/1/arguments/new"):
        union.look_over(union.enter(ROSA, path, PHONE))


def card(page: Page, label: str) -> Locator:
    return page.locator(f"#a{int(label[2:])}")


def options(union: Union) -> None:
    """A member seconds an option and names who should speak for it."""
    page = union.enter(PRIYA, "/q/1", PHONE)
    page.locator("#option-B").get_by_text("Name who should speak for it").click()
    page.locator("#option-B").get_by_label("Who should speak for it?").fill(union.company.number(MARTA))
    page.get_by_role("button", name="Second option B").click()
    expect(page.locator("#option-B")).to_contain_text("Spokespersons: Member 13.")


def statement(union: Union) -> None:
    """The leadership states its view, marked as such; a minority may answer."""
    officer = union.enter(union.company.officers[0], "/q/1/statements")
    officer.get_by_role("radio", name="A Accept").check()
    officer.get_by_role("radio", name="for it").check()
    officer.get_by_label("Title").fill("Why the council says yes")
    officer.get_by_label("The statement").fill("It is the best paper in fifteen years. **Read Article 12.**")
    officer.get_by_role("button", name="Publish it").click()
    expect(officer.locator("article.post-lead .flag")).to_have_text(["Leadership", "for it"])
    priya = union.enter(PRIYA, "/q/1/statements", PHONE)
    priya.get_by_text("Write a reply").click()
    priya.locator("form[action='/q/1/replies']").get_by_label("Title").fill("Why some of us say no")
    priya.locator("form[action='/q/1/replies']").get_by_label("The reply").fill("The fund would carry us.")
    priya.get_by_role("button", name="Publish it for signatures").click()
    expect(priya.get_by_text("Reply, being signed")).to_be_visible()
    take_the_same(union)


def take_the_same(union: Union) -> None:
    """The statement has a slot in the bulletin, so the debate waits for option B; its spokesperson takes the same."""
    desk = union.enter(union.company.officers[0], "/desk")
    expect(desk.locator("#close-1-reach_bulletin_b")).to_contain_text("In the bulletin, option A is 100% ahead")
    marta = union.enter(MARTA, "/q/1", PHONE)
    marta.get_by_role("link", name="Equal reach for option B").click()
    union.look_over(marta)
    marta.get_by_label("Title").fill("Why we say no")
    marta.get_by_label("The words").fill("Read Article 13 as well.")
    marta.get_by_role("button", name="Take it").click()
    expect(marta.get_by_text("Taken. It is entered in the ledger.")).to_be_visible()
    expect(marta.locator("main")).to_contain_text("From the spokespersons of option B, Member 13. To everybody")
    union.look_over(marta)


def readings(union: Union, readers: range = range(30, 60)) -> None:
    """Thirty more members read every argument: Local 2, the even places, leans to accept, Local 1 to reject."""
    people = {place: union.member_id(place) for place in readers}
    with union.app.test_request_context(), transaction(write=True) as rows:
        found = rows.scalars(db.select(Argument).order_by(Argument.number)).all()
        for place, member_id in people.items():
            for argument in found:
                likes = (argument.number == 3) == (place % 2 == 0) or place % 3 == 0
                answer = Answer.AGREE if likes else Answer.DISAGREE
                read_argument(actor(member_id), argument.id, answer, now=clock.now())


def close(union: Union) -> None:
    """The clock closes the debate, its floor being met; anyone can read the proof, the digest, the bulletin."""
    desk = union.enter(union.company.officers[0], "/desk")
    missing = desk.get_by_role("region", name="Before the debate on question 1 can close")
    expect(missing).to_contain_text("The debate has run 0 of at least 14 days.")
    expect(missing.get_by_role("listitem")).to_have_count(2)
    union.stand_at(the_question(union).debate_closes_at)
    assert the_question(union).state == "closed"
    proof = union.visit("/q/1/label").get_by_role("region", name="The proof of the debate’s floor")
    expect(proof).to_contain_text("The debate ran for 14 days; at least 14 were required.")
    expect(proof.locator("tbody td:nth-child(2)")).to_have_text(["yes", "yes"])
    digest = union.visit("/q/1/digest")
    for claim in (OVERTIME, FUND, WAGES):
        expect(digest.locator("main")).to_contain_text(claim)
    expect(union.visit("/q/1/bulletin").locator("body")).to_contain_text("A-03")
