"""A record is split by hash into the fewest parts that hold no more than they may, and into none too small."""

import hashlib
from collections import Counter

import pytest

from referendum.archive.splitting import parts_needed


def voters(count: int, ballots: int = 1) -> dict[int, int]:
    return {int(hashlib.sha256(str(number).encode()).hexdigest(), 16): ballots for number in range(count)}


def sizes(cast: dict[int, int], parts: int) -> Counter[int]:
    held: Counter[int] = Counter()
    for name, ballots in cast.items():
        held[name % parts] += ballots
    return held


@pytest.mark.parametrize(("count", "ballots"), [(0, 1), (1, 1), (100, 1), (101, 1), (700, 1), (150, 3)])
def test_no_part_is_too_large_and_one_part_fewer_would_be(count: int, ballots: int) -> None:
    cast = voters(count, ballots)
    parts = parts_needed(cast, most=100, floor=1)
    assert max(sizes(cast, parts).values(), default=0) <= 100
    fewer = range(max(1, -(-count * ballots // 100)), parts)
    assert all(max(sizes(cast, less).values()) > 100 for less in fewer)


def test_all_that_fits_stays_in_one_part() -> None:
    assert parts_needed(voters(100), most=100, floor=20) == 1


def test_no_part_counts_fewer_voters_than_the_floor_even_if_it_holds_too_many_ballots() -> None:
    cast = voters(60)
    assert parts_needed(cast, most=10, floor=1) > 2
    parts = parts_needed(cast, most=10, floor=20)
    assert min(Counter(name % parts for name in cast).values()) >= 20
    assert parts < parts_needed(cast, most=10, floor=1)


def test_a_voter_with_more_ballots_than_a_part_may_hold_does_not_keep_it_from_ending() -> None:
    assert parts_needed(voters(3, ballots=50), most=10, floor=1) <= 3


def test_where_a_part_would_be_empty_there_are_fewer_and_not_more() -> None:
    """Into two these do not go, into three they would: one part holds more than it may, and is none too many."""
    assert parts_needed({0: 1, 2: 1, 4: 1}, most=2, floor=1) == 1
