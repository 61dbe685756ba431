"""An officer writes a question on the pages and publishes it, with whatever process."""

import re
from collections.abc import Sequence

from playwright.sync_api import Page, expect

from tests.journeys.charge import propose, sign, the_question
from tests.journeys.union import Union

PROMISE = "Say in public whom the union endorses, and why."


def begin(union: Union, title: str, process: str) -> Page:
    """An officer begins a draft with a process of the house."""
    page = union.enter(union.company.officers[0], "/questions/new")
    page.get_by_label("The question, as it will stand on the ballot").fill(title)
    page.get_by_label(process).check()
    page.get_by_role("button", name="Begin the draft").click()
    page.wait_for_url("**/edit")
    return page


def begin_own(union: Union, title: str, source: str) -> Page:
    """An officer begins a draft and writes a process into it."""
    page = begin(union, title, "Debate, members’ vote, mandate")
    page.get_by_label("Our own, written below").check()
    page.get_by_text("Write your own process").click()
    page.get_by_label("Stages and their parameters, as TOML").fill(source)
    save(page)
    return page


def save(page: Page) -> None:
    """Save, and wait for the page of what was saved."""
    version = page.locator("input[name=version]")
    before = int(version.input_value())
    page.get_by_role("button", name="Save the draft").click()
    expect(version).to_have_value(str(before + 1))


def write(page: Page, union: Union, options: Sequence[str], *, binds: bool, people: bool) -> int:
    """Options ("Title | slate") with what each obliges the council to, the people, the dates; then publish. Gives the
    number of the question."""
    for place, option in enumerate(options):
        title, _, slate = option.partition(" | ")
        page.locator(f"#f-option-{place}-title").fill(title)
        page.locator(f"#f-option-{place}-slate").fill(slate)
        if binds:
            page.locator(f"#f-option-{place}-duty-0-text").fill(PROMISE)
            page.locator(f"#f-option-{place}-duty-0-days").fill("30")
        if place % 2 and place + 1 < len(options):
            save(page)  # the page has room for two more each time
    if people:
        company = union.company
        named = (("tellers", company.tellers), ("trustees", company.trustees), ("observers", company.observers))
        for role, places in named:
            page.locator(f"#f-{role}").fill("\n".join(company.number(place) for place in places))
        page.get_by_label("Set the shortest dates that the process allows").check()
    save(page)
    page.get_by_role("button", name="Publish", exact=True).click()
    expect(page.get_by_role("button", name="Publish", exact=True)).to_have_count(0)
    found = re.search(r"/q/(\d+)", page.url)
    assert found
    return int(found.group(1))


def pledge(union: Union, number: int) -> None:
    """More than half of the council signs; without a debate the question begins with that."""
    officers = list(union.company.officers)
    sign(union, propose(union, officers[0], f"/q/{number}/edit", "Put the pledge before the council"), officers[:2])
    assert the_question(union, number).state == "closed"
