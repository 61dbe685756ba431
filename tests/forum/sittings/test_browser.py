"""A session in real browsers on a real server: two members chat, one loses the network, the host calls a speaker."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import count
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, WebSocketRoute, expect

import wsgi
from forum.kernel import clock
from forum.kernel.database import Base, db, transaction
from forum.kernel.settings import Settings
from forum.signin.models import Device
from forum.sittings import chat_operations, floor_operations
from forum.sittings.forms import Request
from forum.sittings.models import Message
from tests.build_sittings import Ground, make_debate
from tests.conftest import make_settings
from tests.people import Cast, actor, make_cast, sign_in
from tests.server import free_address, running

pytestmark = pytest.mark.needs("chromium")
PATIENCE = 90_000  # until a browser on a busy machine has tried again, and once more after a try that found it busy


class Hall:
    """The running server, the people in its database, and a browser for any of them."""

    def __init__(self, app: Flask, cast: Cast, debate: Ground, chromium: Browser, base_url: str) -> None:
        self.app, self.cast, self.debate, self.chromium, self.base_url = app, cast, debate, chromium, base_url
        self.faults: list[str] = []
        self.open: list[BrowserContext] = []

    def enter(self, member_id: int, path: str = "", *, width: int = 390, javascript: bool = True) -> Page:
        context = self.chromium.new_context(
            viewport={"width": width, "height": 800}, locale="en-GB", java_script_enabled=javascript
        )
        self.open.append(context)
        cookie = sign_in(self.app, member_id).get_cookie("hustings")
        assert cookie
        context.add_cookies([{"name": "hustings", "value": cookie.value, "url": self.base_url}])
        page = context.new_page()
        page.on("pageerror", lambda error: self.faults.append(str(error)))
        page.on("console", lambda said: self.faults.append(said.text) if "Content Security" in said.text else None)
        page.goto(f"{self.base_url}/sittings/{self.debate.sitting}{path}")
        return page

    def messages(self) -> list[int]:
        """Ids of the lines of this test's session, in their order."""
        query = db.select(Message.id).where(Message.sitting_id == self.debate.sitting).order_by(Message.number)
        with self.app.app_context(), transaction(write=False) as rows:
            return list(rows.scalars(query))


def prepare(folder: Path) -> tuple[Settings, Flask, Cast, Ground]:
    """Settings of a server that does not run yet, and its database with people and a debate in it."""
    settings = make_settings(folder / "instance", base_url=free_address(), testing=False)
    app = wsgi.create_app(settings)
    with app.app_context():
        Base.metadata.drop_all(db.engine)
        Base.metadata.create_all(db.engine)
    with app.app_context(), transaction(write=True):
        cast = make_cast()
        debate = make_debate(cast, now=clock.now())
    return replace(settings, socket_mode="gevent"), app, cast, debate


@dataclass(frozen=True)
class House:
    """One server for all these tests. Each has a question and a session of its own, of the same people."""

    app: Flask
    settings: Settings
    cast: Cast
    numbers: Iterator[int]


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    settings, app, cast, _ = prepare(tmp_path_factory.mktemp("house"))
    with running(settings, "tests.forum.sittings.served"):
        yield House(app, settings, cast, count(15))
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def hall(house: House, chromium: Browser) -> Iterator[Hall]:
    clock.follow(house.settings.instance / "clock")
    with house.app.app_context(), transaction(write=True) as rows:
        debate = make_debate(house.cast, now=clock.now(), number=next(house.numbers))
        rows.execute(db.update(Device).values(revoked_at=clock.now()))  # whoever was here before has left
    hall = Hall(house.app, house.cast, debate, chromium, house.settings.base_url)
    yield hall
    for context in hall.open:
        context.close()
    assert hall.faults == []


def live(page: Page, *, timeout: int = 15_000) -> Page:
    expect(page.locator("[data-connection]")).to_have_text("Live. New lines come by themselves.", timeout=timeout)
    return page


def say(page: Page, text: str) -> None:
    page.fill("#msg", text)
    page.keyboard.press("Enter")


def shown(page: Page) -> list[str]:
    return page.locator("[data-lines] .line-body").all_inner_texts()


def hear_nothing_of(page: Page, event: str) -> None:
    """Load a page again whose news of one kind are lost on the way."""

    def between(socket: WebSocketRoute) -> None:
        server = socket.connect_to_server()
        server.on_message(lambda said: None if f'["{event}"' in str(said) else socket.send(said))

    page.route_web_socket("**/socket.io/**", between)
    page.reload()
    live(page)


