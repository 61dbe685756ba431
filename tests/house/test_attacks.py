"""T7: strings made to run in a reader's browser, in every place that shows words, looked at in Chromium without its
shield: the content policy is off, so that only what the pages themselves do protects."""

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from urllib.parse import quote
from xml.etree import ElementTree as ET

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page
from sqlalchemy import String, Text

import wsgi
from forum.kernel import clock, text
from forum.kernel.database import Base, db, transaction
from forum.kernel.mail import Outgoing
from forum.kernel.text import ALLOWED_TAGS
from tests.build_town import Town, make_town, name_everything
from tests.conftest import make_settings
from tests.forum.halls.test_hostile_words import strings
from tests.forum.roll.files import HEADINGS
from tests.house.source import ROOT
from tests.people import make_cast, sign_in
from tests.server import free_address, running

pytestmark = [pytest.mark.needs("data"), pytest.mark.needs("chromium"), pytest.mark.sqlite_alone]
WORDS = re.compile(r"claim|title|reason|appeal|place|agenda|text|summary|background|guest|source|grounds")
WORDLESS = ("/static", "/votes", "/devices", "/second-factor", "/confirm", "/activate", "/sign-in/code")
CHECK = """([known, allowed, own]) => {
  const bad = [];
  for (const each of document.querySelectorAll("*")) {
    const where = each.outerHTML.slice(0, 160);
    if (!known.includes(each.localName)) bad.push("element: " + where);
    const facts = each.type === "application/json" && !each.textContent.includes("<");
    if (each.localName === "script" && !facts && !each.src.startsWith(own + "/static/")) bad.push("script: " + where);
    if (["style", "meta", "link", "base"].includes(each.localName) && !each.closest("head")) bad.push("head: " + where);
    for (const { name, value } of each.attributes) {
      if (/^on/i.test(name)) bad.push("handler: " + where);
      if (/^(href|src|action|formaction|xlink:href|srcdoc|data|poster)$/i.test(name)
          && /^[\\s\\u0000-\\u0020]*(javascript|vbscript|data:text)/i.test(value)) bad.push("address: " + where);
    }
    const words = each.parentElement?.closest(".post-body, .preview, .said-words");
    if (words && !words.querySelector("article, form")) {
      if (!allowed.includes(each.localName) && each.localName !== "cite") bad.push("in words: " + where);
      if (each.localName !== "a" && each.attributes.length) bad.push("attribute in words: " + where);
    }
  }
  return bad;
}"""


