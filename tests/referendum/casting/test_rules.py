"""When a batch of the public record is due, and what a booth that takes nothing says."""

import hashlib
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from referendum.casting.rules import (
    Arrived,
    Batch,
    batch_hash,
    batch_is_due,
    fault_of,
    hour_of,
    latest_of_each,
    normalised_tracker,
    readings,
    seal_number,
    why_closed,
)

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


arrivals = st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from(["", "x", "y"])), max_size=9).map(
    lambda pairs: [Arrived(number, *pair) for number, pair in enumerate(pairs, start=5)]
)


@settings(max_examples=60)
@given(arrivals, st.randoms(use_true_random=False))
def test_of_each_code_the_latest_vote_and_the_latest_citations_that_stand_count(
    arrived: list[Arrived], random: object
) -> None:
    """In whatever order they are read; every other one is named as replaced, and nothing is both."""
    last_votes = {each.v_credential: each.sequence for each in arrived}
    last_citations = {each.c_credential: each.sequence for each in arrived if each.c_credential}
    shuffled = list(arrived)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert latest_of_each(shuffled) == Batch(
        votes=tuple(sorted(last_votes.values())),
        citations=tuple(sorted(last_citations.values())),
        replaced_votes=tuple(each.sequence for each in arrived if last_votes[each.v_credential] != each.sequence),
        replaced_citations=tuple(
            each.sequence for each in arrived
            if each.c_credential and last_citations[each.c_credential] != each.sequence
        ),
    )  # fmt: skip


def test_what_is_published_of_a_batch_is_its_hour_and_the_hash_over_its_hashes_in_order() -> None:
    assert hour_of(OPENS + timedelta(minutes=59)) == "2026-11-10T12"
    assert batch_hash(["bb", "aa"]) == hashlib.sha256(b"aabb").hexdigest()


def test_a_tracker_is_read_with_blanks_and_with_or_without_its_padding() -> None:
    assert normalised_tracker(" ab cd\n ef== ") == normalised_tracker("abcdef") == "abcdef"
    assert normalised_tracker("ab\u200bcd\u00adef") == "abcdef", "signs that nobody sees"
    assert seal_number('{"signature": {"hash": "abc"}}') == "abc"


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("a" * 43, ""), ("A1+/" + "z" * 39, ""), ("a" * 40, "this has 40. Missing: 3."),
        ("a" * 44, "this has 44. Too many: 1."), ("a" * 41 + "é-", "cannot be in it: - é"),
        ("Ａ" * 43, "cannot be in it: Ａ"),
    ],
)  # fmt: skip
def test_what_cannot_be_a_tracker_is_told_with_what_is_wrong(typed: str, told: str) -> None:
    fault = fault_of(typed)
    assert told in str(fault or "")
    assert bool(fault) == bool(told)


def test_a_first_letter_that_a_phone_wrote_large_is_read_both_ways_and_no_other() -> None:
    assert readings("AbC") == ("AbC", "abC")
    assert readings("abC") == ("abC",)
    assert readings("+bC") == ("+bC",)
