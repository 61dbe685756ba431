"""The third part of the story: the frozen roll, keys made in browsers, the call, codes, ballots, and the count."""

import json
import re
import urllib.request
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from playwright.sync_api import Page, expect

from forum.kernel.database import transaction
from forum.questions.queries import question
from referendum.process.models import Vote
from referendum.process.queries import current_vote
from referendum.rehearsal.paper import BLANK, Marked, Sheet, seal_all
from tests.journeys.charge import propose, sign, the_question
from tests.journeys.debate import LEN, MARTA
from tests.journeys.union import PHONE, Union

CODE = r"(?:[1-9A-HJ-NP-Za-km-z]{3}-){4}[1-9A-HJ-NP-Za-km-z]{3}"
VOTERS = range(16, 116)  # the rest of the members who vote; Marta and Len do so in their browsers
PASSPHRASE = "four words nobody guesses, batería"


def the_vote(union: Union, number: int = 1) -> Vote:
    """The vote as it stands now, read once and let go."""
    with union.app.app_context(), transaction(write=False) as session:
        found = current_vote(question(number).id)
        assert found is not None
        session.refresh(found)
        session.expunge(found)
        return found


def freeze_roll(union: Union) -> None:
    """At the record date the clock froze the roll; its size and hash can be read."""
    union.stand_at(the_question(union).record_at)
    page = union.enter(union.company.tellers[0], f"/votes/{the_vote(union).public_id}/electorate")
    expect(page.get_by_text("130 members may vote.")).to_be_visible()
    expect(page.locator(".hash")).to_have_text(re.compile("^[0-9a-f]{64}$"))


def make_keys(union: Union) -> None:
    """Two tellers make keys to the sealed list, both trustees keys to the count, each in a browser of their own."""
    vote = the_vote(union).public_id
    for place in list(union.company.tellers)[:2]:
        make_key(union, place, f"/votes/{vote}/list-key")
    for place in union.company.trustees:
        make_key(union, place, f"/votes/{vote}/key")
    for place in union.company.trustees:
        open_part(union, place, f"/votes/{vote}/rehearsal")


def open_part(union: Union, place: int, path: str) -> Page:
    """A trustee opens a part with the key file: of the rehearsal's ballot, or of the count."""
    page = union.enter(place, path)
    page.get_by_label("Your key file").set_input_files(key_file(union, place))
    page.get_by_label("Its passphrase").fill(PASSPHRASE)
    page.get_by_label("Check every ballot’s proofs here first").uncheck()
    page.get_by_role("button", name="Check and open my part").click()
    expect(page.get_by_text("All done.")).to_be_visible(timeout=60_000)
    return page


def key_file(union: Union, place: int) -> Path:
    return union.settings.instance.parent / f"key-{place}.json"


def make_key(union: Union, place: int, path: str) -> None:
    page = union.enter(place, path)
    page.get_by_label("Passphrase", exact=True).fill(PASSPHRASE)
    page.get_by_label("The passphrase again").fill(PASSPHRASE)
    with page.expect_download() as started:
        page.get_by_role("button", name="Make my key and save the file").click()
    started.value.save_as(key_file(union, place))
    page.get_by_label("Your key file").set_input_files(key_file(union, place))
    page.get_by_label("Its passphrase").fill(PASSPHRASE)
    page.get_by_role("button", name="Read it back").click()
    page.get_by_role("button", name="Hand in my public key").click()
    expect(page.get_by_role("heading", name="Your public key is handed in")).to_be_visible()


def call(union: Union) -> None:
    """An officer proposes the call, more than half of the council signs; every voter gets a code by mail."""
    officers = list(union.company.officers)
    page = union.enter(officers[0], "/q/1/vote")
    page.get_by_label("Who breaks a tie, and how").fill("The tellers draw a lot in public.")
    page.get_by_role("button", name="Put the call before the council").click()
    page.wait_for_url("**/acts/*")
    sign(union, page.url, officers[:2])
    assert len([letter for letter in union.mailbox if "voting code" in letter.subject]) == 130
    union.tend()  # the clock fixes the ballot's text


