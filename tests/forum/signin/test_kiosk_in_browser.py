"""A shared device in a real browser: nothing of who used it stays, after five idle minutes or a sign-out."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, expect

from forum.kernel.database import db
from forum.kernel.mail import Outgoing
from tests.forum.sittings.test_browser import prepare
from tests.server import running

pytestmark = pytest.mark.needs("chromium")
LEFT = "Object.keys(localStorage).length + Object.keys(sessionStorage).length"


@pytest.fixture
def device(chromium: Browser) -> Iterator[BrowserContext]:
    context = chromium.new_context(locale="en-GB", viewport={"width": 1280, "height": 900})
    yield context
    context.close()


def sign_in_here(app: Flask, page: Page, base_url: str, hall: int) -> None:
    """By number and mailed code, on a device that is named as shared; then something half written in the hall."""
    page.goto(f"{base_url}/sign-in?next=/halls/{hall}")
    page.fill("[name=who]", "1001")
    page.check("[name=shared]")
    page.click("text=Mail me a code")
    page.wait_for_url("**/sign-in/code")
    queue = app.extensions["hustings_jobs"]["queue"]
    queue.execute(queue.dequeue())  # what `flask jobs run` does beside the server
    with app.app_context():
        mail = db.session.scalars(db.select(Outgoing).order_by(Outgoing.id.desc()).limit(1)).one()
        code = re.search(r"\d{4} \d{4}", mail.text)
        db.session.rollback()
    assert code
    page.fill("[name=code]", code.group())
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/halls/{hall}")
    page.fill("#say textarea", "Half a thought about Ann")
    expect(page.locator("#say [data-draft-note]")).not_to_be_empty()
    assert page.evaluate("Object.keys(localStorage).some((name) => name.startsWith('draft:'))")
    page.evaluate("localStorage.setItem('of another page', 'x')")


def walk_off(page: Page) -> None:
    page.clock.run_for(5 * 60 * 1000 - 2000)
    expect(page.locator("#say textarea")).to_be_visible()
    page.clock.run_for(4000)


def press_sign_out(page: Page) -> None:
    page.click("text=Sign out")


ASLEEP = """() => {
  const now = Date.now;
  Date.now = () => now() + 60 * 60 * 1000;
  document.body.dispatchEvent(new KeyboardEvent("keydown", { key: "Shift", bubbles: true }));
}"""  # no timer ran, and a key woke it


def wake_it_after_an_hour(page: Page) -> None:
    page.evaluate(ASLEEP)


@pytest.mark.parametrize("end", [walk_off, wake_it_after_an_hour, press_sign_out])
def test_a_shared_device_forgets_its_member_and_what_was_typed(
    end: Callable[[Page], None], tmp_path: Path, device: BrowserContext
) -> None:
    settings, app, _, debate = prepare(tmp_path)
    page = device.new_page()
    page.clock.install()
    with running(settings) as base_url:
        sign_in_here(app, page, base_url, debate.hall)
        end(page)
        page.wait_for_url(f"{base_url}/")
        expect(page.locator(".where-who")).to_contain_text("You are reading as a visitor.")
        assert page.evaluate(LEFT) == 0  # what no script of ours put there too: the browser obeys Clear-Site-Data
        page.go_back()
        page.wait_for_load_state()
        expect(page.locator("body")).not_to_contain_text("Half a thought")
        expect(page.locator("h1").first).to_have_text("Sign in")
        page.goto(f"{base_url}/halls/{debate.hall}")
        expect(page).to_have_url(re.compile("/sign-in"))
        assert page.evaluate(LEFT) == 0


def test_what_a_closed_browser_left_on_a_shared_device_goes_with_the_next_visit(
    tmp_path: Path, device: BrowserContext
) -> None:
    settings, app, _, debate = prepare(tmp_path)
    page = device.new_page()
    with running(settings) as base_url:
        sign_in_here(app, page, base_url, debate.hall)
        page.close()
        device.clear_cookies()
        page = device.new_page()
        page.goto(f"{base_url}/")
        expect(page.locator(".where-who")).to_contain_text("You are reading as a visitor.")
        assert page.evaluate("Object.keys(localStorage)") == ["of another page"]
