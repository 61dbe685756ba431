"""The booth, walked by keyboard and by mishap, against a box that runs the real check of a ballot."""

import json
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from referendum.crypto.hashing import b64_hash
from tests.referendum.browser.box import (
    BEFORE,
    OPTIONS,
    VOTE,
    Box,
    booth_page,
    choose_reject,
    go_to_check,
    leaf,
    open_booth,
    shown_trackers,
)
from tests.referendum.browser.conftest import Faults
from tests.referendum.browser.elections import make_election
from tests.referendum.browser.site import Site

pytestmark = pytest.mark.needs("chromium")


def test_a_ballot_is_cast_by_keyboard_alone_and_leaves_only_trackers(page: Page, site: Site) -> None:
    box = open_booth(page, site)
    page.locator("#f-code").focus()
    page.keyboard.type(box.code.replace("-", " "))
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("radio", name="B Reject")).to_be_checked()
    page.keyboard.press("Enter")
    expect(page.locator("#h-cite")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Space")  # A-17 moved me
    page.keyboard.press("Tab")
    page.keyboard.press("Space")  # A-09, against Accept, moved me
    page.keyboard.press("Enter")
    expect(page.locator("#h-check")).to_be_focused()
    expect(page.locator("[data-slip=moved] .argtag")).to_have_text(["A-17, for B", "A-09, against A"])
    expect(page.locator("[data-slip=vote]")).to_have_text("B Reject")
    page.locator("[data-cast]").focus()
    expect(page.locator("[data-cast]")).to_have_attribute("aria-disabled", "false")
    page.keyboard.press("Enter")
    expect(page.locator("#h-done")).to_be_focused()

    pair = box.received[0]
    assert shown_trackers(page) == [b64_hash(pair["v"].encode()), b64_hash(pair["c"].encode())]
    whole = page.content()
    assert "[name=" not in whole
    assert page.locator("[name=vote], [name=cite], [name=code]").count() == 0
    assert box.code not in whole


def test_the_code_is_taken_from_the_link_and_never_sent_or_stored(page: Page, site: Site) -> None:
    box = open_booth(page, site, fragment="#code={code}")
    expect(page.get_by_text("Your voting code was taken from your link.")).to_be_visible()
    assert page.url == f"{site.origin}/booth"
    expect(page.locator("#f-code")).to_be_hidden()
    go_to_check(page)
    page.get_by_role("button", name="Cast my ballot").click()
    expect(page.locator("#h-done")).to_be_visible()
    asked = "".join(f"{line}{headers}{body!r}" for line, headers, body in site.requests)
    for code in (box.code, box.code.replace("-", "")):
        assert code not in asked
    stored = page.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}, history.state, document.cookie])")
    assert json.loads(stored) == [{}, {}, {"leaf": "done"}, ""]


def test_whoever_comes_with_another_link_in_the_same_tab_finds_an_empty_booth(page: Page, site: Site) -> None:
    box = open_booth(page, site, fragment="#code={code}")
    go_to_check(page)
    for code in (box.vote.codes[1], box.code):  # while another's ballot is sealed, and when another is done
        page.goto(f"{site.origin}/booth#code={code}")
        expect(page.locator("#h-choose")).to_be_visible()
        expect(page.get_by_role("radio", checked=True)).to_have_count(0)
        assert page.url == f"{site.origin}/booth"
        go_to_check(page)
        page.get_by_role("button", name="Cast my ballot").click()
        expect(page.locator("#h-done")).to_be_visible()
    assert len({json.loads(pair["v"])["credential"] for pair in box.received}) == 2


def test_the_ballot_goes_without_cookie_or_referrer(page: Page, site: Site) -> None:
    page.context.add_cookies([{"name": "hustings", "value": "signed-in", "url": site.origin}])
    open_booth(page, site, fragment="#code={code}")
    go_to_check(page)
    page.get_by_role("button", name="Cast my ballot").click()
    expect(page.locator("#h-done")).to_be_visible()
    headers = next(headers for line, headers, _ in site.requests if line.startswith("POST /cast"))
    assert "Cookie" not in headers
    assert "Referer" not in headers
    assert headers["Content-Type"] == "application/json"