def open_vote(union: Union) -> None:
    """More than half of the tellers sign the opening; the clock opens the booth."""
    tellers = list(union.company.tellers)
    sign(union, propose(union, tellers[0], "/q/1/vote", "Put the opening before the tellers"), tellers[:2])
    vote = the_vote(union)
    booth = union.visit(f"/booth/{vote.public_id}")
    expect(booth.get_by_role("heading", name="The booth is not open yet")).to_be_visible()
    union.stand_at(vote.opens_at)
    assert the_vote(union).state == "open"


def code_of(union: Union, place: int) -> str:
    return union.mailed(place, "voting code", CODE)


def vote_by_hand(union: Union) -> None:
    """Marta votes from the link of her mail, Len types his code; both find their trackers in the box."""
    marta = union.enter(MARTA, "/", PHONE)
    marta.goto(union.mailed(MARTA, "voting code", r"http://\S+"))
    expect(marta.get_by_text("Your voting code was taken from your link.")).to_be_visible()
    cast_by_hand(marta, "B Reject", ["A-01", "A-02"], union.look_over)
    len_ = union.enter(LEN, "/", PHONE)
    len_.get_by_role("link", name=re.compile("^Vote")).first.click()
    len_.get_by_label("Your voting code").fill(code_of(union, LEN).replace("-", " "))
    cast_by_hand(len_, "A Accept", ["A-03"])
    union.look_over(marta)
    for page in (marta, len_):
        trackers = [each.replace("\n", "") for each in page.locator("[data-leaf=done] .tracker").all_inner_texts()]
        assert len(trackers) == 2
        for tracker in trackers:
            found = union.visit("/tracker")
            found.get_by_label("Tracker").fill(tracker)
            found.get_by_role("button", name="Look it up").click()
            expect(found.get_by_role("status")).to_contain_text("in the next batch")


def cast_by_hand(
    page: Page, option: str, moved: list[str], look_over: Callable[[Page], None] = lambda _page: None
) -> None:
    look_over(page)
    page.get_by_role("radio", name=option).check()
    page.get_by_role("button", name="Go on").click()
    for label in moved:
        page.get_by_role("checkbox", name=label).check()
    page.get_by_role("radio", name="I had not decided.").check()
    look_over(page)
    page.locator("[data-leaf=cite]").get_by_role("button", name="Go on").click()
    expect(page.locator("[data-slip=vote]")).to_have_text(option)
    look_over(page)
    page.get_by_role("button", name="Cast my ballot").click()
    expect(page.get_by_role("heading", name="Your ballot is in the box")).to_be_visible()


def vote_by_the_others(union: Union) -> None:
    """Everybody else sends what a booth would send, made from the mailed codes: 40 accept, 57 reject, 3 are blank."""
    vote = the_vote(union)
    sheets = [
        Sheet(vote.election_v, vote.election_c, code_of(union, place), paper(number))
        for number, place in enumerate(VOTERS)
    ]
    address = f"{union.settings.base_url}/booth/{vote.public_id}/cast"
    for v, c in seal_all(sheets):
        body = json.dumps({"v": v.decode(), "c": c.decode()}).encode()
        request = urllib.request.Request(address, body, {"Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=30) as answer:
            assert json.load(answer)["state"] == "recorded"


def paper(number: int) -> Marked:
    if number < 3:
        return Marked(BLANK)
    if number < 43:
        return Marked("A", moved=("A-03",), weighed=("A-01",) if number % 2 else (), before=number % 3)
    moved = ("A-01", "A-02") if number % 2 else ("A-02",)
    return Marked("B", moved, weighed=("A-03",) if number % 5 == 0 else ())


def count(union: Union) -> None:
    """The clock closes the box; each trustee's browser recomputes the product and opens its part with the key file."""
    vote = the_vote(union)
    union.stand_at(vote.closes_at + timedelta(minutes=1))
    assert the_vote(union).state == "counting"
    for place in union.company.trustees:
        page = open_part(union, place, f"/votes/{vote.public_id}/decrypt")
        expect(page.get_by_text("product of 103 ballots")).to_have_count(2)
    union.tend()
    assert the_vote(union).state == "challengeable"
