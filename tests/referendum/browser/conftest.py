"""A Chromium and a site for the tests of this folder. What a page prints as an error fails the test."""

import shutil
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page

from tests.referendum.browser.site import Site, serving

ARGUMENTS = ["--no-sandbox", "--disable-dev-shm-usage"]


@pytest.fixture
def site() -> Iterator[Site]:
    with serving() as running:
        yield running


class Faults(list[str]):
    """What the page's console said in anger; a test that expects some clears it."""


@pytest.fixture
def faults() -> Faults:
    return Faults()


@pytest.fixture
def page(chromium: Browser, site: Site, faults: Faults) -> Iterator[Page]:
    """An empty page of the site, with the strict headers. Violations of the policy end up in ``faults``."""
    context = chromium.new_context(locale="en-GB", accept_downloads=True)
    context.set_default_timeout(20_000)
    opened = context.new_page()

    def told(message: ConsoleMessage) -> None:
        if message.type == "error":
            faults.append(message.text)

    opened.on("console", told)
    opened.on("pageerror", lambda error: faults.append(str(error)))
    opened.goto(site.origin + "/")
    yield opened
    context.close()
    assert faults == []


def _other_chromium(chromium: Browser, *arguments: str) -> Browser:
    return chromium.browser_type.launch(executable_path=shutil.which("chromium"), args=[*ARGUMENTS, *arguments])


@pytest.fixture
def without_scripts(chromium: Browser) -> Iterator[Page]:
    """A page of a Chromium whose scripts are switched off as its user would, so that ``noscript`` shows."""
    browser = _other_chromium(chromium, "--blink-settings=scriptEnabled=false")
    yield browser.new_page()
    browser.close()


@pytest.fixture
def in_the_open(chromium: Browser) -> Iterator[Page]:
    """A page of a Chromium that finds this machine under the name hall.test, where plain HTTP is no secure place."""
    browser = _other_chromium(chromium, "--host-resolver-rules=MAP hall.test 127.0.0.1")
    yield browser.new_page()
    browser.close()


def call(page: Page, module: str, body: str, argument: Any = None) -> Any:
    """Runs JavaScript with the module's exports as ``m``, the argument as ``a``; numbers travel as text."""
    source = f"async ({{path, a}}) => {{ const m = await import(path); {body} }}"
    return page.evaluate(source, {"path": f"/static/referendum/crypto/{module}", "a": argument})