def test_arguments_stand_on_the_voters_side_and_three_is_the_most(page: Page, site: Site) -> None:
    box = open_booth(page, site, fragment="#code={code}")
    choose_reject(page)
    moved, weighed = (
        page.locator("[data-group=moved] .mark-arg"),
        page.locator("[data-group=weighed] .mark-arg"),
    )
    expect(moved).to_have_count(4)
    expect(weighed).to_have_count(1)
    expect(moved.nth(1)).to_contain_text("24 hours is not <b>notice</b>.")
    moved.nth(0).get_by_role("checkbox").check()
    moved.nth(1).get_by_role("checkbox").check()
    page.locator("summary", has_text="One from the other side").click()
    weighed.get_by_role("checkbox").check()
    expect(page.locator("[data-count]")).to_have_text("3 of 3 marked. To mark another, take one back.")
    expect(moved.nth(2).get_by_role("checkbox")).to_be_disabled()
    page.get_by_role("radio", name="I had not decided.").check()
    leaf(page, "cite").get_by_role("button", name="Go on").click()
    expect(page.locator("[data-slip=weighed] .argtag")).to_have_count(1)
    page.get_by_role("button", name="Cast my ballot").click()
    expect(page.locator("#h-done")).to_be_visible()
    assert len(box.received) == 1


def test_a_changed_vote_takes_the_marks_back_and_says_so(page: Page, site: Site) -> None:
    open_booth(page, site, fragment="#code={code}")
    choose_reject(page)
    page.locator("[data-group=moved] .mark-arg").first.get_by_role("checkbox").check()
    page.get_by_role("button", name="Back", exact=True).click()
    page.get_by_role("radio", name="A Accept").check()
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_text("the marks of arguments were taken back")).to_be_visible()
    expect(page.locator("[data-count]")).to_have_text("0 of 3 marked.")
    expect(page.locator("[data-group=moved] .mark-arg")).to_have_count(1)


def test_a_mark_is_seen_on_a_screen_that_sets_its_own_colours(page: Page, site: Site) -> None:
    page.emulate_media(forced_colors="active")
    open_booth(page, site, fragment="#code={code}")
    reject = page.get_by_role("radio", name="B Reject")
    box = page.locator(".mark", has=reject).locator(".box")
    empty = box.screenshot()
    reject.check()
    assert box.screenshot() != empty


def test_leaving_and_coming_back_starts_at_step_one_with_nothing_marked(page: Page, site: Site) -> None:
    open_booth(page, site, fragment="#code={code}")
    go_to_check(page)
    page.goto(site.origin + "/")
    page.go_back()
    expect(leaf(page, "choose")).to_be_visible()
    expect(page.locator("[name=vote]:checked")).to_have_count(0)
    expect(page.locator("#f-code")).to_have_value("")
    expect(page.locator("#f-code")).to_be_visible()


def test_the_browsers_back_button_goes_through_the_steps(page: Page, site: Site) -> None:
    open_booth(page, site, fragment="#code={code}")
    go_to_check(page)
    page.go_back()
    expect(leaf(page, "cite")).to_be_visible()
    page.go_back()
    expect(leaf(page, "choose")).to_be_visible()
    expect(page.get_by_role("radio", name="B Reject")).to_be_checked()
    page.go_forward()
    page.go_forward()
    page.get_by_role("button", name="Cast my ballot").click()
    expect(page.locator("#h-done")).to_be_visible()
    page.go_back()
    expect(page.locator("#h-done")).to_be_visible()


def test_step_one_names_everything_that_is_missing_at_the_field(page: Page, site: Site) -> None:
    box = open_booth(page, site)
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_text("Type your voting code.")).to_be_visible()
    expect(page.get_by_text("Mark what you vote for.")).to_be_visible()
    expect(page.locator("#f-code")).to_be_focused()
    page.locator("#f-code").fill(box.code[:-1] + ("1" if box.code[-1] != "1" else "2"))
    expect(page.get_by_text("Type your voting code.")).to_have_count(0)  # what is mended is not scolded any more
    choose_reject(page)
    expect(page.get_by_text("This is not a voting code")).to_be_visible()
    page.locator("#f-code").fill(box.code)
    page.get_by_role("button", name="Go on").click()
    expect(leaf(page, "cite")).to_be_visible()


def test_a_damaged_link_asks_for_the_code(page: Page, site: Site) -> None:
    open_booth(page, site, fragment="#code=%E0%A4%A")
    expect(page.get_by_text("The code in your link is damaged.")).to_be_visible()
    assert page.url == f"{site.origin}/booth"


def test_a_good_code_of_nobody_is_refused_by_the_box_and_can_be_typed_again(page: Page, site: Site) -> None:
    box = open_booth(page, site)
    page.locator("#f-code").fill(make_election(VOTE).codes[0])
    go_to_check(page)
    page.get_by_role("button", name="Cast my ballot").click()
    expect(leaf(page, "refused")).to_contain_text("its credential is not on the list of this election")
    page.get_by_role("button", name="Back to step one").click()
    page.locator("#f-code").fill(box.code)
    go_to_check(page)
    page.get_by_role("button", name="Cast my ballot").click()
    expect(page.locator("#h-done")).to_be_visible()


