"""Reading one at a time in a real browser: by keys, with two quick presses, without a connection, and back again."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

import wsgi
from forum.arguments.models import Argument, Reading
from forum.kernel import clock
from forum.kernel.database import Base, db, transaction
from tests.build_halls import make_argument, make_debate
from tests.conftest import make_settings
from tests.journeys.axe import violations
from tests.people import make_cast, sign_in
from tests.server import free_address, running

pytestmark = pytest.mark.needs("chromium")
CLAIMS = [f"Claim number {number}, in a few words more." for number in range(1, 7)]


@pytest.fixture
def page(tmp_path: Path, chromium: Browser) -> Iterator[Page]:
    settings = make_settings(tmp_path / "instance", base_url=free_address(), socket_mode="gevent", testing=False)
    app = wsgi.create_app(settings)
    with app.test_request_context(base_url=settings.base_url):
        Base.metadata.drop_all(db.engine)
        Base.metadata.create_all(db.engine)
        with transaction(write=True):
            cast = make_cast()
            question = make_debate(cast, now=clock.now())
            number = question.number
            for claim in CLAIMS:
                make_argument(question, cast.member, seconded_by=cast.seconder, claim=claim, now=clock.now())
        db.session.remove()
        db.engine.dispose()
    with running(settings):
        context = chromium.new_context(locale="en-GB")
        cookie = sign_in(app, cast.elsewhere).get_cookie("hustings")
        assert cookie
        context.add_cookies([{"name": "hustings", "value": cookie.value, "url": settings.base_url}])
        page = context.new_page()
        page.faults = []  # type: ignore[attr-defined]
        page.on("pageerror", lambda error: page.faults.append(str(error)))  # type: ignore[attr-defined]
        page.goto(f"{settings.base_url}/q/{number}/read")
        page.app = app  # type: ignore[attr-defined]
        yield page
        assert page.faults == []  # type: ignore[attr-defined]
        context.close()


def readings(page: Page) -> dict[str, int]:
    with page.app.app_context(), transaction(write=False):  # type: ignore[attr-defined]
        query = db.select(Argument.claim, Reading.value).join(Reading, Reading.argument_id == Argument.id)
        return dict(db.session.execute(query).all())


def claim(page: Page) -> str:
    return page.locator(".one-claim").inner_text()


def press(page: Page, key: str) -> str:
    """Press a key on the card that is shown, once it has been there for a moment; its claim."""
    here = claim(page)
    page.wait_for_timeout(550)
    page.keyboard.press(key)
    expect(page.locator(".one-claim")).not_to_have_text(here)
    return here


def test_cards_are_read_by_keys_and_a_lost_connection_loses_nothing(page: Page) -> None:
    assert violations(page) == []
    first = press(page, "1")
    second = claim(page)
    expect(page.locator(".one-claim")).to_be_focused()
    page.keyboard.press("2")  # too quick to have been read
    assert claim(page) == second
    expect(page.locator("[data-count]")).to_have_text("1 read, 5 left")
    assert readings(page) == {first: 1}

    page.context.set_offline(True)
    assert press(page, "2") == second
    third = press(page, "3")
    expect(page.locator("[data-lost]")).to_contain_text("Not sent yet: 2.")
    page.wait_for_timeout(550)
    undone = claim(page)
    page.keyboard.press("u")  # the third had not left yet
    expect(page.locator(".one-claim")).to_have_text(third)
    assert press(page, "1") == third
    assert claim(page) == undone
    assert readings(page) == {first: 1}
    page.context.set_offline(False)
    expect(page.locator("[data-count]")).to_have_text("3 read, 3 left")
    expect(page.locator("[data-lost]")).to_be_hidden()
    assert readings(page) == {first: 1, second: -1, third: 1}

    page.get_by_role("button", name="Undo").click()
    expect(page.locator(".one-claim")).to_have_text(third)
    expect(page.locator("[data-count]")).to_have_text("2 read, 4 left")
    met = {first, second}
    while page.locator(".one-claim").count():
        here = claim(page)
        assert here not in met
        met.add(here)
        page.wait_for_timeout(550)
        page.get_by_role("button", name="Pass").click()
        expect(page.get_by_text(here, exact=True)).to_have_count(0)
        expect(page.locator("[data-count]")).to_have_text(f"{len(met)} read, {6 - len(met)} left")
    expect(page.locator("[data-done]")).to_be_focused()
    assert readings(page) == {each: {first: 1, second: -1}.get(each, 0) for each in CLAIMS}


def test_a_claim_grows_stays_one_line_and_what_is_refused_leads_to_its_field(page: Page) -> None:
    page.goto(page.url.replace("/read", "/arguments/new"))
    claim = page.locator("#f-claim")
    small = claim.bounding_box()
    claim.press_sequentially("One")
    claim.press("Enter")
    claim.press_sequentially(" claim")
    expect(claim).to_have_value("One claim")
    claim.evaluate("area => { area.value = 'pasted\\n\\n  lines '.repeat(9); area.dispatchEvent(new Event('input')); }")
    expect(claim).to_have_value("pasted lines " * 9)
    expect(page.locator("[data-left]")).to_have_text("83 characters left")
    large = claim.bounding_box()
    assert small
    assert large
    assert large["height"] > small["height"]
    page.locator("#moving").evaluate("form => { form.noValidate = true; }")
    page.get_by_role("button", name="Move it").click()
    told = page.get_by_role("alert")
    expect(told).to_be_focused()
    told.get_by_role("link", name="The grounds").click()
    expect(page.locator("#f-grounds")).to_be_focused()
    assert "#" not in page.url
    assert violations(page) == []
