"""The booth as the application serves it: its headers, its languages, its ballot box, its look-up page."""

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from playwright.sync_api import Locator, Page, expect
from werkzeug.serving import make_server

from forum.kernel.database import db, transaction
from referendum.casting.models import Arrival
from referendum.conduct.language_operations import give_languages
from referendum.digest.queries import frozen_lines
from tests.build_referendum import make_closed, make_open
from tests.build_votes import make_vote
from tests.journeys.axe import violations
from tests.people import Cast
from tests.referendum.browser.conftest import Faults

pytestmark = pytest.mark.needs("chromium")

SPANISH = {
    "es": {
        "question": "¿Aceptamos el acuerdo?",
        "options": {"A": {"title": "Aceptar", "text": ""}, "B": {"title": "Rechazar", "text": ""}},
    }
}
LARGE_TEXT = "document.documentElement.style.fontSize = '200%'"
FORBIDDEN = """(act) => new Promise((resolve) => setTimeout(() => {
    const acts = {
        code: () => eval('1'),
        html: () => { document.createElement('p').innerHTML = '<b>x</b>'; },
        worker: () => new Worker('/static/referendum/crypto/worker.js'),
    };
    try { acts[act](); resolve('done'); } catch (refused) { resolve(refused.name); }
}))"""


@pytest.fixture
def origin(app: Flask) -> Iterator[str]:
    """The address of the app on a loopback port."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()


def fits(page: Page) -> bool:
    """Whether nothing is wider than a small phone, at the usual size of text and at twice that."""
    page.set_viewport_size({"width": 320, "height": 640})
    widths = [page.evaluate("document.documentElement.scrollWidth")]
    page.evaluate(LARGE_TEXT)
    widths.append(page.evaluate("document.documentElement.scrollWidth"))
    page.evaluate("document.documentElement.removeAttribute('style')")
    return widths == [320, 320]


def tongues(place: Locator) -> list[str]:
    return place.locator(".tongue").all_inner_texts()


def test_a_ballot_from_the_link_is_boxed_and_found_by_its_tracker(
    app: Flask, cast: Cast, origin: str, page: Page, faults: Faults
) -> None:
    with app.app_context(), transaction(write=True):
        ballots = make_vote(cast, now=datetime.now(UTC), citations=False)
        address, code = f"{origin}/booth/{ballots.vote.public_id}", ballots.codes[0]
    page.goto(f"{address}#code={code}")
    assert page.url == address
    page.get_by_role("radio", name="B Reject").check()
    page.get_by_role("button", name="Go on").click()
    page.get_by_role("button", name="Cast my ballot").click()
    expect(page.get_by_role("heading", name="Your ballot is in the box")).to_be_visible()
    tracker = page.locator("[data-leaf=done] .tracker").inner_text().replace("\n", "")
    with app.app_context():
        assert db.session.scalars(db.select(Arrival.v_tracker)).all() == [tracker]
    page.get_by_role("link", name="Find my ballot in the box").click()
    expect(page.get_by_role("heading", name=f"Tracker {tracker}")).to_be_visible()

    page.goto(f"{address}#code={code}")
    page.get_by_role("radio", name="A Accept").check()
    page.get_by_role("button", name="Go on").click()
    page.get_by_role("button", name="Cast my ballot").click()
    expect(page.get_by_text("A ballot with this voting code is in the box already")).to_be_visible()
    assert ["403" in fault for fault in faults] == [True]
    faults.clear()


def test_every_leaf_is_read_in_three_languages_on_a_small_phone_in_large_type(
    app: Flask, cast: Cast, origin: str, page: Page, faults: Faults
) -> None:
    with app.test_request_context(), transaction(write=True):
        made = make_closed(cast, now=datetime.now(UTC) - timedelta(days=16))
        labels = [each.argument.label for each in frozen_lines(made.question.id)]
        claims = {label: f"Traducción de {label}" for label in labels}
        give_languages(made.teller(), made.vote, {"es": {**SPANISH["es"], "arguments": claims}}, made.at)
        make_open(made)
        address, code = f"{origin}/booth/{made.vote.public_id}", made.codes[0]
    page.goto(f"{address}#code={code}")
    switch = page.get_by_role("button", name="English + Español + Français")
    switch.press("Enter")
    expect(switch).to_have_attribute("aria-pressed", "true")
    assert tongues(page.locator(".booth-name")) == ["Cabina de votación", "Isoloir"]
    assert page.locator(".booth-name .tongue").first.get_attribute("lang") == "es"
    assert tongues(page.locator("#h-choose")) == ["¿Aceptamos el acuerdo?"]
    assert sorted(tongues(page.locator("[data-options] .mark:has(.swatch)"))) == ["A Aceptar", "B Rechazar"]
    assert fits(page)
    page.get_by_role("radio", name="A Accept").check()
    page.locator("[data-leaf=choose] [type=submit]").click()
    moved = page.locator("[data-group=moved] .mark-arg")
    assert tongues(moved) == [claims[tag[:4]] for tag in moved.locator(".argtag").all_inner_texts()]
    assert moved.count() > 1
    assert "In other languages it is a translation by the tellers." in page.locator("[data-leaf=cite]").inner_text()
    page.locator("[name=cite]").first.check()
    expect(page.locator("[data-count]")).to_contain_text("1 of 3 marked.")
    expect(page.locator("[data-count] .tongue").first).to_contain_text("1")  # told anew in each language
    assert fits(page)
    page.locator("[data-leaf=cite] [type=submit]").click()
    expect(page.locator("[data-cast]")).to_have_attribute("aria-disabled", "false")
    assert tongues(page.locator("[data-slip=vote]")) == ["A Aceptar"]
    assert page.locator("[data-slip=before]").inner_text().startswith("I would rather not say.\n")
    page.locator("[data-leaf=check] summary").first.click()
    assert fits(page)
    assert violations(page) == []
    page.locator("[data-test]").click()
    assert fits(page)
    assert violations(page) == []
    switch.press("Enter")
    expect(page.locator(".tongue")).to_have_count(0)
    page.context.route("**/casting/slip.js", lambda route: route.fulfill(body="export const showSlip = () => {};"))
    page.goto(address)
    expect(page.locator("[data-starting]")).to_be_visible()  # a program that is not the listed one is not run
    assert any("integrity" in fault for fault in faults)
    page.goto(address + "/check")
    assert fits(page)
    assert violations(page) == []
    refused = {act: page.evaluate(FORBIDDEN, act) for act in ("code", "html", "worker")}
    assert refused == {"code": "EvalError", "html": "TypeError", "worker": "TypeError"}
    faults.clear()
