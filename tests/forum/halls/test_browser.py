"""The thread in a real browser: reading marks itself, words are formatted, looked at and sent; also without script."""

from collections.abc import Iterator
from itertools import count, cycle
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route, WebSocketRoute, expect

import wsgi
from forum.halls.models import Hall, Post, ReadMark
from forum.halls.own_models import Muting
from forum.kernel import clock
from forum.kernel.database import Base, db, transaction
from forum.questions.models import Question
from forum.roll.models import Local
from tests.build_halls import make_debate, make_hall, make_post
from tests.conftest import make_settings
from tests.people import make_cast, make_member, sign_in
from tests.server import free_address, running

pytestmark = pytest.mark.needs("chromium")


class Site:
    """A running server with a cast, for all tests of this file: to start one takes longer than most of them."""

    def __init__(self, folder: Path) -> None:
        self.settings = make_settings(folder, base_url=free_address(), socket_mode="gevent", testing=False)
        self.app = wsgi.create_app(self.settings)
        self.rooms = count(1)
        with self.app.test_request_context(base_url=self.settings.base_url):
            Base.metadata.drop_all(db.engine)
            Base.metadata.create_all(db.engine)
            with transaction(write=True):
                self.cast = make_cast()
            db.session.remove()
            db.engine.dispose()


class Room:
    """A hall of its own with five posts, and a browser for one member."""

    def __init__(self, site: Site, chromium: Browser) -> None:
        self.chromium, self.settings, self.app = chromium, site.settings, site.app
        self.faults: list[str] = []
        with self.app.test_request_context(base_url=self.settings.base_url), transaction(write=True):
            local, first = db.session.get_one(Local, site.cast.local), 10 * next(site.rooms)
            names = ("Marta Quill", "Len Fairweather", "Idris Bell", "Rosa Alt")
            ids = [make_member(f"7{first + place:04d}", name, local) for place, name in enumerate(names)]
            hall = make_hall(make_debate(site.cast, now=clock.now()), local.id)
            for number in range(1, 6):
                make_post(hall, ids[1], f"Word {number}", now=clock.now())
            self.hall_id, self.member, self.other = hall.id, ids[0], ids[1]
            self.others = cycle(ids[1:])  # nobody posts twice in ten seconds

    def enter(self, *, javascript: bool = True) -> Page:
        context = self.chromium.new_context(java_script_enabled=javascript, locale="en-GB")
        cookie = sign_in(self.app, self.member).get_cookie("hustings")
        assert cookie
        context.add_cookies([{"name": "hustings", "value": cookie.value, "url": self.settings.base_url}])
        page = context.new_page()
        page.on("pageerror", lambda error: self.faults.append(str(error)))
        page.on("console", lambda said: self.faults.append(said.text) if said.type == "error" else None)
        page.goto(f"{self.settings.base_url}/halls/{self.hall_id}")
        return page

    def post(self, words: str) -> None:
        """Another member posts, on another device."""
        context = self.chromium.new_context(java_script_enabled=False)
        cookie = sign_in(self.app, next(self.others)).get_cookie("hustings")
        assert cookie
        context.add_cookies([{"name": "hustings", "value": cookie.value, "url": self.settings.base_url}])
        page = context.new_page()
        page.goto(f"{self.settings.base_url}/halls/{self.hall_id}")
        page.get_by_label("Your post").fill(words)
        page.get_by_role("button", name="Post it").click()
        context.close()

    def mark(self) -> int:
        with self.app.app_context(), transaction(write=False):
            return db.session.scalar(db.select(ReadMark.number).where(ReadMark.hall_id == self.hall_id)) or 0

    def sources(self) -> list[str]:
        with self.app.app_context(), transaction(write=False):
            said = db.select(Post.source).where(Post.hall_id == self.hall_id)
            return list(db.session.scalars(said.order_by(Post.number)))


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    site = Site(tmp_path_factory.mktemp("site") / "instance")
    with running(site.settings):
        yield site


@pytest.fixture
def room(site: Site, chromium: Browser) -> Iterator[Room]:
    room = Room(site, chromium)
    yield room
    assert room.faults == []


def test_what_was_in_view_is_marked_as_read(room: Room) -> None:
    page = room.enter()
    page.locator("#p5").scroll_into_view_if_needed()
    expect(page.locator("form[data-read]")).to_be_hidden()
    assert room.mark() == 5


def test_a_post_is_formatted_looked_at_and_sent_once(room: Room) -> None:
    page = room.enter()
    page.get_by_label("Your post").fill("Nine weeks")
    page.get_by_label("Your post").select_text()
    page.get_by_role("button", name="Bold").click()
    page.get_by_role("button", name="See how it will look").click()
    expect(page.locator("[data-preview] strong")).to_have_text("Nine weeks")
    page.get_by_role("button", name="Post it").dblclick(no_wait_after=True)
    expect(page.locator("#p6 strong")).to_have_text("Nine weeks")
    expect(page.get_by_label("Your post")).to_have_value("")
    assert room.sources()[5:] == ["**Nine weeks**"]


