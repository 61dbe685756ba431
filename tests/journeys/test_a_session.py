"""One session from its agenda to its signed minutes, in five browsers: the host's console, a second host without
script, two phones (one with long-polling only), and the wall."""

import re
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import segno
from playwright.sync_api import Browser, expect

from forum.kernel import clock
from tests.journeys.room import Chair, Person, Phone, Room, meeting

pytestmark = [pytest.mark.needs("chromium"), pytest.mark.database]

MARTA, LEN, GUEST = "Marta Quill", "Len Fairweather", "Ada Kowalski"
REASON = "His train leaves at eight."
CLAIM = "The overtime rule is posted nowhere, so nobody can hold a foreman to it."


class Story:
    """The persons of the session, and where it takes place."""

    def __init__(self, room: Room) -> None:
        self.room = room
        self.host = Chair(room, room.cast.host)
        self.deputy = Person(room, room.deputy, java_script_enabled=False)
        self.wall = Person(room, room.cast.host)
        self.marta = Phone(room, room.cast.member)
        self.len = Phone(room, room.cast.seconder)
        self.len.page.add_init_script("delete window.WebSocket")  # long-polling has to do
        self.path = ""


def test_a_local_holds_its_session_end_to_end(tmp_path: Path, chromium: Browser) -> None:
    with meeting(tmp_path, chromium) as room:
        story = Story(room)
        the_host_sets_a_session_and_opens_it(story)
        members_join_by_the_address_on_the_wall(story)
        the_list_follows_the_rule_and_the_clock_the_host(story)
        a_point_of_order_stands_above_the_turn(story)
        the_host_calls_out_of_turn_and_a_late_second_host_is_refused(story)
        a_phone_that_lost_its_network_misses_and_doubles_nothing(story)
        the_chat_is_slowed(story)
        a_straw_poll_is_asked_and_closed(story)
        a_line_is_put_on_the_record(story)
        a_line_is_hidden_with_its_ground(story)
        the_host_closes(story)
        the_minutes_are_drafted_edited_and_signed(story)
        everything_stands_afterwards(story)
        axe_finds_nothing_on_the_pages_about_it(story)
        assert room.faults == []


def the_host_sets_a_session_and_opens_it(story: Story) -> None:
    host, wall = story.host, story.wall
    host.open(f"/halls/{story.room.debate.hall}/sittings/new")
    page = host.page
    page.get_by_label("What is it called?").fill("First session, on overtime")
    begins = clock.now().astimezone(ZoneInfo("America/Chicago")) + timedelta(minutes=20)
    page.get_by_label("When does it begin?").fill(begins.strftime("%Y-%m-%dT%H:%M"))
    page.get_by_label("Where?").fill("Canteen of the works")
    page.get_by_label("Agenda").fill("1. The overtime rule\n2. What the leaflet says")
    host.press("Set the session")
    expect(page.locator("main li")).to_have_text(["The overtime rule", "What the leaflet says"])
    host.look_over()
    story.path = page.url.removeprefix(story.room.settings.base_url)
    wall.open(f"{story.path}/wall")
    expect(wall.find("speaker")).to_have_text("The session has not begun")
    host.press("Open the session now")
    host.is_live()
    expect(wall.find("speaker")).to_have_text("The floor is free")


def members_join_by_the_address_on_the_wall(story: Story) -> None:
    code = story.wall.page.locator("img.qr")
    address = f"http://{(code.get_attribute('alt') or '').removeprefix('Code for ')}"
    drawn = segno.make(address, error="m").svg_data_uri(border=2, dark="#000", light="#fff", scale=8)
    assert code.get_attribute("src") == drawn
    story.marta.join(address)
    story.len.join(address)
    story.deputy.open(story.path)
    expect(story.host.find("attendance")).to_have_text("3 have come")


def the_list_follows_the_rule_and_the_clock_the_host(story: Story) -> None:
    """Len asks last and comes second: after Marta the other option is heard before one more speaker for hers."""
    host, wall, marta, len_ = story.host, story.wall, story.marta, story.len
    marta.ask("on option A: Accept", "online")
    host.key("a")
    host.page.select_option("#guest-option", label="A Accept")
    host.write("a", GUEST)
    expect(host.find("attendance")).to_have_text("4 have come")
    len_.ask("on option B: Reject", "in the hall")
    expect(marta.find("place")).to_have_text("You are next")
    expect(len_.find("place")).to_have_text("You are number 2")
    expect(wall.page.locator("[data-stack] b")).to_have_text([MARTA, LEN, GUEST])
    host.key("n")
    for person in (host, marta, len_, wall):
        expect(person.find("speaker")).to_have_text(MARTA)
    for person in (host, marta, wall):
        person.look_over()
    host.key("p")
    expect(host.find("pause")).to_contain_text("Go on")
    host.key("p")
    expect(host.find("pause")).to_contain_text("Pause")
    host.key("m")
    for person in (host, wall):
        expect(person.find("left")).to_have_text(re.compile(r"^3:[1-5]"))


