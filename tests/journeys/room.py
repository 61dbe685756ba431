"""A local that meets: the running server of one session, and a browser for each person who takes part in it."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

import wsgi
from forum.kernel import clock
from forum.kernel.database import Base, db, transaction
from forum.kernel.settings import Settings
from forum.roll.models import Local
from forum.sittings.models import Sitting
from tests.build_sittings import Ground, make_debate
from tests.conftest import make_settings
from tests.journeys.axe import violations
from tests.people import Cast, make_cast, make_member, sign_in
from tests.server import free_address, running

PATIENCE = 20_000
LIVE = "Live. New lines come by themselves."


@dataclass
class Room:
    """A hall of Local 88 in debate that has never met yet; `deputy` is its second host."""

    settings: Settings
    app: Flask
    chromium: Browser
    cast: Cast
    debate: Ground
    deputy: int
    contexts: list[BrowserContext] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    def browser(self, **options: Any) -> Page:
        """A new person's browser. What goes wrong in it is told at the end of the story."""
        context = self.chromium.new_context(locale="en-GB", **options)
        context.set_default_timeout(PATIENCE)
        self.contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: self.faults.append(str(error)))
        page.on("console", lambda said: self.faults.append(said.text) if "Content Security" in said.text else None)
        page.on("response", lambda got: self.faults.append(f"{got.status} {got.url}") if got.status > 499 else None)
        return page

    def later(self, by: timedelta) -> None:
        """Everybody's clock goes on."""
        clock.move_to(clock.now() + by)


class Person:
    """Somebody with a browser of their own, signed in there a moment ago."""

    size = {"width": 1280, "height": 800}

    def __init__(self, room: Room, member_id: int, **options: Any) -> None:
        self.room, self.member_id = room, member_id
        self.page = room.browser(viewport=self.size, **options)
        self.sign_in()

    def sign_in(self) -> None:
        """Show afresh who it is, by another device than before."""
        cookie = sign_in(self.room.app, self.member_id).get_cookie("hustings")
        assert cookie
        self.page.context.add_cookies([{"name": "hustings", "value": cookie.value, "url": self.room.settings.base_url}])

    def open(self, path: str) -> None:
        self.page.goto(path if "://" in path else self.room.settings.base_url + path)

    def find(self, mark: str) -> Locator:
        """The place of the page that bears this mark."""
        return self.page.locator(f"[data-{mark}]")

    def press(self, name: str) -> None:
        """Press the button whose words begin so."""
        self.page.get_by_role("button", name=re.compile(f"^{name}")).click()

    def is_live(self) -> None:
        expect(self.find("connection")).to_have_text(LIVE)

    def line(self, number: int) -> Locator:
        """A line of the chat, or of the transcript."""
        return self.page.locator(f"#m{number}")

    def look_over(self) -> None:
        """Let axe look at this page; what it finds is told at the end of the story."""
        self.room.faults.extend(violations(self.page))

    def lines(self) -> list[str]:
        """What was written, as this page shows it."""
        return self.page.locator("[data-lines] li[data-number] .line-body").all_inner_texts()


class Phone(Person):
    """A member with a small phone."""

    size = {"width": 360, "height": 740}

    def join(self, address: str) -> None:
        self.open(address)
        self.is_live()

    def say(self, text: str) -> None:
        self.page.fill("#msg", text)
        self.page.keyboard.press("Enter")

    def ask(self, option: str, where: str) -> None:
        self.page.select_option("#opt", label=option)
        self.page.select_option("#where", label=where)
        self.press("Ask to speak")
        expect(self.find("back")).to_be_visible()


class Chair(Person):
    """Who runs the session, by the keys of the console."""

    def key(self, key: str) -> None:
        self.page.focus("[data-console]")
        self.page.keyboard.press(key)

    def write(self, key: str, words: str) -> None:
        """The key leads to a field; Enter sends what is written there."""
        self.key(key)
        self.page.keyboard.type(words)
        self.page.keyboard.press("Enter")


@contextmanager
def meeting(folder: Path, chromium: Browser) -> Iterator[Room]:
    """A local before its first session; the server runs until the block ends."""
    settings = make_settings(folder / "instance", base_url=free_address(), testing=False, replay=True)
    clock.follow(settings.instance / "clock")
    expect.set_options(timeout=PATIENCE)
    app = wsgi.create_app(settings)
    with app.app_context():
        Base.metadata.drop_all(db.engine)
        Base.metadata.create_all(db.engine)
        with transaction(write=True) as rows:
            cast = make_cast()
            debate = make_debate(cast, now=clock.now())
            rows.delete(rows.get_one(Sitting, debate.sitting))
            deputy = make_member("1010", "Wanda Frost", rows.get_one(Local, cast.local), office="host")
    room = Room(settings, app, chromium, cast, debate, deputy)
    try:
        with running(replace(settings, socket_mode="gevent"), "tests.journeys.served"):
            yield room
    finally:
        expect.set_options(timeout=5_000)
        for context in room.contexts:
            context.close()
        with app.app_context():
            db.session.remove()
            db.engine.dispose()
