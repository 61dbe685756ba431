"""A member on a phone who has a keyboard and nothing else: from the front page into the ballot box."""

from playwright.sync_api import Page, expect

from tests.journeys.union import PHONE, Union
from tests.journeys.vote import code_of

NIMBLE = 14
FARTHEST = 80

FOCUSED = """() => {
    const at = document.activeElement;
    const label = at.labels && at.labels.length ? at.labels[0].innerText : at.innerText;
    return (at.getAttribute('aria-label') || label || '').replace(/\\s+/g, ' ').trim();
}"""
SEEN = """() => {
    const at = document.activeElement, box = at.closest('label.mark')?.querySelector('.box') ?? at;
    const style = getComputedStyle(box), own = getComputedStyle(at), row = getComputedStyle(at.closest('label') ?? at);
    return [style, own, row].some((each) => each.outlineStyle !== 'none' && parseFloat(each.outlineWidth) >= 2);
}"""


def tab_to(page: Page, words: str) -> None:
    """Press Tab until the control that begins with these words has the focus, and shows it."""
    passed: list[str] = []
    for _ in range(FARTHEST):
        page.keyboard.press("Tab")
        passed.append(page.evaluate(FOCUSED))
        if passed[-1].startswith(words):
            assert page.evaluate(SEEN), f"the focus on {words!r} cannot be seen"
            return
    raise AssertionError(f"Tab never reached {words!r}, only {passed}")


def vote_by_keyboard(union: Union) -> None:
    """Tab, Enter, Space and arrows are enough."""
    page = union.enter(NIMBLE, "/", PHONE)
    tab_to(page, "Skip to")
    page.keyboard.press("Enter")
    tab_to(page, "Vote")
    page.keyboard.press("Enter")
    expect(page.locator("#h-choose")).to_be_visible()
    tab_to(page, "Your voting code")
    page.keyboard.type(code_of(union, NIMBLE))
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    first = page.get_by_role("radio").first
    expect(first).to_be_checked()
    if not page.evaluate(FOCUSED).startswith("B Reject"):
        page.keyboard.press("ArrowDown")
    expect(page.get_by_role("radio", name="B Reject")).to_be_checked()
    tab_to(page, "Go on")
    page.keyboard.press("Enter")
    expect(page.locator("#h-cite")).to_be_focused()
    tab_to(page, "A-02")
    page.keyboard.press("Space")
    tab_to(page, "Go on")
    page.keyboard.press("Enter")
    expect(page.locator("#h-check")).to_be_focused()
    expect(page.locator("[data-slip=vote]")).to_have_text("B Reject")
    tab_to(page, "Cast my ballot")
    expect(page.locator("[data-cast]")).to_have_attribute("aria-disabled", "false")
    page.keyboard.press("Enter")
    expect(page.locator("#h-done")).to_be_focused()


def answer(union: Union, place: int, option: str) -> None:
    """Who was drawn follows the mail to the survey, and answers it."""
    page = union.enter(place, "/", PHONE)
    page.goto(union.mailed(place, "survey", r"http://\S+/survey/\d"))
    union.look_closely(page)
    tab_to(page, "A ")
    while not page.evaluate(FOCUSED).startswith(option):
        page.keyboard.press("ArrowDown")
    tab_to(page, "Look at my answers")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Nothing is sent yet.")).to_be_visible()
    union.look_closely(page)
    tab_to(page, "Send")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Your answer is counted")).to_be_visible()


def vote_by_name(union: Union, place: int, path: str, option: str, reason: str) -> None:
    """A seat's holder chooses, says why, and hands it in."""
    page = union.enter(place, path, PHONE)
    tab_to(page, "A ")
    while not page.evaluate(FOCUSED).startswith(option):
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Space")
    tab_to(page, "Your reason")
    page.keyboard.type(reason)
    tab_to(page, "Vote by name")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Voted for:")).to_be_visible()


def register(union: Union, place: int, number: int) -> None:
    """A member follows the mail, types the number of the card, and is registered."""
    page = union.enter(place, "/", PHONE)
    page.goto(union.mailed(place, "egister", r"http://\S+/register"))
    union.look_closely(page)
    tab_to(page, "The number on your membership card")
    page.keyboard.type(union.company.number(place))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="You are registered")).to_be_visible()
    union.look_closely(page)
