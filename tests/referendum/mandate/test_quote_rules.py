"""Which arguments a mandate quotes, whatever the options, the ties and the order they come in."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from referendum.mandate.quote_rules import CitedArgument, Quotes, Speaks, arguments_to_quote, speaks_for

LOT = "5f3a91c0"
rows_of_a_digest = st.lists(
    st.builds(
        CitedArgument, st.integers(1, 99), st.sampled_from(Speaks), st.integers(0, 4), st.none() | st.integers(0, 4)
    ),
    unique_by=lambda row: row.number,
    max_size=12,
)


def test_it_quotes_three_that_moved_and_three_that_weighed_on_the_other_side() -> None:
    sides = (Speaks.OTHERS, Speaks.ELECTED)
    cited = [CitedArgument(number, sides[number % 2 == 0], number * 3, number * 2) for number in range(1, 13)]
    assert arguments_to_quote(cited, LOT) == Quotes((12, 10, 8), (11, 9, 7))


def test_an_argument_that_nobody_marked_is_not_quoted() -> None:
    cited = [CitedArgument(1, Speaks.ELECTED, 0, 5), CitedArgument(2, Speaks.OTHERS, 5, None)]
    assert arguments_to_quote(cited, LOT).all == frozenset()


@pytest.mark.parametrize(
    ("side", "on_elected", "options_count", "speaks"),
    [
        ("for", True, 3, Speaks.ELECTED),
        ("for", False, 3, Speaks.OTHERS),
        ("against", True, 3, Speaks.OTHERS),
        ("against", False, 3, Speaks.NEITHER),
        ("against", True, 2, Speaks.OTHERS),
        ("against", False, 2, Speaks.ELECTED),
    ],
)
def test_an_argument_against_an_option_is_quoted_for_whom_it_speaks(
    side: str, on_elected: bool, options_count: int, speaks: Speaks
) -> None:
    assert speaks_for(side, on_elected=on_elected, options_count=options_count) is speaks


def test_a_tie_goes_by_the_lot_and_not_by_the_number() -> None:
    cited = [CitedArgument(number, Speaks.ELECTED, 7, 0) for number in range(1, 13)]
    by_lot = {arguments_to_quote(cited, f"lot {place}").moved for place in range(20)}
    assert len(by_lot) > 10
    assert {number for quoted in by_lot for number in quoted} == set(range(1, 13))


@given(rows_of_a_digest, st.integers(0, 99), st.text(max_size=9))
def test_neither_the_order_nor_the_other_side_changes_a_quote(
    rows: list[CitedArgument], seed: int, lot: str
) -> None:
    before = arguments_to_quote(rows, lot)
    shuffled = random.Random(seed).sample(rows, len(rows))
    assert arguments_to_quote(shuffled, lot) == before
    assert arguments_to_quote([row for row in rows if row.speaks is Speaks.ELECTED], lot).moved == before.moved


@given(rows_of_a_digest)
def test_three_at_most_of_each_kind_and_none_left_out_that_more_ballots_marked(rows: list[CitedArgument]) -> None:
    quotes = arguments_to_quote(rows, LOT)
    for numbers, speaks, marks in (
        (quotes.moved, Speaks.ELECTED, {row.number: row.moved for row in rows}),
        (quotes.weighed, Speaks.OTHERS, {row.number: row.weighed or 0 for row in rows}),
    ):
        fit = {row.number for row in rows if row.speaks is speaks and marks[row.number]}
        assert set(numbers) <= fit
        assert len(numbers) == min(3, len(fit))
        assert [marks[each] for each in numbers] == sorted((marks[each] for each in fit), reverse=True)[:3]
