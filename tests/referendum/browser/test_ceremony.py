"""Three trustees, each in a browser of their own, make a key together; two of them open the count."""

import subprocess
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect
from werkzeug.serving import make_server

from forum.kernel.database import db, transaction
from referendum.archive.verify import verify
from referendum.count import jobs
from referendum.count import queries as count
from referendum.process.models import Vote
from tests.people import Cast, sign_in
from tests.referendum.trustees.conftest import Group, fill_box, make_group

pytestmark = pytest.mark.needs("chromium")

PASSPHRASE = "four words nobody guesses"


@dataclass
class Room:
    """The app on a loopback port, and a browser for each trustee, with a folder for the trustee's key file."""

    app: Flask
    group: Group
    vote_id: int
    public_id: str
    pages: list[Page]
    origin: str
    folder: Path

    def go(self, place: int, where: str) -> Page:
        self.pages[place].goto(f"{self.origin}/votes/{self.public_id}/{where}")
        return self.pages[place]

    def file(self, place: int) -> Path:
        return self.folder / f"key-{place}.json"

    def show_file(self, place: int) -> None:
        self.pages[place].get_by_label("Your key file").set_input_files(self.file(place))
        self.pages[place].get_by_label("Its passphrase").fill(PASSPHRASE)


@pytest.fixture
def room(app: Flask, cast: Cast, chromium: Browser, tmp_path: Path) -> Iterator[Room]:
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    origin = f"http://127.0.0.1:{server.server_port}"
    with app.app_context(), transaction(write=True):
        group = make_group(cast, datetime.now(UTC))
        vote_id, public_id = group.vote.id, group.vote.public_id
    contexts = []
    for member in group.members:
        context = chromium.new_context(locale="en-GB", accept_downloads=True)
        context.set_default_timeout(20_000)
        cookie = sign_in(app, member).get_cookie(app.config["SESSION_COOKIE_NAME"])
        assert cookie
        context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": origin}])
        contexts.append(context)
    yield Room(app, group, vote_id, public_id, [each.new_page() for each in contexts], origin, tmp_path)
    for each in contexts:
        each.close()
    server.shutdown()
    thread.join()


def make_file(room: Room, place: int) -> None:
    """The first step, up to the file that lies in the trustee's folder."""
    page = room.go(place, "key")
    page.get_by_label("Passphrase", exact=True).fill(PASSPHRASE)
    page.get_by_label("The passphrase again").fill(PASSPHRASE)
    with page.expect_download() as started:
        page.get_by_role("button", name="Make my key and save the file").click()
    started.value.save_as(room.file(place))


def join(room: Room, place: int) -> None:
    make_file(room, place)
    room.show_file(place)
    room.pages[place].get_by_role("button", name="Read it back").click()
    room.pages[place].get_by_role("button", name="Hand in my public key").click()
    expect(room.pages[place].get_by_role("button", name="Hand in my public key")).to_have_count(0)  # the next page


def count_begins(room: Room) -> None:
    """The box is filled and sealed with the trustees' keys, and multiplied."""
    with room.app.test_request_context(), transaction(write=True) as session:
        fill_box(session.get_one(Vote, room.vote_id), datetime.now(UTC))
    with room.app.app_context():
        jobs.compute_tallies(room.vote_id)


@pytest.mark.needs("belenios-tool")
def test_three_browsers_make_a_key_two_open_the_count_and_the_outside_tool_accepts_it(room: Room) -> None:
    make_file(room, 0)
    page = room.go(0, "key")  # the tab was closed before anything was handed in: the file is all there is
    page.get_by_role("button", name="I have the file already").click()
    room.show_file(0)
    page.get_by_role("button", name="Read it back").click()
    page.get_by_role("button", name="Hand in my public key").click()
    expect(page.get_by_text("Waiting for: Trustee 1, Trustee 2.")).to_be_visible()
    join(room, 1)
    join(room, 2)
    lines = set()
    for place in range(3):
        page = room.go(place, "key")
        lines.add(page.locator("[data-fingerprint]").inner_text())
        room.show_file(place)
        page.get_by_role("button", name="give the shares").click()
        page.get_by_role("button", name="give the shares").wait_for(state="hidden")
    assert len(lines) == 1
    for place in range(3):
        page = room.go(place, "key")
        room.show_file(place)
        page.get_by_role("button", name="Put my key together").click()
        page.get_by_role("button", name="Put my key together").wait_for(state="hidden")
    for place in range(3):
        page = room.go(place, "key")
        page.get_by_role("link", name="Open the test ballot").click()
        room.show_file(place)
        page.get_by_role("button", name="Check and open my part").click()
        expect(page.get_by_text("All done.")).to_be_visible()

    count_begins(room)
    for place in (2, 0):
        page = room.go(place, "decrypt")
        room.show_file(place)
        page.get_by_role("button", name="Check and open my part").click()
        expect(page.get_by_text("All done.")).to_be_visible()
        expect(page.get_by_text("product of 3 ballots")).to_be_visible()
    page = room.go(1, "decrypt")
    expect(page.get_by_text("Enough trustees have opened their part.")).to_be_visible()
    expect(page.get_by_role("button", name="Check and open my part")).to_be_hidden()
    with room.app.app_context(), transaction(write=False):
        vote, tally = db.session.get_one(Vote, room.vote_id), count.tally_of(room.vote_id, "V")
        assert tally is not None
        assert sum(tally.result[0]) == 3 if tally.result else False
        assert [part.owner for part in count.parts(room.vote_id, "V")] == [1, 3]
        archive = count.path_of(room.app.config["HUSTINGS"].instance, vote, "V")
    assert verify(archive).ok
    (room.folder / archive.name).write_bytes(archive.read_bytes())
    told = subprocess.run(
        ["belenios-tool", "election", "verify", "--dir", str(room.folder)], capture_output=True, text=True, check=False
    )
    assert told.returncode == 0, told.stderr
