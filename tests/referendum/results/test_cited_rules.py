"""The order of cited arguments: most ballots first, equal ones by the lot, whatever order they come in."""

import random

from hypothesis import given
from hypothesis import strategies as st

from referendum.results.cited_rules import strongest

marked = st.dictionaries(st.integers(1, 99), st.integers(0, 4), max_size=12).map(lambda each: list(each.items()))


@given(marked, st.text(max_size=9), st.integers(0, 99))
def test_the_order_in_which_they_come_changes_nothing(pairs: list[tuple[int, int]], lot: str, seed: int) -> None:
    assert strongest(random.Random(seed).sample(pairs, len(pairs)), lot) == strongest(pairs, lot)


@given(marked, st.text(max_size=9), st.integers(0, 13))
def test_more_ballots_come_first_and_none_that_nobody_marked(
    pairs: list[tuple[int, int]], lot: str, most: int
) -> None:
    ballots = dict(pairs)
    every = strongest(pairs, lot)
    assert [ballots[number] for number in every] == sorted((count for _, count in pairs if count), reverse=True)
    assert strongest(pairs, lot, most) == every[:most]


def test_equal_ones_go_by_the_lot() -> None:
    pairs = [(number, 3) for number in range(1, 13)]
    assert len({strongest(pairs, f"lot {place}") for place in range(20)}) == 20
