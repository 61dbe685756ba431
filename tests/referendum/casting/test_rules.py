"""When a batch of the public record is due, and what a booth that takes nothing says."""

from datetime import UTC, datetime, timedelta

import pytest

from referendum.casting.rules import batch_is_due, why_closed

OPENS = datetime(2026, 11, 10, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("checked", "last_hour", "closing", "due"),
    [(29, "11", False, False), (30, "11", False, True), (30, "12", False, False), (0, "11", True, False),
     (1, "12", True, True)],
    ids=["29", "30", "30 in the same hour", "none at the close", "one at the close"],
)  # fmt: skip
def test_a_batch_holds_thirty_and_comes_once_an_hour_or_at_the_close(
    checked: int, last_hour: str, closing: bool, due: bool
) -> None:
    assert batch_is_due(checked, "12", last_hour, closing=closing) is due


@pytest.mark.parametrize(
    ("state", "after", "words"),
    [
        ("set_up", 1, "has not opened"),
        ("open", -1, "has not opened"),
        ("open", 0, "is closed"),
        ("counting", 1, "is closed"),
    ],
)
def test_before_the_opening_it_says_so_and_not_that_voting_is_closed(state: str, after: int, words: str) -> None:
    assert words in why_closed(state, OPENS, OPENS + timedelta(hours=after))
