"""The booth as the application serves it: its headers, its ballot box, its look-up page."""

import threading
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from flask import Flask
from playwright.sync_api import Page, expect
from werkzeug.serving import make_server

from forum.kernel.database import db, transaction
from referendum.casting.models import Arrival
from tests.build_votes import make_vote
from tests.people import Cast
from tests.referendum.browser.conftest import Faults

pytestmark = pytest.mark.needs("chromium")


@pytest.fixture
def origin(app: Flask) -> Iterator[str]:
    """The address of the app on a loopback port."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()


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
