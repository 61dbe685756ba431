"""Writing in a real browser under the real headers: formatting, preview, a draft that outlives the page."""

from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import pytest
from flask import Flask, flash, render_template, render_template_string, request
from playwright.sync_api import Browser, Page, Route
from werkzeug.serving import make_server

from forum.kernel import text
from forum.kernel.doors import anyone
from tests.conftest import House

pytestmark = pytest.mark.needs("chromium")

FORM = """{% extends 'base.html' %}{% import 'parts/forms.html' as forms %}{% block main %}<h1>Write</h1>
<form method="post" data-draft="post-1">{{ forms.field('claim', 'Claim', served) }}
{{ forms.textarea('ground', 'Ground', tools=True, preview_url='/try/preview') }}
{{ forms.draft_note() }}</form>{% endblock %}"""


@anyone
def write(_actor: object) -> str:
    if "sent" in request.args:
        flash("post-1", "draft-clear")
    return render_template_string(FORM, served=request.args.get("served", ""))


@anyone(csrf=True, writes=False)
def preview(_actor: object) -> str:
    return render_template("parts/preview.html", html=text.render(request.form["text"]))


@pytest.fixture
def app(house: House, empty_database: Path) -> Iterator[Flask]:
    """An app of its own, for it has two pages more, and Flask takes none once it has answered."""
    house.build()
    app = house.ready(empty_database)
    app.add_url_rule("/try/write", "try.write", write)
    app.add_url_rule("/try/preview", "try.preview", preview, methods=["POST"])
    yield app
    house.build()


@pytest.fixture
def page(app: Flask, chromium: Browser) -> Iterator[Page]:
    server = make_server("127.0.0.1", 0, app, threaded=True)
    Thread(target=server.serve_forever, daemon=True).start()
    context = chromium.new_context(base_url=f"http://127.0.0.1:{server.port}")
    opened = context.new_page()
    faults: list[str] = []
    opened.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
    opened.on("pageerror", lambda error: faults.append(str(error)))
    opened.goto("/try/write")
    yield opened
    context.close()
    server.shutdown()
    assert faults == []


def kept(page: Page) -> None:
    page.locator("[data-draft-note]", has_text="Draft kept").wait_for()


def test_the_buttons_write_markdown_around_what_is_marked(page: Page) -> None:
    page.fill("#f-ground", "no notice")
    page.locator("#f-ground").select_text()
    page.click("[data-tool=bold]")
    assert page.input_value("#f-ground") == "**no notice**"


def test_a_list_starts_after_an_empty_line_as_markdown_wants(page: Page) -> None:
    page.fill("#f-ground", "one\ntwo")
    page.click("[data-tool=list]")
    assert page.input_value("#f-ground") == "one\n\n- two"


def test_the_preview_shows_what_the_server_would_store_and_runs_nothing(page: Page) -> None:
    page.fill("#f-ground", "**Look** <img src=x onerror=alert(1)>")
    page.click("[data-preview-url]")
    page.wait_for_selector("[data-preview] strong")
    assert page.locator("[data-preview] img").count() == 0


def test_an_open_preview_follows_what_is_typed(page: Page) -> None:
    page.fill("#f-ground", "first")
    page.click("[data-preview-url]")
    page.get_by_role("region").get_by_text("first").wait_for()
    page.fill("#f-ground", "*second*")
    page.wait_for_selector("[data-preview] em")


def test_a_draft_comes_back_when_the_page_is_opened_again(page: Page) -> None:
    page.fill("#f-claim", "24 hours is not notice")
    kept(page)
    page.goto("/try/write")
    assert page.input_value("#f-claim") == "24 hours is not notice"
    assert "is back" in page.inner_text("[data-draft-note]")


def test_a_draft_never_overwrites_what_was_changed_meanwhile_but_is_offered(page: Page) -> None:
    page.fill("#f-claim", "mine")
    kept(page)
    page.goto("/try/write?served=theirs")
    assert page.input_value("#f-claim") == "theirs"
    page.fill("#f-claim", "both")
    kept(page)
    page.get_by_role("button", name="Bring it back").click()
    assert page.input_value("#f-claim") == "mine"


def type_early(page: Page, words: str) -> None:
    """On a slow line: the page is there to be written on, its script is not."""
    held: list[Route] = []
    page.route("**/compose.js*", lambda route: held.append(route))
    page.goto("/try/write", wait_until="commit")
    page.fill("#f-claim", words)
    for script in held:
        script.continue_()
    page.unroute("**/compose.js*")
    page.wait_for_load_state()


def test_what_was_typed_before_the_script_came_is_kept(page: Page) -> None:
    type_early(page, "early")
    page.goto("/try/write")
    assert page.input_value("#f-claim") == "early"


def test_what_was_typed_before_the_script_came_is_not_overwritten_by_a_draft(page: Page) -> None:
    page.fill("#f-claim", "older")
    kept(page)
    type_early(page, "early")
    assert page.input_value("#f-claim") == "early"
    page.get_by_role("button", name="Bring it back").click()
    assert page.input_value("#f-claim") == "older"


def test_a_draft_is_forgotten_once_the_server_says_it_arrived(page: Page) -> None:
    page.fill("#f-claim", "sent")
    kept(page)
    page.goto("/try/write?sent=1")
    assert page.input_value("#f-claim") == ""
    assert page.evaluate("localStorage.length") == 0


def test_a_browser_that_forbids_storage_keeps_no_draft_and_everything_else(page: Page) -> None:
    page.add_init_script("Object.defineProperty(window, 'localStorage', { value: null })")  # as inside other apps
    page.goto("/try/write?sent=1")
    page.fill("#f-ground", "words")
    page.locator("#f-ground").select_text()
    page.click("[data-tool=bold]")
    assert page.input_value("#f-ground") == "**words**"
    page.fill("#f-ground", "")
    page.wait_for_timeout(500)  # a draft of nothing is forgotten