def sample() -> list[str]:
    """About 150 of the strings, spread over the list, and some made for this product."""
    every = [each for each in strings("xss_vectors.txt") if len(each) < 180]
    return [*every[:: len(every) // 140], *OWN]


OWN = (
    "[x](javascript:alert(1))", "![x](http://evil.example/x.png)", "<http://evil.example/\"onclick=alert(1)>",
    "{{7*7}}<img src=x onerror=alert(1)>", "</title><script>alert(1)</script>", "</textarea><script>alert(1)</script>",
    "\"><iframe srcdoc='<script>alert(1)</script>'>", "`<svg/onload=alert(1)>`", "</style><script>alert(1)</script>",
    "&lt;script&gt;alert(1)&lt;/script&gt;", "-->\"'><body onload=alert(1)>", "' autofocus onfocus=alert(1) x='",
)  # fmt: skip


@dataclass
class Quiver:
    """Gives the strings out in turn, as many at a time as a place takes."""

    arrows: list[str]
    at: int = 0

    def __call__(self, name: str, most: int) -> str:
        """The next strings that fit; each is a paragraph of its own where there is room for several lines."""
        between = "\n\n" if most > 300 else " "
        taken: list[str] = []
        while len(between.join([*taken, self._next()])) <= min(most, 1500) and len(taken) < 8:
            taken.append(self._next())
            self.at += 1
        if not taken:
            self.at += 1
            return self._next()[:most]
        return between.join(taken)

    def _next(self) -> str:
        return self.arrows[self.at % len(self.arrows)]


@dataclass
class Scene:
    """A running server whose database is full of attacks, and whatever went wrong in a browser."""

    app: Flask
    town: Town
    base_url: str
    chromium: Browser
    arrows: list[str]
    wrong: list[str] = field(default_factory=list)
    seen: int = 0

    def enter(self, member_id: int) -> Page:
        context = self.chromium.new_context(bypass_csp=True, locale="en-GB")
        if member_id:
            cookie = sign_in(self.app, member_id).get_cookie("hustings")
            assert cookie
            context.add_cookies([{"name": "hustings", "value": cookie.value, "url": self.base_url}])
        self._watch(context)
        return context.new_page()

    def _watch(self, context: BrowserContext) -> None:
        def dialog(opened: Any) -> None:
            self.wrong.append(f"dialog at {opened.page.url}")
            opened.dismiss()

        def request(sent: Any) -> None:
            own = (self.base_url, self.base_url.replace("http", "ws"), "data:", "blob:", "about:")
            if not sent.url.startswith(own):
                self.wrong.append(f"request outside: {sent.url} from {sent.frame.url}")

        context.on("dialog", dialog)
        context.on("request", request)

    def look(self, page: Page, path: str) -> None:
        page.goto(self.base_url + path, wait_until="domcontentloaded")
        self.check(page, path)

    def check(self, page: Page, path: str) -> None:
        self.seen += 1
        found = page.evaluate(CHECK, [known_elements(), sorted(ALLOWED_TAGS), self.base_url])
        self.wrong += [f"{path}: {each}" for each in found]


def known_elements() -> list[str]:
    """Every element that the product's own templates and scripts make."""
    files = [*(ROOT / "templates").rglob("*.html"), *(ROOT / "static").rglob("*.js"), *(ROOT / "static").rglob("*.svg")]
    made = {tag for file in files for tag in re.findall(r"<([a-z][\w-]*)", file.read_text(encoding="utf-8"))}
    created = {
        tag for file in files for tag in re.findall(r"createElement(?:NS)?\(.*?\"(\w+)\"\)", file.read_text("utf-8"))
    }
    known = made | created | ALLOWED_TAGS | {"tbody", "colgroup", "bdi"}
    return sorted(known - {"iframe", "object", "embed", "x"})


def poison(words: Quiver) -> None:
    """Put the strings into every column that holds words, whatever brought them there; HTML through the one way."""
    for table in Base.metadata.sorted_tables:
        for column in table.columns:
            if not isinstance(column.type, String | Text) or column.primary_key or column.foreign_keys:
                continue
            is_html = column.name.endswith("html")
            if not (is_html or WORDS.fullmatch(column.name)) or table.name in ("mail_outbox", "votes", "body_acts"):
                continue
            key = next(iter(table.primary_key.columns))
            for identity in db.session.scalars(db.select(key)).all():
                value = words(column.name, 2000 if is_html else min(getattr(column.type, "length", None) or 400, 400))
                value = text.render(value) if is_html else value
                db.session.execute(db.update(table).where(key == identity).values({column.name: value}))


@pytest.fixture
def scene(tmp_path: Path, chromium: Browser) -> Iterator[Scene]:
    settings = make_settings(tmp_path / "instance", base_url=free_address())
    app = wsgi.create_app(settings)
    app.config["WTF_CSRF_ENABLED"] = False
    app.config["TRUSTED_HOSTS"] = None  # this process asks under another name than the browser
    arrows = sample()
    words = Quiver(arrows)
    with app.app_context():
        Base.metadata.drop_all(db.engine)
        Base.metadata.create_all(db.engine)
    with app.test_request_context(), transaction(write=True):
        cast = make_cast()
        town = make_town(cast, now=clock.now(), words=words)
        name_everything(words)
        db.session.flush()
        poison(words)
    assert words.at > len(arrows)
    with running(replace(settings, testing=False, socket_mode="gevent")) as base_url:
        yield Scene(app, town, base_url, chromium, arrows)


def pages_of(scene: Scene, member_id: int, *, each: int = 1) -> list[str]:
    """Addresses that give this person a page: of every route one, unless more are asked for."""
    browser = sign_in(scene.app, member_id) if member_id else scene.app.test_client()
    found = []
    for rule in scene.app.url_map.iter_rules():
        if "GET" not in (rule.methods or ()) or rule.rule.startswith(WORDLESS):
            continue
        good = 0
        for address in scene.town.addresses(rule):
            answer = browser.get(address)
            if good < each and answer.status_code == 200 and answer.mimetype == "text/html":
                found.append(address)
                good += 1
    return found


def test_no_attack_runs_on_any_page_of_any_person(scene: Scene) -> None:
    cast = scene.town.cast
    looked: set[str] = set()
    for member in (cast.member, cast.host, cast.officer, cast.tellers[0], 0):
        page = scene.enter(member)
        for address in pages_of(scene, member):
            if address not in looked:
                looked.add(address)
                scene.look(page, address)
        page.context.close()
    assert not scene.wrong
    assert scene.seen > 40
    shown = sign_in(scene.app, cast.member).get(f"/halls/{scene.town.debate.hall}").text
    assert sum("&lt;" in line for line in shown.splitlines()) > 10  # the strings are there, as words


def test_no_attack_runs_from_an_address_a_form_or_a_line_of_chat(scene: Scene) -> None:
    cast, number = scene.town.cast, scene.town.debate.number
    page = scene.enter(cast.member)
    for place, arrow in enumerate(scene.arrows[::12]):
        asked = quote(arrow, safe="")
        queries = (
            f"/{asked}", f"/tracker?tracker={asked}", f"/sign-in?next={asked}",
            f"/q/{number}/arguments/new?answers={asked}&origin={asked}",
            f"/q/{number}/arguments?hall={asked}&page={asked}",
        )  # fmt: skip
        scene.look(page, queries[place % len(queries)])
    for path in (f"/q/{number}/arguments/new", f"/halls/{scene.town.debate.hall}"):
        page.goto(scene.base_url + path)
        send_everything(page, " ".join(scene.arrows[5:40]))
        scene.check(page, f"form of {path}")
    page.goto(f"{scene.base_url}/sittings/{scene.town.debate.sitting}")
    page.wait_for_function("document.querySelector('[data-connection]')?.textContent.includes('Live')", timeout=15000)
    speaker = scene.enter(cast.host)
    speaker.goto(f"{scene.base_url}/sittings/{scene.town.debate.sitting}")
    speaker.wait_for_function("document.querySelector('[data-connection]')?.textContent.includes('Live')")
    for start in range(0, 45, 5):
        speaker.fill("#msg", " ".join(scene.arrows[start : start + 5])[:480])
        speaker.keyboard.press("Enter")
    page.get_by_text(scene.arrows[20][:20]).first.wait_for()
    scene.check(page, "live chat")
    assert not scene.wrong
    assert scene.seen > 14


def send_everything(page: Page, words: str) -> None:
    """Fill every field of the page's form for words and send it as it is, past the browser's own checks."""
    with page.expect_navigation():
        page.evaluate(
            """(words) => {
              const form = [...document.forms].find((each) => each.querySelector("textarea"));
              for (const each of form.querySelectorAll("textarea, input:not([type])")) each.value = words;
              for (const each of form.querySelectorAll("input[type=text]")) each.value = words;
              HTMLFormElement.prototype.submit.call(form);
            }""",
            words,
        )


def test_no_attack_runs_in_a_mail_a_feed_or_the_page_of_an_import(scene: Scene) -> None:
    cast, number = scene.town.cast, scene.town.debate.number
    page = scene.enter(cast.tellers[0])
    with scene.app.app_context(), transaction(write=False) as session:
        mails = list(session.scalars(db.select(Outgoing.html).where(Outgoing.html != "")))
    assert mails
    for mail in {re.sub(r"\d+", "", each): each for each in mails}.values():
        page.set_content(mail)
        scene.check(page, "mail")
    names = [each.replace('"', '""') for each in scene.arrows]
    lines = [f'H{place},"{name}",x,88,C,US,bad,2019,' for place, name in enumerate(names)]
    sheet = "\r\n".join([HEADINGS, *lines]).encode()
    for name in ("<svg onload=alert(1)>.csv", "<img src=x onerror=alert(1)>.csv", "'-alert(1)-'.csv"):
        upload = {"file": (io.BytesIO(sheet), name)}
        answer = sign_in(scene.app, cast.tellers[0]).post("/roll/import", data=upload)
        assert answer.status_code == 302
        scene.look(page, answer.location)
    assert not scene.wrong
    feed = scene.app.test_client().get(f"/q/{number}/arguments.atom")
    elements = list(ET.fromstring(feed.data).iter())
    assert len(elements) > 8
    assert {each.tag.split("}")[0] for each in elements} == {"{http://www.w3.org/2005/Atom"}
    for each in elements:
        assert not re.match(r"\s*javascript:", each.get("href", ""), re.IGNORECASE)