def test_two_members_chat_and_see_the_same(hall: Hall) -> None:
    marta, len_ = live(hall.enter(hall.cast.member)), live(hall.enter(hall.cast.seconder))
    say(marta, "Is the overtime rule *posted*?")
    expect(len_.locator("[data-lines] em")).to_have_text("posted")
    say(len_, "Article 12.3 <script>alert(1)</script>")
    say(len_, "says so.")
    expect(marta.locator("[data-lines] li[data-number]")).to_have_count(3)
    assert shown(marta) == shown(len_) == [
        "Is the overtime rule posted?", "Article 12.3 <script>alert(1)</script>", "says so.",
    ]  # fmt: skip
    expect(marta.locator("#m1 .line-head b")).to_have_text("You")
    expect(len_.locator("#m1 .line-head b")).to_have_text("Marta Quill")
    record = len_.locator("#m1 .line-act:has-text('Put on the record')")
    moves = f"/q/{hall.debate.number}/arguments/new?origin=message:{hall.messages()[0]}"
    expect(record).to_have_attribute("href", moves)
    expect(len_.locator("[data-attendance]")).to_have_text("2 have come")


def test_a_lost_network_loses_and_doubles_nothing(hall: Hall) -> None:
    marta, len_ = live(hall.enter(hall.cast.member)), live(hall.enter(hall.cast.seconder))
    say(marta, "before")
    expect(len_.locator("[data-lines] li[data-number]")).to_have_count(1)
    marta.context.set_offline(True)
    say(marta, "written in the tunnel")
    say(len_, "said meanwhile")
    expect(len_.locator("[data-lines] li[data-number]")).to_have_count(2)
    expect(marta.locator(".sending")).to_have_count(1)
    marta.fill("#msg", "half a sent")
    marta.context.set_offline(False)
    marta.reload()
    live(marta)
    expect(marta.locator("#msg")).to_have_value("half a sent")
    for page in (marta, len_):
        expect(page.locator("[data-lines] li[data-number]")).to_have_count(3, timeout=15000)
        assert shown(page) == ["before", "said meanwhile", "written in the tunnel"]
    expect(marta.locator(".sending")).to_have_count(0)
    assert len(hall.messages()) == 3


def test_a_browser_that_forbids_storage_follows_the_session_too(hall: Hall) -> None:
    marta = hall.enter(hall.cast.member)
    marta.context.add_init_script("Object.defineProperty(window, 'localStorage', { value: null })")
    marta.reload()
    say(live(marta), "Is the overtime rule posted?")
    expect(marta.locator("#m1 .line-body")).to_have_text("Is the overtime rule posted?")
    expect(marta.locator(".sending")).to_have_count(0)


def test_words_hidden_while_a_phone_had_no_network_leave_its_page(hall: Hall) -> None:
    marta, len_ = live(hall.enter(hall.cast.member)), live(hall.enter(hall.cast.seconder))
    say(len_, "a home address")
    say(len_, "something else")
    expect(marta.locator("[data-lines] li[data-number]")).to_have_count(2)
    first = hall.messages()[0]
    for hides, words in ((True, ["something else"]), (False, ["a home address", "something else"])):
        marta.context.set_offline(True)
        expect(marta.locator("[data-connection]")).to_have_class(re.compile("lost"), timeout=15_000)
        with hall.app.test_request_context(), transaction(write=True):
            if hides:
                chat_operations.hide_message(first, now=clock.now())
            else:
                chat_operations.restore_message(first)
        marta.context.set_offline(False)
        live(marta)
        expect(marta.locator("[data-lines] .line-body")).to_have_text(words)


