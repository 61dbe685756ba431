"""One question through its whole life in a real browser, by different persons, with a live session and a true count."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.journeys import charge, debate, keyboard, outcome, vote
from tests.journeys.union import founded

pytestmark = [pytest.mark.needs("chromium"), pytest.mark.database]


def test_a_question_goes_from_the_roll_to_a_discharged_mandate(tmp_path: Path, chromium: Browser) -> None:
    with founded(tmp_path, chromium, members=130) as union:
        charge.activate(union, debate.ROSA)
        charge.draft(union)
        charge.pledge_and_charge(union)
        charge.open_halls(union)

        debate.open_debate(union)
        debate.thread(union)
        debate.session(union)
        debate.arguments(union)
        debate.options(union)
        debate.statement(union)
        debate.readings(union)
        debate.close(union)

        vote.freeze_roll(union)
        vote.make_keys(union)
        vote.call(union)
        vote.open_vote(union)
        vote.vote_by_hand(union)
        keyboard.vote_by_keyboard(union)
        vote.vote_by_the_others(union)
        vote.count(union)

        outcome.challenge(union)
        outcome.certify(union)
        outcome.result(union)
        outcome.life(union)
        outcome.mandate(union)
        outcome.answered(union)
        outcome.record(union, tmp_path)
        assert union.faults == []