def a_point_of_order_stands_above_the_turn(story: Story) -> None:
    host, wall = story.host, story.wall
    story.len.press("Point of order")
    expect(host.find("points").locator("li")).to_contain_text(LEN)
    host.key("o")
    for person in (story.marta, wall):
        expect(person.find("point")).to_have_text(f"Point of order {LEN}")
    host.key("x")
    for person in (host, wall):
        expect(person.find("point")).to_be_hidden()


def the_host_calls_out_of_turn_and_a_late_second_host_is_refused(story: Story) -> None:
    """The deputy's page is from before the first speaker, so nothing that the deputy presses there is done."""
    host, deputy = story.host, story.deputy
    host.page.get_by_text("Whole list").click()
    waiting = host.find("whole").locator("li", has_text=GUEST)
    waiting.get_by_label("Reason for calling out of turn, public").fill(REASON)
    waiting.get_by_role("button", name="Call now").click()
    for person in (story.marta, story.len):
        expect(person.find("override")).to_have_text(f"Called out of turn by the host. {REASON}")
    deputy.press("Next")
    expect(deputy.page.get_by_role("alert")).to_contain_text("a speaker was called out of turn. Look again.")
    expect(deputy.find("speaker")).to_have_text(GUEST)
    deputy.press("Next")
    for person in (host, story.len, story.wall):
        expect(person.find("speaker")).to_have_text(LEN)
    host.key("e")
    expect(story.wall.find("speaker")).to_have_text("The floor is free")


def a_phone_that_lost_its_network_misses_and_doubles_nothing(story: Story) -> None:
    marta, len_ = story.marta, story.len
    marta.say("Is the overtime rule *posted*?")
    expect(len_.line(1).locator("em")).to_have_text("posted")
    len_.page.context.set_offline(True)
    len_.say("Written in the tunnel.")
    expect(len_.find("connection")).to_have_text("No connection. What you write is kept and goes by itself.")
    expect(len_.page.locator(".sending")).to_have_count(1)
    len_.page.fill("#msg", "Half a sent")
    for words in ("Said meanwhile.", "And once more."):
        marta.say(words)
    expect(marta.line(3)).to_be_visible()
    len_.page.context.set_offline(False)
    len_.is_live()
    expect(marta.line(4)).to_contain_text("Written in the tunnel.")
    expect(len_.line(4)).to_be_visible()
    expect(len_.page.locator(".sending")).to_have_count(0)
    said = ["Is the overtime rule posted?", "Said meanwhile.", "And once more.", "Written in the tunnel."]
    assert marta.lines() == len_.lines() == said
    expect(len_.page.locator("#msg")).to_have_value("Half a sent")
    len_.say("The foreman lives in Elm Road 5.")
    expect(marta.line(5)).to_be_visible()


def the_chat_is_slowed(story: Story) -> None:
    host, marta = story.host, story.marta
    host.key("l")
    host.page.select_option("#slow", "120")
    host.page.fill("#slow-reason", "The same line ten times.")
    host.press("Set")
    expect(marta.find("slow")).to_contain_text("every 120 seconds")
    marta.say("Held back for a while.")
    expect(marta.find("refusal")).to_contain_text("The chat is slowed")
    story.room.later(timedelta(minutes=2))
    expect(host.line(6)).to_contain_text("Held back for a while.")
    expect(marta.find("refusal")).to_be_hidden()
    host.page.select_option("#slow", "0")
    host.press("Set")
    expect(marta.find("slow")).to_be_hidden()


def a_straw_poll_is_asked_and_closed(story: Story) -> None:
    story.host.write("w", "Marta prints the leaflet.")
    expect(story.marta.find("decisions").locator("li")).to_have_text("Marta prints the leaflet.")
    story.host.write("s", "Have they answered you?")
    for phone, answer in ((story.marta, "Yes"), (story.len, "No")):
        phone.page.locator(".poll-folded").get_by_role("button", name="Answer").click()
        phone.page.locator(".poll-acts").get_by_role("button", name=answer).click()
        expect(phone.page.locator(".poll-answered")).to_contain_text(f"You answered: {answer}")
    story.host.press("Close the poll")
    for phone in (story.marta, story.len):
        expect(phone.find("poll")).to_contain_text("Yes: 1, No: 1")


