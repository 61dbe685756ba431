"""A union on a running server, with a browser for each of its people, a mailbox, and a clock that the story moves."""

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, expect

import wsgi
from forum.kernel import clock
from forum.kernel.database import Base, db, transaction
from forum.kernel.settings import Settings
from forum.roll.models import Member
from forum.signin.cli import roll
from referendum.conduct.jobs import tend
from referendum.rehearsal.company import Company
from referendum.rehearsal.mailbox import Letter, Mailbox, open_sink
from referendum.rollcalls.jobs import close_roll_calls
from referendum.surveys.jobs import tend_surveys
from tests.conftest import make_settings
from tests.journeys.axe import violations
from tests.people import sign_in
from tests.server import free_address, running

DESK, PHONE, NARROW = 1280, 390, 320
PATIENCE = 15


@dataclass
class Union:
    """`company` numbers its people by their place on the roll; each has a browser context of their own."""

    settings: Settings
    app: Flask
    company: Company
    mailbox: Mailbox
    chromium: Browser
    contexts: dict[int, BrowserContext] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)

    def page(self, place: int, width: int = DESK) -> Page:
        """The one page of this person's browser; place 0 is a visitor."""
        if place not in self.contexts:
            context = self.chromium.new_context(
                viewport={"width": width, "height": 800}, locale="en-GB", accept_downloads=True
            )
            context.set_default_timeout(PATIENCE * 1000)
            self.contexts[place] = context
            page = context.new_page()
            page.on("pageerror", lambda error: self.faults.append(str(error)))
            page.on("console", lambda said: self.faults.append(said.text) if "Content Security" in said.text else None)
            page.on("response", lambda got: self.faults.append(f"{got.status} {got.url}") if got.status > 499 else None)
        return self.contexts[place].pages[0]

    def enter(self, place: int, path: str, width: int = DESK) -> Page:
        """Sign this person in, freshly and with a second factor, and open a page."""
        page = self.page(place, width)
        cookie = sign_in(self.app, self.member_id(place)).get_cookie("hustings")
        assert cookie
        page.context.add_cookies([{"name": "hustings", "value": cookie.value, "url": self.settings.base_url}])
        self.open(page, path)
        return page

    def visit(self, path: str) -> Page:
        """Open a page as a visitor."""
        page = self.page(0)
        self.open(page, path)
        return page

    def open(self, page: Page, path: str) -> None:
        answer = page.goto(self.settings.base_url + path)
        assert answer is None or answer.status == 200, f"{answer.status} {path}\n{page.locator('main').inner_text()}"

    def look_over(self, page: Page) -> None:
        """Let axe look at a page; what it finds fails the story at its end, so that all of it is told at once."""
        self.faults.extend(violations(page))

    def look_closely(self, page: Page) -> None:
        """The same, and the page fits the narrowest phone without a scroll sideways."""
        self.look_over(page)
        size = page.viewport_size
        assert size
        page.set_viewport_size({"width": NARROW, "height": 740})
        if (width := page.evaluate("document.documentElement.scrollWidth")) > NARROW:
            self.faults.append(f"{page.url} is {width} wide on a phone of {NARROW}")
        page.set_viewport_size(size)

    def member_id(self, place: int) -> int:
        with self.app.app_context(), transaction(write=False):
            number = self.company.number(place)
            return db.session.scalars(db.select(Member.id).where(Member.number == number)).one()

    def stand_at(self, instant: datetime | None) -> None:
        """Move everybody's clock to this instant, and let the clock's job do what is due."""
        assert instant is not None
        if instant > clock.now():
            clock.move_to(instant)
        self.tend()

    def tend(self) -> None:
        """What the job runner does each minute."""
        with self.app.app_context():
            tend(clock.now())
            tend_surveys()
            close_roll_calls()

    def mails(self, place: int, words: str = "") -> list[Letter]:
        """The mails of one person whose subject holds these words, the oldest first."""
        address = self.company.email(place)
        return [letter for letter in self.mailbox if letter.to == address and words in letter.subject]

    def mailed(self, place: int, words: str, pattern: str) -> str:
        """What a pattern finds in the newest such mail, once it has come."""
        until = time.monotonic() + PATIENCE
        while not (letters := self.mails(place, words)) and time.monotonic() < until:
            self.page(place).wait_for_timeout(50)
        found = re.search(pattern, letters[-1].text)
        assert found
        return found.group(0)


def _noon(now: datetime, zone: ZoneInfo) -> datetime:
    """The next noon there. In members' quiet hours mail waits for the morning, and a story would with it."""
    today = now.astimezone(zone).replace(hour=12, minute=0, second=0, microsecond=0)
    return today if today >= now else today + timedelta(days=1)


@contextmanager
def founded(folder: Path, chromium: Browser, members: int, lapsed: int = 0) -> Iterator[Union]:
    """A union of two locals whose roll came in by the command; its server runs until the block ends. The member at the
    place `lapsed` has not paid."""
    company = Company(members, 2, trustees=2)
    mailbox = Mailbox(folder / "mailbox")
    sink = open_sink(mailbox)
    settings = make_settings(
        folder / "instance", base_url=free_address(), testing=False, replay=True, proxies=1,
        mail_host="127.0.0.1", mail_port=sink.port, mail_from="hall@example.org",
    )  # fmt: skip
    clock.follow(settings.instance / "clock")
    expect.set_options(timeout=PATIENCE * 1000)
    app = wsgi.create_app(settings)
    app.config["TESTING"] = True
    with app.app_context():
        Base.metadata.drop_all(db.engine)
        Base.metadata.create_all(db.engine)
    clock.move_to(_noon(clock.now(), ZoneInfo(settings.timezone)))
    union = Union(settings, app, company, mailbox, chromium)
    rows = company.as_csv().decode().splitlines()
    rows[lapsed] = rows[lapsed].replace(",good,", ",lapsed,")  # the first row holds the names of the columns
    (folder / "roll.csv").write_text("\n".join(rows))
    came_in = app.test_cli_runner().invoke(roll, ["import", "--yes", str(folder / "roll.csv")])
    assert came_in.exit_code == 0, came_in.output
    try:
        with running(replace(settings, socket_mode="gevent"), "tests.journeys.served"):
            yield union
    finally:
        expect.set_options(timeout=5_000)
        for context in union.contexts.values():
            context.close()
        sink.stop()
        with app.app_context():
            db.session.remove()
            db.engine.dispose()
