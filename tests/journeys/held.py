"""A vote whose keys, codes, ballots and count are real, but made here and not in browsers; one member votes by hand."""

import re
from collections.abc import Callable
from datetime import datetime

from playwright.sync_api import Page, expect

from forum.kernel import clock
from forum.kernel.database import transaction
from forum.kernel.doors import Actor
from forum.questions.queries import question
from referendum.rehearsal.paper import Marked, Sheet, seal
from referendum.rehearsal.rehearsed_vote import RehearsedVote
from tests.journeys.union import PHONE, Union
from tests.journeys.vote import CODE

ByHand = Callable[[Page], None]


class HeldVote(RehearsedVote):
    """The newest vote on a question, held by the union's own people. `counts` are the ballots by letter, without that
    of `hand`, the place of the member who votes in a browser by `by_hand`."""

    def __init__(self, union: Union, number: int, counts: dict[str, int], hand: int, by_hand: ByHand) -> None:
        with transaction(write=False):
            super().__init__(question(number).id, "The tellers draw a lot in public.")
        union.company.forget()  # who holds an office on one question may hold none on the next
        self._union, self._hand, self._by_hand = union, hand, by_hand
        self._marked = [Marked(letter) for letter, count in counts.items() for _ in range(count)]

    def body(self, office: str, now: datetime) -> list[Actor]:
        company = self._union.company
        places = {"officer": company.officers, "teller": company.tellers, "trustee": company.trustees}[office]
        return [company.actor(place, now) for place in places]

    def at(self, instant: datetime) -> datetime:
        """A run-off's first steps are due at once: the record date that both votes share has long passed."""
        now = max(instant, clock.now())
        self._union.stand_at(now)
        return now

    def cast(self, vote_id: int) -> None:
        with transaction(write=False):
            vote = self.vote()
        mails = self._mails(vote.public_id)
        own = re.search(r"http://\S+", mails.pop(self._union.company.email(self._hand)))
        assert own
        page = self._union.enter(self._hand, "/", PHONE)
        page.goto(own.group(0))
        self._by_hand(page)
        expect(page.get_by_role("heading", name="Your ballot is in the box")).to_be_visible()
        codes = [found.group(0) for each in mails.values() if (found := re.search(CODE, each))]
        sheets = [
            Sheet(vote.election_v, vote.election_c, code, marked)
            for code, marked in zip(codes, self._marked, strict=False)
        ]
        assert len(sheets) == len(self._marked)
        self.take(vote_id, map(seal, sheets), clock.now())

    def _tell_turnout(self, now: datetime) -> None:
        """Not here: councils of this size are told together, and after a first round the run-off is the vote."""

    def _mails(self, vote: str) -> dict[str, str]:
        """What every voter was mailed for this vote, by address."""
        letters = (each for each in self._union.mailbox if f"/booth/{vote}" in each.text and re.search(CODE, each.text))
        return {each.to: each.text for each in letters}


def hold(union: Union, number: int, counts: dict[str, int], hand: int, by_hand: ByHand) -> None:
    """From the frozen roll to the certificate."""
    with union.app.app_context():
        HeldVote(union, number, counts, hand, by_hand).hold()


def one_choice(option: str) -> ByHand:
    """Mark one option, look at the slip, cast."""

    def mark(page: Page) -> None:
        page.get_by_role("radio", name=option).check()
        page.get_by_role("button", name="Go on").click()
        expect(page.locator("[data-slip=vote]")).to_have_text(option)
        page.get_by_role("button", name="Cast my ballot").click()

    return mark
