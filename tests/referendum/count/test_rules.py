"""When totals are opened, and how what concerns several parts of a record is written. Pure."""

import hashlib
import json

import pytest

from referendum.count.rules import hash_over, joined_bodies, minimum_of, part_bodies, withheld


def test_votes_are_counted_from_20_on_and_citations_from_100_unless_the_process_says_more() -> None:
    assert [minimum_of(archive, {}) for archive in ("V", "C")] == [20, 100]
    assert [minimum_of(archive, {"min_ballots": 30, "citations_min": 150}) for archive in ("V", "C")] == [30, 150]


@pytest.mark.parametrize(
    ("ballots", "minimum", "opened"), [(19, 20, False), (20, 20, True), (0, 0, False), (1, 0, True)]
)
def test_totals_stay_closed_below_the_minimum_and_always_for_no_ballot_at_all(
    ballots: int, minimum: int, opened: bool
) -> None:
    assert withheld(ballots, minimum) == ("" if opened else "too_few")


@pytest.mark.parametrize("body", ['"ab"', '{"0": "a", "1": "b"}', '["a"]', '["a", "b", "c"]', '["a", 2]', "a"])
def test_what_does_not_hold_one_text_for_each_part_is_refused(body: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - also what json says of it
        part_bodies(body, 2)


@pytest.mark.parametrize("bodies", [["one"], ["one", "two"], ["", '["', "three"]])
def test_parts_come_out_as_they_went_in(bodies: list[str]) -> None:
    assert part_bodies(joined_bodies(bodies), len(bodies)) == bodies


def test_one_file_has_its_own_hash_and_several_the_hash_over_theirs() -> None:
    assert joined_bodies(["one"]) == "one"
    assert json.loads(joined_bodies(["one", "two"])) == ["one", "two"]
    assert hash_over(["ab"]) == "ab"
    assert hash_over(["ab", "cd"]) == hashlib.sha256(b"abcd").hexdigest()
