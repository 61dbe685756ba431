"""Test this ballot: the booth opens one; a page that is not the booth checks it, and Python; it can never be cast."""

import json
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from referendum.archive.opened import check_opened
from tests.referendum.browser.box import DIGEST, Box, go_to_check, leaf, open_booth
from tests.referendum.browser.conftest import call
from tests.referendum.browser.elections import VOTE, make_election
from tests.referendum.browser.rendering import programs, render
from tests.referendum.browser.site import Site

pytestmark = pytest.mark.needs("chromium")

REJECTED = ["B Reject"]


def numbers_on(page: Page, name: str) -> list[str]:
    """The seal numbers that a leaf shows: of the vote, then of the citations."""
    return [text.replace("\n", "") for text in leaf(page, name).locator("[data-number]").all_inner_texts()]


def open_for_a_test(page: Page) -> bytes:
    """The file that the booth saves."""
    page.get_by_text("Test this ballot first").click()
    page.get_by_role("button", name="Open it and throw it away").press("Enter")
    expect(page.locator("#h-tested")).to_be_focused()
    with page.expect_download() as saving:
        page.get_by_role("button", name="Save it").click()
    return saving.value.path().read_bytes()


def checking_page(page: Page, site: Site, box: Box) -> Page:
    assert box.cited
    vote = SimpleNamespace(
        election_v=box.vote.election, election_c=box.cited.election, uuid_v="VvVvVv", uuid_c="CcCcCc",
        public_id="vote", opened_at="now",
    )  # fmt: skip
    facts = {"vote": vote, "question_number": 14, "question_title": "Shall the union accept?"}
    site.pages["/check"] = render("referendum/casting/check.html", programs=programs("checking.js"), **facts)
    opened = page.context.new_page()
    opened.goto(site.origin + "/check")
    return opened


def test_a_ballot_is_opened_for_a_test_checked_elsewhere_and_another_one_is_cast(page: Page, site: Site) -> None:
    box = open_booth(page, site, fragment="#code={code}")
    go_to_check(page)
    numbers, before = numbers_on(page, "check"), len(site.requests)
    raw = open_for_a_test(page)
    assert numbers_on(page, "tested") == numbers
    expect(leaf(page, "tested").locator("[data-held=v] li")).to_have_text(REJECTED)
    expect(leaf(page, "tested").locator("[data-held=c] li")).to_have_text(["None marked"])
    expect(page.get_by_text(f"{3 + 2 * len(DIGEST) + 3} sealed answers were worked out again")).to_be_visible()
    assert len(site.requests) == before  # nobody was told of the test

    found = check_opened(raw)
    assert [ballot.seal_number for ballot in found] == numbers
    assert [held.marked for ballot in found for held in ballot.held] == [("B Reject",), (), ()]
    assert box.code.encode() not in raw
    other = checking_page(page, site, box)
    other.get_by_label("The saved file").set_input_files({"name": "x.json", "mimeType": "text/plain", "buffer": raw})
    other.get_by_role("button", name="Check it").press("Enter")
    expect(other.get_by_role("heading", name="Every sealed answer fits its random number")).to_be_focused()
    assert [text.replace("\n", "") for text in other.locator("dd.groups").all_inner_texts()] == numbers
    expect(other.locator(".held li")).to_have_text(["B Reject", "None marked", "None marked"])
    other.get_by_label("Or the copied text").fill(raw.decode().replace("randomness", "randomnes"))
    other.get_by_role("button", name="Check it").press("Enter")
    expect(other.locator("[data-fault] h2")).to_be_focused()  # of what was given last, and no more of the file
    assert not [line for line, _headers, _body in site.requests if line.startswith("POST")]

    page.get_by_role("button", name="Seal a new ballot").press("Enter")
    expect(page.locator("#h-check")).to_be_focused()
    expect(page.locator("[data-cast]")).to_have_attribute("aria-disabled", "false")
    anew = numbers_on(page, "check")
    assert not set(anew) & set(numbers)
    assert page.locator("[data-held] li").count() == 0
    page.get_by_role("button", name="Cast my ballot").click()
    expect(page.locator("#h-done")).to_be_visible()
    (pair,) = box.received
    assert [json.loads(pair[name])["signature"]["hash"] for name in ("v", "c")] == anew


def test_a_tested_ballot_is_left_by_the_back_button_and_not_come_back_to(page: Page, site: Site) -> None:
    open_booth(page, site, fragment="#code={code}")
    go_to_check(page)
    numbers = numbers_on(page, "check")
    open_for_a_test(page)
    page.go_back()
    expect(page.locator("[data-cast]")).to_have_attribute("aria-disabled", "false")
    assert not set(numbers_on(page, "check")) & set(numbers)
    page.go_forward()
    expect(leaf(page, "choose")).to_be_visible()
    expect(leaf(page, "tested")).to_be_hidden()