def a_line_is_put_on_the_record(story: Story) -> None:
    """From the line to the argument, and from the argument back to the line in the transcript."""
    marta, page = story.marta, story.marta.page
    marta.line(1).get_by_role("link", name="Put on the record").click()
    page.get_by_label("B Reject").check()
    page.get_by_label("for it", exact=True).check()
    page.get_by_label("The claim").fill(CLAIM)
    page.get_by_label("The grounds").fill("I asked the foreman, and he had no paper to show.")
    marta.press("Move it")
    expect(page.get_by_role("heading", name=CLAIM)).to_be_visible()
    expect(page.locator(f"a[href*='{story.path}/transcript'][href$='#m1']").first).to_be_visible()
    expect(story.host.line(7)).to_contain_text(CLAIM)
    story.host.line(1).get_by_role("link", name="A-01").click()
    expect(story.host.page.get_by_role("heading", name=CLAIM)).to_be_visible()
    for person in (marta, story.host):
        person.open(story.path)
        person.is_live()


def a_line_is_hidden_with_its_ground(story: Story) -> None:
    host = story.host
    host.line(5).get_by_role("link", name="Hide").click()
    host.page.locator("[value=personal_data]").check()
    host.page.get_by_label("The reason").fill("Where somebody lives is nobody’s matter here.")
    host.press("Hide it")
    for phone in (story.marta, story.len):
        expect(phone.line(5)).to_contain_text("No. 5 was hidden")
        expect(phone.page.locator("main")).not_to_contain_text("Elm Road")


def the_host_closes(story: Story) -> None:
    """Twelve minutes on, the host shows once more who it is, as every act of power asks."""
    host = story.host
    story.room.later(timedelta(minutes=12))
    host.sign_in()
    host.open(story.path)
    host.is_live()
    host.key("c")
    host.page.keyboard.press("Enter")
    expect(host.page.get_by_role("heading", name="Minutes")).to_be_visible()
    for phone in (story.marta, story.len):
        expect(phone.page.locator("main .flag").first).to_have_text("Over")
    expect(story.wall.find("speaker")).to_have_text("The session is closed")


def the_minutes_are_drafted_edited_and_signed(story: Story) -> None:
    host, deputy = story.host, story.deputy
    minutes = host.page.get_by_label("Minutes", exact=True)
    drafted = minutes.input_value()
    for words in (
        "4 people came.", "The overtime rule", "Marta prints the leaflet.", MARTA, GUEST, REASON, f"{LEN}: heard",
        "Have they answered you? Yes: 1, No: 1", f"A-01: {CLAIM}",
    ):  # fmt: skip
        assert words in drafted.replace("\\", ""), words
    host.look_over()
    minutes.fill(f"{drafted}\n\nThe next session is on Thursday.")
    host.press("Save for later")
    deputy.open(f"{story.path}/minutes")
    host.press("Sign the minutes")
    expect(host.page.get_by_text("Hash of these minutes:")).to_be_visible()
    deputy.page.get_by_label("Minutes", exact=True).fill("It never took place.")
    deputy.press("Save for later")
    expect(deputy.page.get_by_role("alert").first).to_contain_text("signed and can no longer change")
    story.marta.open(f"{story.path}/minutes")
    expect(story.marta.page.locator("main")).to_contain_text("The next session is on Thursday.")


def everything_stands_afterwards(story: Story) -> None:
    """The wall's last word, the transcript with its hidden line's ground, the charge honoured for all to see."""
    marta = story.marta
    expect(story.wall.find("speaker")).to_have_text("The session is closed")
    marta.open(f"{story.path}/transcript")
    expect(marta.line(5)).to_contain_text("Where somebody lives is nobody’s matter here.")
    expect(marta.line(1).get_by_role("link", name="A-01")).to_be_visible()
    expect(marta.page.locator(".turns li")).to_have_count(3)
    marta.open("/q/14/halls")
    expect(marta.page.locator("li.cell", has_text="Ashby Rail Works")).to_contain_text("Honoured")


def axe_finds_nothing_on_the_pages_about_it(story: Story) -> None:
    hall = story.room.debate.hall
    pages = (
        f"/halls/{hall}", "/sittings", story.path, f"{story.path}/transcript", f"{story.path}/agenda",
        f"{story.path}/minutes", f"{story.path}/minutes/sheet", f"/moderation/{hall}", "/moderation/message/3/report",
        "/search?q=overtime", "/me/threads",
    )  # fmt: skip
    for path in pages:
        story.marta.open(path)
        story.marta.look_over()
