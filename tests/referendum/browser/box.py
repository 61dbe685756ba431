"""A ballot box of one test, and the first steps through its booth."""

import json
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page, expect

from referendum.crypto.ballot import BallotRefused, check_ballot
from referendum.crypto.election import read_election
from referendum.crypto.hashing import b64_hash
from tests.referendum.browser.elections import MadeElection, make_election
from tests.referendum.browser.rendering import programs, render
from tests.referendum.browser.site import Site

DIGEST = [
    {"number": "A-17", "claim": "Two-tier pay stays until 2030.", "option": "B", "side": "for"},
    {"number": "A-04", "claim": "The strike fund lasts nine weeks.", "option": "A", "side": "for"},
    {"number": "A-09", "claim": "24 hours is not <b>notice</b>.", "option": "A", "side": "against"},
    {"number": "A-24", "claim": "The health share goes up.", "option": "B", "side": "for"},
    {"number": "A-27", "claim": "Not one line on machines.", "option": "B", "side": "for"},
]
OPTIONS = [
    {"letter": "A", "title": "Accept", "text": "The agreement takes effect."},
    {"letter": "B", "title": "Reject", "text": "Back to the table."},
]
VOTE = [{"answers": ["A Accept", "B Reject"], "blank": True, "min": 1, "max": 1, "question": "Ratify?"}]
BEFORE = {"answers": ["this way", "another way", "undecided"], "min": 0, "max": 1, "question": "Before?"}


class Box:
    """A ballot box of one test: real elections, the real check, and mishaps to order."""

    def __init__(self, debate: bool) -> None:
        marks = [f"{item['number']} {mark}" for item in DIGEST for mark in ("moved", "weighed")]
        cited = [{"answers": marks, "min": 0, "max": 3, "question": "Which?"}, BEFORE]
        self.vote = make_election(VOTE)
        self.cited = make_election(cited, codes=self.vote.codes) if debate else None
        self.code = self.vote.codes[0]
        self.received: list[dict[str, Any]] = []
        self.mishaps: list[Callable[[], dict[str, Any] | None]] = []

    def _check(self, made: MadeElection, text: str) -> str:
        check_ballot(
            read_election(made.election.encode()),
            text.encode(),
            credentials=set(json.loads(made.credentials)),
        )
        return b64_hash(text.encode())

    def cast(self, body: bytes) -> dict[str, Any]:
        pair = json.loads(body)
        self.received.append(pair)
        told = self.mishaps.pop(0)() if self.mishaps else None
        if told is not None:
            return told
        try:
            trackers = {"v": self._check(self.vote, pair["v"]), "c": None}
            if self.cited:
                trackers["c"] = self._check(self.cited, pair["c"])
        except BallotRefused as refusal:
            return {"state": "refused", "reason": f"Refused: {refusal.words}."}
        return {"state": "recorded", "trackers": trackers}

    @property
    def facts(self) -> dict[str, Any]:
        return {
            "vote_id": 1, "question_number": 14, "question_title": "Shall the union accept?", "run_off": False,
            "binding": True,
            "elections": {"v": self.vote.election, "c": self.cited.election if self.cited else None},
            "options": OPTIONS, "blank": True, "max_choices": 1, "digest": DIGEST if self.cited else [],
            "translated": False, "weighed_asked": True, "cast_url": "/cast", "tracker_url": "/box",
            "check_url": "/check", "languages_url": "/languages",
            "closes_at_text": "Wed 2 Dec, 20:00", "count_at_text": "2 December at 20:30",
            "revote": False, "host_made_codes": True,
        }  # fmt: skip


def booth_page(facts: dict[str, Any]) -> str:
    return render("referendum/casting/booth.html", programs=programs("booth.js"), booth=facts)


def open_booth(page: Page, site: Site, *, debate: bool = True, fragment: str = "", **changed: Any) -> Box:
    box = Box(debate)
    site.pages["/booth"] = booth_page(box.facts | changed)
    site.answers["/cast"] = box.cast
    page.goto(f"{site.origin}/booth{fragment.format(code=box.code)}")
    return box


def leaf(page: Page, name: str) -> Any:
    return page.locator(f"[data-leaf={name}]")


def choose_reject(page: Page) -> None:
    page.get_by_role("radio", name="B Reject").check()
    page.get_by_role("button", name="Go on").click()


def go_to_check(page: Page) -> None:
    choose_reject(page)
    leaf(page, "cite").get_by_role("button", name="Go on").click()
    expect(leaf(page, "check").get_by_text("Nobody can read it")).to_be_visible()


def shown_trackers(page: Page) -> list[str]:
    return [text.replace("\n", "") for text in leaf(page, "done").locator(".tracker").all_inner_texts()]
