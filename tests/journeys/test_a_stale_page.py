"""Two officers have the same draft open; the second to save is told, and nothing that either typed is lost."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.union import Union, founded

pytestmark = [pytest.mark.needs("chromium"), pytest.mark.database]


def begin(union: Union, place: int) -> None:
    page = union.enter(place, "/questions/new")
    page.get_by_label("The question, as it will stand on the ballot").fill("Shall we strike?")
    page.get_by_role("button", name="Begin the draft").click()
    page.wait_for_url("**/q/1/edit")


def save(page: Page) -> None:
    page.get_by_role("button", name="Save the draft").click()


def test_the_second_officer_is_told_and_loses_nothing(tmp_path: Path, chromium: Browser) -> None:
    with founded(tmp_path, chromium, members=40) as union:
        one, other = list(union.company.officers)[:2]
        begin(union, one)
        first, second = union.enter(one, "/q/1/edit"), union.enter(other, "/q/1/edit")
        first.locator("#f-background").fill("Written by the first.")
        second.locator("#f-background").fill("Written by the second, at length.")
        second.locator("#f-option-0-title").fill("Strike on Monday")
        save(first)
        expect(first.locator("#f-background")).to_have_value("Written by the first.")

        save(second)
        told = second.get_by_role("alert")
        expect(told).to_contain_text("What you typed stands below.")
        expect(second.locator("#f-background")).to_have_value("Written by the second, at length.")
        expect(second.locator("#f-option-0-title")).to_have_value("Strike on Monday")
        saved = union.enter(one, "/q/1/edit")
        expect(saved.locator("#f-background")).to_have_value("Written by the first.")

        second.locator("#f-background").fill("Written by the first, then by the second.")
        save(second)
        expect(second.get_by_role("alert")).to_have_count(0)
        for page in (second, union.enter(one, "/q/1/edit")):
            expect(page.locator("#f-background")).to_have_value("Written by the first, then by the second.")
            expect(page.locator("#f-option-0-title")).to_have_value("Strike on Monday")
        assert union.faults == []