def test_everything_works_without_script(room: Room) -> None:
    page = room.enter(javascript=False)
    page.get_by_role("button", name="I have read up to here").click()
    assert room.mark() == 5
    page.get_by_role("link", name="Quote No. 2").click()
    page.get_by_role("button", name="Post it").click()
    expect(page.locator("#p6 blockquote")).to_have_text("Word 2")


def test_a_draft_follows_its_writer_to_another_device_and_goes_once_posted(room: Room) -> None:
    page = room.enter()
    with page.expect_response("**/draft"):
        page.get_by_label("Your post").fill("Nine weeks")
    expect(page.locator("[data-draft-note]")).to_contain_text("on every device")
    page.reload()
    expect(page.get_by_label("Your post")).to_have_value("Nine weeks")
    other = room.enter()
    expect(other.get_by_label("Your post")).to_have_value("Nine weeks")
    other.get_by_role("button", name="Post it").click()
    expect(other.locator("#p6")).to_contain_text("Nine weeks")
    expect(room.enter().get_by_label("Your post")).to_have_value("")


def test_a_draft_that_was_posted_elsewhere_does_not_come_back_on_a_phone_that_died(room: Room) -> None:
    phone = room.enter()
    with phone.expect_response("**/draft"):
        phone.get_by_label("Your post").fill("Nine weeks")
    expect(phone.locator("[data-draft-note]")).to_contain_text("on every device")
    left = phone.evaluate("JSON.stringify(localStorage)")
    other = room.enter()
    other.get_by_role("button", name="Post it").click()
    expect(other.locator("#p6")).to_contain_text("Nine weeks")
    phone.evaluate("left => addEventListener('pagehide', () => Object.assign(localStorage, JSON.parse(left)))", left)
    phone.reload()
    expect(phone.get_by_label("Your post")).to_have_value("")


def test_what_is_typed_just_before_signing_out_is_on_the_server_and_not_on_the_device(room: Room) -> None:
    page = room.enter()
    page.get_by_label("Your post").fill("Nine weeks")
    page.evaluate("document.querySelector('form[action$=sign-out]').requestSubmit()")
    page.wait_for_url(f"{room.settings.base_url}/")
    assert page.evaluate("localStorage.length") == 0
    expect(room.enter().get_by_label("Your post")).to_have_value("Nine weeks")


def test_words_sent_without_a_connection_stay_where_they_were_typed(room: Room) -> None:
    page = room.enter()
    say = page.get_by_label("Your post")
    say.fill("Nine weeks")
    page.context.set_offline(True)
    page.get_by_role("button", name="Post it").click()
    expect(page.locator("[data-draft-note]")).to_contain_text("Nothing was sent")
    expect(say).to_have_value("Nine weeks")
    page.context.set_offline(False)
    page.get_by_role("button", name="Post it").click()
    expect(page.locator("#p6")).to_contain_text("Nine weeks")
    cut = ("ERR_INTERNET_DISCONNECTED", "WebSocket connection")
    room.faults = [fault for fault in room.faults if not any(each in fault for each in cut)]


def test_words_that_could_not_be_sent_are_not_lost_by_signing_out(room: Room) -> None:
    page = room.enter()
    page.get_by_label("Your post").fill("Nine weeks")
    page.context.set_offline(True)
    page.get_by_role("button", name="Post it").click()
    expect(page.locator("[data-draft-note]")).to_contain_text("Nothing was sent")
    page.context.set_offline(False)
    page.evaluate("document.querySelector('form[action$=sign-out]').requestSubmit()")
    page.wait_for_url(f"{room.settings.base_url}/")
    expect(room.enter().get_by_label("Your post")).to_have_value("Nine weeks")
    cut = ("ERR_INTERNET_DISCONNECTED", "WebSocket connection")
    room.faults = [fault for fault in room.faults if not any(each in fault for each in cut)]


def test_words_mended_on_a_refused_page_are_there_when_their_writer_comes_back(room: Room) -> None:
    page = room.enter()
    with room.app.app_context(), transaction(write=False):
        number = db.session.get_one(Question, db.session.get_one(Hall, room.hall_id).question_id).number
    form = f"{room.settings.base_url}/q/{number}/arguments/new"
    page.goto(form)
    page.get_by_label("The claim").fill("First")
    page.get_by_label("The grounds").fill("Because")
    page.get_by_role("button", name="Move it").click()
    expect(page.get_by_role("alert")).to_contain_text("The argument was not moved")
    page.wait_for_load_state()
    page.get_by_label("The claim").fill("Second")
    page.goto(f"{room.settings.base_url}/questions")
    page.goto(form)
    expect(page.get_by_label("The claim")).to_have_value("Second")
    room.faults = [fault for fault in room.faults if "422" not in fault]


def test_a_quotation_stands_below_what_was_typed_a_moment_before(room: Room) -> None:
    page = room.enter()
    page.get_by_label("Your post").fill("Nine weeks")
    page.get_by_role("link", name="Quote No. 3").click()
    words = "Nine weeks\n\nLen Fairweather, No. 3:\n\n> Word 3\n\n"
    expect(page.get_by_label("Your post")).to_have_value(words)