def test_the_host_calls_a_speaker_and_wall_and_phones_show_it(hall: Hall) -> None:
    host = live(hall.enter(hall.cast.host, width=1280))
    marta, wall = live(hall.enter(hall.cast.member)), hall.enter(hall.cast.seconder, "/wall", width=1280)
    marta.click("text=Ask to speak")
    expect(marta.locator("[data-place]")).to_have_text("You are next")
    expect(wall.locator("[data-stack] b")).to_have_text("Marta Quill")
    host.click("button[data-key=n]")
    for page in (host, marta, wall):
        expect(page.locator("[data-speaker]")).to_have_text("Marta Quill")
    expect(wall.locator("[data-stack] li")).to_have_count(0)
    expect(marta.locator("[data-none]")).to_have_text("Nobody waits.")  # but the floor is not free
    host.keyboard.press("m")
    expect(marta.locator("[data-left]")).to_contain_text("3:5")
    host.keyboard.press("p")
    expect(marta.locator("[data-clock-note]")).to_have_text("stopped")
    host.keyboard.press("p")
    for page in (marta, wall):  # the clock warns in words, and says when the time is up
        expect(page.locator("[data-clock-note]")).to_be_empty()
        page.clock.install()
        page.clock.fast_forward(211_000)
        expect(page.locator("[data-clock-note]")).to_have_text("nearly over")
        page.clock.fast_forward(30_000)
        expect(page.locator("[data-clock-note]")).to_have_text("time is up")
    host.keyboard.press("e")
    expect(wall.locator("[data-speaker]")).to_have_text("The floor is free")
    expect(marta.locator("[data-ask]")).to_be_visible()


def test_the_focus_follows_what_a_key_has_changed(hall: Hall) -> None:
    host, marta = live(hall.enter(hall.cast.host, width=1280)), live(hall.enter(hall.cast.member, width=1280))
    host.click("[data-more] > summary")
    host.fill("#poll-q", "Have they answered you?")
    host.click("text=Ask the room")
    for pressed, then in (
        (".poll-acts button >> text=No", ".poll-answered button"),
        (".poll-answered button", ".poll-acts button >> nth=0"),
        ("[data-ask] button", "[data-back] button"),
        ("[data-back] button", "[data-ask] button"),
        ("[data-point-ask] button", "[data-point-back] button"),
        ("[data-point-back] button", "[data-point-ask] button"),
    ):
        marta.locator(pressed).press("Enter")
        expect(marta.locator(then)).to_be_focused()
    marta.locator(".poll-acts button >> text=No").focus()
    host.click("text=Close the poll")
    expect(marta.locator(".poll-ended button")).to_be_focused()
    marta.keyboard.press("Enter")
    expect(marta.locator("[data-scroll]")).to_be_focused()


OLDER = """const { FormData: Whole } = window;
window.FormData = function (form) { return new Whole(form); };"""  # takes no button


def test_a_browser_that_leaves_out_the_button_answers_a_straw_poll_as_any_other(hall: Hall) -> None:
    host, marta = live(hall.enter(hall.cast.host, width=1280)), hall.enter(hall.cast.member)
    marta.context.add_init_script(OLDER)
    marta.reload()
    live(marta)
    host.click("[data-more] > summary")
    host.fill("#poll-q", "Have they answered you?")
    host.click("text=Ask the room")
    marta.click(".poll-folded button")
    marta.click(".poll-acts button:has-text('No')")
    expect(marta.locator(".poll-answered")).to_contain_text("You answered: No")


def test_a_straw_poll_folds_once_answered(hall: Hall) -> None:
    host, marta = live(hall.enter(hall.cast.host, width=1280)), live(hall.enter(hall.cast.member))
    host.click("[data-more] > summary")
    host.fill("#poll-q", "Have they answered you?")
    host.click("text=Ask the room")
    expect(host.locator(".poll-acts")).to_be_visible()
    host.set_viewport_size({"width": 360, "height": 740})  # a phone's room is the chat's, the host's too
    expect(host.locator(".poll-folded").get_by_role("button")).to_have_text(["Answer", "Close the poll"])
    host.set_viewport_size({"width": 1280, "height": 800})
    expect(marta.locator(".poll-folded")).to_contain_text("Have they answered you?")
    marta.set_viewport_size({"width": 360, "height": 560})
    marta.fill("#msg", "Not once, in three months of asking them by letter and in person.")
    marta.click("text=Send")
    marta.click(".poll-folded button")
    expect(marta.locator(".poll-acts button").first).to_be_focused()
    marta.wait_for_function(  # what the open poll takes of the screen is not the last line's
        "document.querySelector('[data-lines] > li:last-child').getBoundingClientRect().bottom"
        " <= document.querySelector('.sit-foot').getBoundingClientRect().top"
    )
    marta.click(".poll-acts button:has-text('No')")
    expect(marta.locator(".poll-answered")).to_contain_text("You answered: No")
    host.click("text=Close the poll")
    expect(marta.locator("[data-poll]")).to_contain_text("Yes: 0, No: 1")
    marta.reload()
    marta.click(".poll-ended button")  # put away, it stays so
    live(marta).reload()
    expect(live(marta).locator("[data-poll]")).to_be_empty()