SPEND = """
    const background = new m.Background();
    const tried = (task, numbers) => background.run(task, {numbers}).then(() => 'done', ({problem}) => problem);
    const sealed = () => background.run('seal', a);
    const told = {};
    let numbers = await sealed();
    told.burnt = [await tried('burn', numbers), await tried('sign', numbers), await tried('burn', numbers)];
    numbers = await sealed();
    told.signed = [await tried('sign', numbers), await tried('burn', numbers), await tried('sign', numbers)];
    const [first, second] = await Promise.all([sealed(), sealed()]);
    told.replaced = [await tried('sign', first), await tried('sign', second)];
    numbers = await sealed();
    told.last = [await tried('burn', {...numbers, v: first.v}), await tried('sign', numbers)];
    background.empty();
    return told;
"""


def test_what_was_opened_is_never_signed_and_what_was_signed_is_never_opened(page: Page) -> None:
    made = make_election(VOTE)
    parts = {"v": {"election": made.election, "choices": [[0, 0, 1, 0, 0]]}, "c": None}
    told = call(page, "background.js", SPEND, {"code": made.codes[0], "parts": parts})
    assert told == {
        "burnt": ["done", "gone", "gone"], "signed": ["done", "gone", "gone"],
        "replaced": ["gone", "gone"], "last": ["gone", "gone"],
    }  # fmt: skip


OPEN = """
    const numbers = await m.seal(a, () => {});
    return (await m.burn(numbers)).text;
"""
RECOMPUTE = """
    const {recompute} = await import('/static/referendum/casting/recompute.js');
    const fault = (text) => recompute(text, a.known).then(() => 'honest', ({fault}) => fault);
    return Promise.all(a.files.map(fault));
"""


def changed(text: str, change: Callable[[dict[str, Any]], None]) -> str:
    """The same file with its first ballot changed; the body is open to the change as ``read``."""
    file = json.loads(text)
    ballot = file["ballots"][0]
    ballot["read"] = json.loads(ballot["body"])
    change(ballot)
    ballot["body"] = json.dumps(ballot.pop("read"), separators=(",", ":"))
    return json.dumps(file)


def choices(ballot: dict[str, Any]) -> list[dict[str, str]]:
    """The ciphertexts of a ballot that `changed` has opened."""
    found: list[dict[str, str]] = ballot["read"]["answers"][0]["choices"]
    return found


def test_the_checking_page_finds_every_lie_that_an_opening_can_tell(page: Page) -> None:
    made, other = make_election(VOTE), make_election(VOTE)
    parts: dict[str, Any] = {"v": {"election": made.election, "choices": [[0, 0, 1, 0, 0]]}, "c": None}
    text = call(page, "seal.js", OPEN, {"code": made.codes[0], "parts": parts})
    lies: dict[str, tuple[str, Callable[[dict[str, Any]], None]]] = {
        "a number changed": ("cipher", lambda b: b["randomness"][0].__setitem__(1, "5")),
        "numbers exchanged": ("cipher", lambda b: b["randomness"][0].reverse()),
        "a number too large": ("number", lambda b: b["randomness"][0].__setitem__(1, "9" * 78)),
        "an alpha of another choice": ("cipher", lambda b: choices(b)[1].update(alpha=choices(b)[2]["alpha"])),
        "a beta of another choice": ("cipher", lambda b: choices(b)[1].update(beta=choices(b)[2]["beta"])),
        "a number too few": ("form", lambda b: b["randomness"][0].pop()),
        "another election": ("election", lambda b: b.update(election=other.election)),
        "another election's ballot": ("election", lambda b: b["read"].update(election_hash="x" * 43)),
        "a signature": ("form", lambda b: b["read"].update(signature={})),
    }
    both_marked = changed(text, lambda b: choices(b).__setitem__(1, choices(b)[2])).replace("\n", "")
    numbers = json.loads(text)["ballots"][0]["randomness"][0]
    both_marked = both_marked.replace(f'"{numbers[1]}"', f'"{numbers[2]}"')
    files = [changed(text, lie) for _fault, lie in lies.values()]
    parts["v"]["election"] = other.election
    foreign = call(page, "seal.js", OPEN, {"code": other.codes[0], "parts": parts})
    files += [both_marked, foreign, "", "[]", '{"opened_ballots":1,"ballots":[]}', text]
    faults = call(page, "hash.js", RECOMPUTE, {"files": files, "known": {"v": made.election, "c": None}})
    assert faults == [*(fault for fault, _lie in lies.values()), "marks", "election", "form", "form", "form", "honest"]