def test_new_posts_are_offered_and_come_in_below_without_moving_the_page(room: Room) -> None:
    page = room.enter()
    page.set_viewport_size({"width": 360, "height": 740})
    page.evaluate("scrollTo(0, 0)")
    room.post("Sixth")
    offered = page.get_by_role("link", name="One new post")
    expect(offered).to_have_count(1)
    expect(page.locator("#p6")).to_have_count(0)
    room.post("Seventh")
    expect(page.get_by_role("link", name="2 new posts")).to_be_in_viewport(ratio=1)  # wherever in the thread one reads
    assert page.evaluate("scrollY") == 0
    page.get_by_role("link", name="2 new posts").press("Enter")
    expect(page.locator("#p7")).to_contain_text("Seventh")
    expect(page.locator("#p6")).to_be_focused()
    expect(page.locator("#p6")).to_have_count(1)
    page.locator("[data-thread-end]").scroll_into_view_if_needed()
    room.post("Eighth")
    expect(page.locator("#p8")).to_contain_text("Eighth")


def test_an_offer_tapped_twice_brings_the_new_posts_and_leads_nowhere_else(room: Room) -> None:
    page = room.enter()
    page.set_viewport_size({"width": 360, "height": 740})
    page.evaluate("scrollTo(0, 0)")
    room.post("Sixth")
    address = page.url
    page.get_by_role("link", name="One new post").evaluate("(link) => { link.click(); link.click(); }")
    expect(page.locator("#p6")).to_contain_text("Sixth")
    page.wait_for_timeout(300)
    assert page.url == address


def test_a_reader_whose_line_was_cut_and_who_may_still_read_hears_of_new_posts_again(room: Room) -> None:
    page = room.enter()
    lines: list[WebSocketRoute] = []

    def note(line: WebSocketRoute) -> None:
        line.connect_to_server()
        lines.append(line)

    page.route_web_socket("**/socket.io/**", note)
    page.reload()
    page.wait_for_timeout(500)
    with page.expect_websocket():
        lines[-1].send("41")  # as the server says that it cuts
    room.post("Sixth")
    expect(page.get_by_role("link", name="One new post")).to_have_count(1)


def test_what_cannot_be_fetched_is_not_asked_for_without_a_pause(room: Room) -> None:
    page = room.enter()
    asked: list[str] = []

    def refuse(route: Route) -> None:
        asked.append(route.request.url)
        route.fulfill(body="<p>Sign in</p>")

    page.route("**/newer*", refuse)
    page.locator("[data-thread-end]").scroll_into_view_if_needed()
    room.post("Sixth")
    expect(page.get_by_role("link", name="One new post")).to_be_visible()
    page.wait_for_timeout(500)
    assert len(asked) == 1


def test_what_came_in_while_one_read_and_was_in_view_is_marked_as_read(room: Room) -> None:
    page = room.enter()
    page.locator("#p5").scroll_into_view_if_needed()
    expect(page.locator("form[data-read]")).to_be_hidden()
    room.post("Sixth")
    page.locator("[data-thread-end]").scroll_into_view_if_needed()
    with page.expect_response("**/read"):
        page.locator("#p6").scroll_into_view_if_needed()
    assert room.mark() == 6


def test_a_thread_whose_last_post_is_folded_is_read_to_its_end(room: Room) -> None:
    with room.app.app_context(), transaction(write=True):
        db.session.add(Muting(member_id=room.member, muted_id=room.other, at=clock.now()))
    page = room.enter()
    page.locator(".folded summary").last.scroll_into_view_if_needed()
    expect(page.locator("form[data-read]")).to_be_hidden()
    assert room.mark() == 5


def test_a_thread_is_read_quoted_and_left_by_keys_alone(room: Room) -> None:
    page = room.enter()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_contain_text("next post")
    page.get_by_label("The keys work").uncheck()
    page.get_by_role("button", name="Close").click()
    page.keyboard.press("j")
    expect(page.locator("#p1")).not_to_be_focused()
    page.get_by_role("button", name="Keys").click()
    page.get_by_label("The keys work").check()
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    page.keyboard.press("j")
    expect(page.locator("#p2")).to_be_focused()
    page.keyboard.press("k")
    expect(page.locator("#p1")).to_be_focused()
    page.locator("#p3 .post-body p").select_text()
    page.keyboard.press("q")
    expect(page.get_by_label("Your post")).to_have_value("Len Fairweather, No. 3:\n\n> Word 3\n\n")
    page.keyboard.type("jk?")
    expect(page.get_by_label("Your post")).to_have_value("Len Fairweather, No. 3:\n\n> Word 3\n\njk?")
    page.get_by_role("button", name="Save as a draft").focus()
    page.keyboard.press("/")
    expect(page.get_by_label("Words to find")).to_be_visible()


def test_an_at_sign_offers_who_wrote_here(room: Room) -> None:
    page = room.enter()
    area = page.get_by_label("Your post")
    area.press_sequentially("As @fai")
    expect(page.get_by_role("button", name="Len Fairweather, Local 88")).to_be_visible()
    area.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(area).to_have_value("As @Len Fairweather ")