def test_without_script_the_page_is_a_page_of_forms(hall: Hall) -> None:
    marta = hall.enter(hall.cast.member, javascript=False)
    marta.fill("#msg", "sent by form")
    marta.click("text=Send")
    expect(marta.locator("[data-lines] .line-body")).to_have_text("sent by form")
    expect(marta.locator("[data-connection]")).to_contain_text("needs JavaScript")
    marta.click("text=Ask to speak")
    expect(marta.locator("[data-place]")).to_have_text("You are on the list")


def test_long_polling_carries_the_chat_where_websockets_are_blocked(hall: Hall) -> None:
    marta = hall.enter(hall.cast.member)
    marta.context.add_init_script("delete window.WebSocket")
    marta.reload()
    live(marta)
    len_ = live(hall.enter(hall.cast.seconder))
    say(marta, "slow road")
    say(len_, "same place")
    for page in (marta, len_):
        expect(page.locator("[data-lines] .line-body")).to_have_text(["slow road", "same place"], timeout=15000)


def test_the_host_closes_and_every_page_follows(hall: Hall) -> None:
    host, marta = live(hall.enter(hall.cast.host, width=1280)), live(hall.enter(hall.cast.member))
    wall = hall.enter(hall.cast.seconder, "/wall", width=1280)
    expect(wall.locator("[data-speaker]")).to_have_text("The floor is free")
    host.click("[data-more] > summary")
    host.click("text=Close the session")
    expect(host.locator("h1")).to_have_text("Minutes")
    expect(marta.locator("main .flag").first).to_have_text("Over", timeout=15000)
    expect(wall.locator("[data-speaker]")).to_have_text("The session is closed", timeout=15000)


SIGN_OUT = """async (device) => {
  const token = document.querySelector("meta[name=csrf-token]").content;
  return (await fetch(`/devices/${device}/sign-out`, { method: "POST", headers: { "X-CSRFToken": token } })).ok;
}"""


def test_signing_out_darkens_the_wall_within_a_second(hall: Hall) -> None:
    wall = hall.enter(hall.cast.host, "/wall", width=1280)
    with hall.app.app_context():
        of_the_wall = db.select(Device.id).where(Device.member_id == hall.cast.host, Device.revoked_at.is_(None))
        device = db.session.scalars(of_the_wall).one()
    host = live(hall.enter(hall.cast.host, width=1280))
    expect(host.locator("[data-attendance]")).to_have_text("one has come")  # the wall's socket has joined before
    expect(wall.locator("[data-speaker]")).to_be_visible()
    assert host.evaluate(SIGN_OUT, device)
    expect(wall.locator("[data-speaker]")).to_be_hidden(timeout=1000)
    expect(wall.locator("[data-connection]")).to_have_text("You are no longer signed in here. Load the page again.")
    expect(wall.locator("[data-speaker]")).to_be_hidden()
    wall.reload()
    expect(wall).to_have_url(re.compile("/sign-in"))


def test_wall_and_phone_come_back_by_themselves_after_the_server_was_gone(tmp_path: Path, chromium: Browser) -> None:
    settings, app, cast, debate = prepare(tmp_path)
    hall = Hall(app, cast, debate, chromium, settings.base_url)
    with running(settings):
        marta, wall = live(hall.enter(cast.member)), hall.enter(cast.seconder, "/wall", width=1280)
        expect(wall.locator("[data-connection]")).to_be_empty()
    expect(wall.locator("[data-connection]")).to_have_text("No connection. It comes back by itself.", timeout=PATIENCE)
    say(marta, "said into the void")
    with app.test_request_context(), transaction(write=True):
        floor_operations.ask_to_speak(actor(cast.retired), debate.sitting, Request(), now=clock.now())
    with running(settings):
        expect(wall.locator("[data-stack] b")).to_have_text("Rosa Alt", timeout=PATIENCE)
        live(marta, timeout=PATIENCE)
        arrived = marta.locator("[data-lines] li[data-number] .line-body")
        expect(arrived).to_have_text("said into the void", timeout=PATIENCE)
    for context in hall.open:
        context.close()
    assert hall.faults == []


LOSES_THE_FIRST_ARRIVAL = """
let lost = 0;
const losing = (body) => {
  if (typeof body !== "string" || !body.includes('"join"') || lost++) return body;
  document.documentElement.dataset.lost = lost;
  return body.replace('"join"', '"lost"');
};
for (const way of [XMLHttpRequest, WebSocket]) {
  const send = way.prototype.send;
  way.prototype.send = function (body) { return send.call(this, losing(body)); };
}
"""