def test_a_refusal_is_shown_in_the_boxs_own_words(page: Page, site: Site) -> None:
    box = open_booth(page, site, fragment="#code={code}")
    box.mishaps = [lambda: {"state": "refused", "reason": "A ballot is in the box already; the first one counts."}]
    go_to_check(page)
    page.get_by_role("button", name="Cast my ballot").click()
    expect(leaf(page, "refused")).to_contain_text("A ballot is in the box already; the first one counts.")
    expect(leaf(page, "refused").get_by_role("button", name="Send it again")).to_be_hidden()


def cut() -> dict[str, Any]:
    raise ConnectionError


def test_when_the_network_goes_after_sending_the_same_bytes_can_be_sent_again(
    page: Page, site: Site, faults: Faults
) -> None:
    box = open_booth(page, site, fragment="#code={code}")
    box.mishaps = [cut]
    go_to_check(page)
    page.get_by_role("button", name="Cast my ballot").click()
    expect(leaf(page, "unsure")).to_be_visible()  # only then has the box received anything
    expect(leaf(page, "unsure")).to_contain_text("It may be in the box, or not.")
    faults.clear()
    look_up = page.get_by_role("link", name="Look it up")
    tracker = b64_hash(box.received[0]["v"].encode())
    assert (
        page.evaluate("(link) => new URL(link.href).searchParams.get('tracker')", look_up.element_handle()) == tracker
    )
    page.go_back()
    expect(leaf(page, "unsure")).to_be_visible()
    leaf(page, "unsure").get_by_role("button", name="Send it again").click()
    expect(page.locator("#h-done")).to_be_visible()
    faults.clear()
    assert len({pair["v"] for pair in box.received}) == 1
    assert len({pair["c"] for pair in box.received}) == 1
    assert shown_trackers(page)[0] == tracker


def test_a_new_ballot_is_not_told_of_an_earlier_try_that_was_another_s(page: Page, site: Site, faults: Faults) -> None:
    box = open_booth(page, site)
    box.mishaps = [cut, *2 * [lambda: {"state": "refused", "reason": "No."}]]
    page.locator("#f-code").fill(box.code)
    go_to_check(page)
    page.get_by_role("button", name="Cast my ballot").click()
    leaf(page, "unsure").get_by_role("button", name="Send it again").click()
    expect(page.get_by_text("An earlier try of this ballot may be in the box.")).to_be_visible()
    page.get_by_role("button", name="Back to step one").click()
    page.locator("#f-code").fill(box.code)
    go_to_check(page)
    page.get_by_role("button", name="Cast my ballot").click()
    expect(leaf(page, "refused")).to_be_visible()
    expect(page.get_by_text("An earlier try of this ballot may be in the box.")).to_be_hidden()
    faults.clear()


def test_a_phone_that_seals_a_ballot_can_send_it_too(page: Page, site: Site) -> None:
    page.context.add_init_script("delete AbortSignal.timeout")  # as browsers before 2022
    box = open_booth(page, site, fragment="#code={code}")
    go_to_check(page)
    page.get_by_role("button", name="Cast my ballot").click()
    expect(page.locator("#h-done")).to_be_visible()
    assert len(box.received) == 1


def test_a_box_that_does_not_answer_is_waited_for_half_a_minute(page: Page, site: Site) -> None:
    open_booth(page, site, fragment="#code={code}")
    go_to_check(page)
    page.clock.install()
    page.route("**/cast", lambda _asked: None)
    page.get_by_role("button", name="Cast my ballot").click()
    expect(leaf(page, "sending")).to_be_visible()
    page.clock.run_for(29_000)
    expect(leaf(page, "sending")).to_be_visible()
    page.clock.run_for(2_000)
    expect(leaf(page, "unsure")).to_be_visible()


def test_without_a_debate_there_are_two_steps_and_one_tracker(page: Page, site: Site) -> None:
    box = open_booth(page, site, debate=False, fragment="#code={code}")
    expect(page.get_by_text("Step 1 of 2")).to_be_visible()
    page.get_by_role("radio", name="Blank").check()
    page.get_by_role("button", name="Go on").click()
    expect(page.locator("[data-slip=vote]")).to_have_text("Blank")
    page.get_by_role("button", name="Cast my ballot").click()
    expect(page.locator("#h-done")).to_be_visible()
    assert box.received[0]["c"] is None
    assert len(shown_trackers(page)) == 1


