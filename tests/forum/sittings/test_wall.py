"""The wall: read from fifteen metres whatever the names, and no way into the account of whoever put it up."""

import re
from collections.abc import Iterator
from datetime import timedelta
from itertools import combinations
from urllib.parse import urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Browser, Page, Route, expect

from forum.kernel import clock
from forum.kernel.database import db, transaction
from forum.questions.models import Option
from forum.roll.models import Member
from forum.sittings.models import Turn
from tests.build_sittings import Ground, make_debate
from tests.people import Cast, sign_in

LONG = "Maria-Esperanza Wolkenstein-Aleksandrowicz van den Oudenhoven-Featherstonehaugh de la Fuente"
RIGHT_TO_LEFT = "عبد الرحمن بن محمد الخطيب"
TITLE = "Reject the agreement and send the committee back to the table with new instructions from every local"


@pytest.fixture
def debate(app: Flask, cast: Cast) -> Ground:
    with app.app_context(), transaction(write=True):
        return make_debate(cast, now=clock.now())


def speaks(app: Flask, cast: Cast, debate: Ground, names: list[str]) -> None:
    """The first of these has the floor on option B, the others wait."""
    now = clock.now()
    people = (cast.member, cast.seconder, cast.retired, cast.host)
    with app.app_context(), transaction(write=True) as session:
        session.get_one(Option, debate.options[1]).title = TITLE
        for place, (who, name) in enumerate(zip(people, names, strict=True)):
            session.get_one(Member, who).name = name
            turn = Turn(
                sitting_id=debate.sitting, member_id=who, option_id=debate.options[1], asked_at=now, state="waiting"
            )
            if not place:
                turn.state, turn.started_at, turn.ends_at = "speaking", now, now + timedelta(minutes=29, seconds=59)
            session.add(turn)


def served_by(page: Page, browser: FlaskClient) -> None:
    """Let a page be served by the app in this process; its sockets find nobody."""

    def answer(route: Route) -> None:
        parts = urlsplit(route.request.url)
        if parts.path.startswith("/socket.io"):
            route.abort()
            return
        given = browser.get(f"{parts.path}?{parts.query}")
        route.fulfill(status=given.status_code, headers=dict(given.headers), body=given.data)

    page.route("http://localhost/**", answer)


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    context = chromium.new_context(locale="en-GB")
    yield context.new_page()
    context.close()


MEASURED = """() => {
  const one = (what) => document.querySelector(what);
  const size = (what) => parseFloat(getComputedStyle(one(what)).fontSize) / innerHeight * 100;
  const parts = ["[data-speaker]", ".wall-about", ".wall-clock", ".wall-bar", ".wall-foot ol", ".wall-join"];
  return {
    sizes: ["[data-speaker]", ".wall-clock", "[data-stack] li", "[data-option]"].map(size),
    boxes: Object.fromEntries(parts.map((each) => [each, one(each).getBoundingClientRect().toJSON()])),
    rows: document.querySelectorAll("[data-stack] li").length,
    over: [document.documentElement.scrollWidth - innerWidth, document.documentElement.scrollHeight - innerHeight],
  };
}"""
LEAST = (9, 25, 4.5, 4.5)  # speaker, clock, who is next, option: hundredths of the screen's height


def apart(one: dict[str, float], other: dict[str, float]) -> bool:
    """Whether two boxes do not lie on each other."""
    beside = one["right"] <= other["left"] + 1 or other["right"] <= one["left"] + 1
    return beside or one["bottom"] <= other["top"] + 1 or other["bottom"] <= one["top"] + 1


@pytest.mark.needs("chromium")
@pytest.mark.parametrize(
    "names", [["Marta Quill", LONG, RIGHT_TO_LEFT, "Len"], [LONG] * 4, [LONG[:42]] * 4, [RIGHT_TO_LEFT] * 4]
)
def test_names_clock_and_who_is_next_are_read_from_fifteen_metres(
    app: Flask, cast: Cast, debate: Ground, page: Page, names: list[str]
) -> None:
    assert len(LONG) >= 90
    speaks(app, cast, debate, names)
    served_by(page, sign_in(app, cast.member))
    for width, height in ((1440, 900), (1920, 1080)):
        page.set_viewport_size({"width": width, "height": height})
        page.goto(f"http://localhost/sittings/{debate.sitting}/wall")
        page.wait_for_function("document.querySelector('.wall-clock').textContent.startsWith('29:')")
        seen = page.evaluate(MEASURED)
        assert all(size >= least for size, least in zip(seen["sizes"], LEAST, strict=True)), seen
        assert seen["rows"] == 3
        assert max(seen["over"]) <= 0, seen
        for (name, box), (other, around) in combinations(seen["boxes"].items(), 2):
            assert apart(box, around), (name, other, seen["boxes"])
        assert all(0 <= box["top"] < box["bottom"] <= height for box in seen["boxes"].values())
    assert page.locator("[data-option]").inner_text().startswith(f"On option B: {TITLE[:40]}")


@pytest.mark.needs("chromium")
def test_without_a_line_the_clock_tells_the_time_that_the_page_was_given(
    app: Flask, cast: Cast, debate: Ground, page: Page
) -> None:
    speaks(app, cast, debate, ["Marta Quill", "Len", "Rosa", "Idris"])
    served_by(page, sign_in(app, cast.member))
    page.goto(f"http://localhost/sittings/{debate.sitting}/wall")
    expect(page.locator(".wall-clock")).to_have_text(re.compile("^29:[45]"))


AWAKE = """window.asked = 0;
Object.defineProperty(navigator, "wakeLock", { value: { request: async () => { window.asked += 1; } } });
window.cover = (state) => {
  Object.defineProperty(document, "visibilityState", { value: state, configurable: true });
  document.dispatchEvent(new Event("visibilitychange"));
};"""


@pytest.mark.needs("chromium")
def test_the_projector_stays_awake_also_after_something_else_covered_the_wall(
    app: Flask, cast: Cast, debate: Ground, page: Page
) -> None:
    speaks(app, cast, debate, ["Marta Quill", "Len", "Rosa", "Idris"])
    page.add_init_script(AWAKE)
    served_by(page, sign_in(app, cast.member))
    page.goto(f"http://localhost/sittings/{debate.sitting}/wall")
    expect(page.locator(".wall-clock")).to_have_text(re.compile("^29:"))  # the script has run
    assert page.evaluate("asked") == 1
    assert page.evaluate("cover('hidden'), asked") == 1
    assert page.evaluate("cover('visible'), asked") == 2


def test_the_wall_offers_nothing_to_press_but_the_way_out(app: Flask, cast: Cast, debate: Ground) -> None:
    wall = sign_in(app, cast.host).get(f"/sittings/{debate.sitting}/wall").text
    assert "<a " not in wall
    assert wall.count("<form") == wall.count("<button") == 1
    assert 'action="/sign-out"' in wall
    assert "data-key" not in wall


def test_the_title_of_the_option_stands_beside_its_letter(app: Flask, cast: Cast, debate: Ground) -> None:
    speaks(app, cast, debate, ["Marta Quill", "Len", "Rosa", "Idris"])
    wall = sign_in(app, cast.seconder).get(f"/sittings/{debate.sitting}/wall").text
    assert f"On option B: {TITLE}</p>" in wall
    with app.app_context(), transaction(write=True):
        db.session.query(Turn).filter(Turn.state == "speaking").update({"option_id": None})
    assert "On option B: " not in sign_in(app, cast.seconder).get(f"/sittings/{debate.sitting}/wall").text