def test_a_page_whose_arrival_was_not_answered_asks_again(hall: Hall) -> None:
    marta = hall.enter(hall.cast.member, "/transcript")
    marta.clock.install()
    marta.add_init_script(LOSES_THE_FIRST_ARRIVAL)
    marta.goto(f"{hall.base_url}/sittings/{hall.debate.sitting}")
    expect(marta.locator("html")).to_have_attribute("data-lost", "1")
    marta.clock.fast_forward(8_000)
    live(marta)


def test_a_point_of_order_stands_above_the_stack_and_two_hosts_do_not_collide(hall: Hall) -> None:
    host = live(hall.enter(hall.cast.host, width=1280))
    other = live(hall.enter(hall.cast.host))
    marta, wall = live(hall.enter(hall.cast.member)), hall.enter(hall.cast.seconder, "/wall", width=1280)
    marta.click("text=Point of order")
    for page in (host, other):
        expect(page.locator("[data-points] li")).to_contain_text("Marta Quill")
    host.keyboard.press("o")
    for page in (other, marta, wall):
        expect(page.locator("[data-point]")).to_contain_text("Marta Quill")
    expect(wall.locator("[data-left]")).to_contain_text(":5")
    host.keyboard.press("x")
    expect(wall.locator("[data-point]")).to_be_hidden()
    marta.click("text=Ask to speak")
    hear_nothing_of(other, "floor")
    expect(other.locator("[data-stack] b")).to_have_text("Marta Quill")
    host.keyboard.press("n")
    expect(wall.locator("[data-speaker]")).to_have_text("Marta Quill")
    expect(other.locator("[data-speaker]")).to_have_text("Nobody yet")
    other.keyboard.press("e")
    expect(other.locator("[data-refusal]")).to_contain_text("meanwhile the next speaker was called")
    expect(other.locator("[data-speaker]")).to_have_text("Marta Quill")
    other.keyboard.press("e")
    expect(wall.locator("[data-speaker]")).to_have_text("The floor is free")
    expect(other.locator("[data-refusal]")).to_be_hidden()


def test_answers_slow_mode_and_decisions_reach_every_phone(hall: Hall) -> None:
    host, marta = live(hall.enter(hall.cast.host, width=1280)), live(hall.enter(hall.cast.member))
    say(host, "Who prints the leaflet?")
    marta.click("#m1 [data-reply]")
    expect(marta.locator("[data-replying]")).to_contain_text("You answer No. 1.")
    say(marta, "I do.")
    expect(host.locator("#m2 .line-reply")).to_have_text("Answers No. 1")
    first, second = hall.messages()
    expect(host.locator("#m2 a:has-text('Hide')")).to_have_attribute("href", f"/moderation/message/{second}/hide")
    expect(marta.locator("#m1 a:has-text('Report')")).to_have_attribute("href", f"/moderation/message/{first}/report")
    host.focus("[data-console]")
    host.keyboard.press("h")
    expect(host.locator("#m2 a:has-text('Hide')")).to_be_focused()
    host.focus("[data-console]")
    host.keyboard.press("w")
    host.keyboard.type("Marta prints it.")
    host.keyboard.press("Enter")
    expect(marta.locator("[data-decisions] li")).to_have_text("Marta prints it.")
    for leaves in ("Escape", ""):  # out of the field, by Enter or Escape, the keys work again
        host.keyboard.press("h")
        expect(host.locator("#m2 a:has-text('Hide')")).to_be_focused()
        if leaves:
            host.focus("#decision")
            host.keyboard.press(leaves)
    host.select_option("#slow", "120")
    host.fill("#slow-reason", "The same line ten times.")
    host.click("button:has-text('Set')")
    expect(marta.locator("[data-slow]")).to_contain_text("every 120 seconds. Ground: it is advertising")
    expect(marta.locator("[data-slow]")).to_contain_text("The same line ten times.")
    say(marta, "held back")
    expect(marta.locator("[data-refusal]")).to_contain_text("The chat is slowed")
    clock.move_to(clock.now() + timedelta(seconds=120))
    expect(host.locator("#m3 .line-body")).to_have_text("held back", timeout=20000)
    expect(marta.locator("[data-refusal]")).to_be_hidden()