def test_a_page_that_shows_other_options_than_the_vote_has_is_not_shown(page: Page, site: Site) -> None:
    open_booth(page, site, fragment="#code={code}", options=list(reversed(OPTIONS)))
    expect(page.get_by_text("does not match the vote’s own record")).to_be_visible()
    expect(leaf(page, "choose")).to_be_hidden()


def test_the_printed_receipt_holds_trackers_and_no_choice(page: Page, site: Site) -> None:
    open_booth(page, site, fragment="#code={code}")
    go_to_check(page)
    page.get_by_role("button", name="Cast my ballot").click()
    expect(page.locator("#h-done")).to_be_visible()
    page.emulate_media(media="print")
    printed = page.locator("body").inner_text()
    assert "Shall the union accept?" in printed
    assert "Reject" not in printed
    assert "A-17" not in printed
    assert "Find my ballot" not in printed


def test_without_javascript_the_page_says_what_the_booth_needs(without_scripts: Page, site: Site) -> None:
    site.pages["/booth"] = booth_page(Box(debate=True).facts)
    without_scripts.goto(site.origin + "/booth")
    notice = without_scripts.locator("noscript .notice")  # by selector: a search by text passes noscript over
    expect(notice).to_be_visible()
    assert notice.inner_text().startswith("The booth needs JavaScript, because your ballot is sealed")
    expect(without_scripts.locator("[data-leaf]:visible")).to_have_count(0)


def test_a_long_digest_asks_only_what_moved_and_says_so(page: Page, site: Site) -> None:
    digest = [
        {"number": f"A-{n:02d}", "claim": f"Claim {n}", "option": "AB"[n % 2], "side": "for"} for n in range(1, 25)
    ]
    questions = [
        {"answers": [f"{item['number']} moved" for item in digest], "min": 0, "max": 3, "question": "Which?"},
        BEFORE,
    ]
    cited = make_election(questions)
    vote = make_election(VOTE, codes=cited.codes)
    elections = {"v": vote.election, "c": cited.election}
    open_booth(page, site, elections=elections, digest=digest, weighed_asked=False)
    page.locator("#f-code").fill(vote.codes[0])
    choose_reject(page)
    expect(page.locator("[data-group=moved] .mark-arg")).to_have_count(12)
    expect(page.locator("[data-other]")).to_be_hidden()
    expect(page.get_by_text("This digest holds more than twelve arguments")).to_be_visible()
    page.locator("[data-group=moved] .mark-arg").last.get_by_role("checkbox").check()
    leaf(page, "cite").get_by_role("button", name="Go on").click()
    expect(page.locator("[data-slip=moved] .argtag")).to_have_text(["A-23, for B"])
    expect(page.locator("[data-cast]")).to_have_attribute("aria-disabled", "false")


def test_an_approval_ballot_takes_several_marks_but_not_beside_blank(page: Page, site: Site) -> None:
    approval = make_election([VOTE[0] | {"max": 2}])
    open_booth(page, site, elections={"v": approval.election, "c": None}, digest=[], max_choices=2)
    page.locator("#f-code").fill(approval.codes[0])
    for name in ("A Accept", "B Reject", "Blank"):
        page.get_by_role("checkbox", name=name).check()
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_text("Mark either Blank or an option, not both.")).to_be_visible()
    page.get_by_role("checkbox", name="Blank").uncheck()
    page.get_by_role("button", name="Go on").click()
    expect(page.locator("[data-slip=vote] .opt")).to_have_text(["A Accept", "B Reject"])
    expect(page.locator("[data-cast]")).to_have_attribute("aria-disabled", "false")


def test_over_a_plain_connection_the_booth_stays_shut_and_says_why(in_the_open: Page, site: Site) -> None:
    site.pages["/booth"] = booth_page(Box(debate=True).facts)
    in_the_open.goto(site.origin.replace("127.0.0.1", "hall.test") + "/booth")
    expect(in_the_open.get_by_text("The connection to this page is not encrypted")).to_be_visible()
    expect(in_the_open.get_by_text("Nothing was sent, and your voting code is unused.")).to_be_visible()
    expect(leaf(in_the_open, "choose")).to_be_hidden()


def test_where_the_worker_cannot_run_the_page_seals_by_itself(page: Page, site: Site, faults: Faults) -> None:
    stopped: list[str] = []

    def stop(route: Route) -> None:
        stopped.append(route.request.url)
        route.abort()

    page.context.route("**/crypto/worker.js", stop)
    box = open_booth(page, site, fragment="#code={code}")
    go_to_check(page)
    page.get_by_role("button", name="Cast my ballot").click()
    expect(page.locator("#h-done")).to_be_visible()
    assert len(box.received) == 1
    assert stopped
    faults.clear()
