"""Axe looks a page over at a phone's size, by day and by night. Its program lies in tests/vendor/axe."""

from functools import cache
from pathlib import Path

from playwright.sync_api import Page

PROGRAM = Path(__file__).parents[1] / "vendor" / "axe" / "axe.min.js"
PHONE_SIZE = {"width": 390, "height": 800}
RUN = """async () => {
    const found = await axe.run(document, {resultTypes: ['violations']});
    const said = (node) => [...node.any, ...node.all, ...node.none].map((check) => check.message);
    const line = (rule, node) => [rule.id, node.target.join(' '), ...said(node)].join(': ');
    return found.violations.flatMap((rule) => rule.nodes.map((node) => line(rule, node)));
}"""


@cache
def _program() -> str:
    return PROGRAM.read_text(encoding="utf-8")


def violations(page: Page) -> list[str]:
    """What axe holds against this page, a line for each element; the page is left as it was."""
    page.wait_for_load_state()  # a page half read has buttons without words
    size = page.viewport_size
    page.set_viewport_size(PHONE_SIZE)
    page.evaluate(f"() => {{ if (!window.axe) {{ {_program()} }} }}")
    found = []
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        found += [f"axe, {scheme}, {page.url}: {each}" for each in page.evaluate(RUN)]
    page.emulate_media(color_scheme="light")
    if size:
        page.set_viewport_size(size)
    return found
