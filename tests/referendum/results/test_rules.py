from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forum.questions.process import Reporting, Rounding
from forum.questions.templates import load_shipped
from referendum.results.rounding import largest_remainder, plain
from referendum.results.rules import is_listed, notes_of, percent_of, publish, share_of

counts = st.lists(st.integers(0, 10_000), min_size=1, max_size=12).filter(any)


def table(of: list[int], reporting: Reporting, blanks: int = 0):  # type: ignore[no-untyped-def]
    names = [f"Option {at}" for at in range(len(of))]
    return publish(names, of, reporting, ballots=sum(of) + blanks, blanks=blanks)


def test_the_table_of_2024_prints_as_it_was_published() -> None:
    vote = load_shipped("iam-2024").members_vote
    assert vote is not None
    names = ["Ron DeSantis", "Joe Biden", "A", "Donald Trump", "B", "Robert F. Kennedy Jr.", "C", "D"]
    of = [69, 610, 20, 170, 20, 71, 20, 20]
    shown = publish(names, of, vote.reporting, ballots=1000, blanks=0)
    assert shown.lines() == [
        "Joe Biden – 61%",
        "Donald Trump – 17%",
        "Robert F. Kennedy Jr. – 7%",
        "Ron DeSantis – 7%",
        "Listed is every candidate who received more than 2 %.",
        "All figures rounded to the nearest percentage point.",
    ]
    assert sum(row.count for row in shown.rows if not row.listed) == 80
    assert shown.eligible is None


def test_an_option_exactly_at_the_threshold_is_not_listed() -> None:
    reporting = Reporting(above=Fraction(2, 100))
    assert not is_listed(Fraction(2, 100), reporting)
    assert is_listed(Fraction(2_000_001, 100_000_000), reporting)


def test_blanks_are_outside_the_shares() -> None:
    assert table([3, 1], Reporting(), blanks=96).rows[0].percent == "75%"


def test_a_vote_without_a_named_option_has_shares_of_nothing() -> None:
    assert [row.rounded for row in publish(["A"], [0], Reporting(), ballots=4, blanks=4).rows] == [0]


def test_halves_are_rounded_up() -> None:
    assert plain([Fraction(1, 2), Fraction(3, 2), Fraction(49, 100)]) == [1, 2, 0]


def test_unrounded_figures_stand_beside_the_rounded_ones() -> None:
    row = table([2, 1], Reporting()).rows[0]
    assert (row.percent, row.unrounded) == ("67%", "66.666666%")


@pytest.mark.parametrize(("share", "text"), [(Fraction(1, 50), "2 %"), (Fraction(1, 40), "2.5 %")])
def test_thresholds_are_written_plainly(share: Fraction, text: str) -> None:
    assert percent_of(share) == text


@pytest.mark.parametrize(
    ("reporting", "notes"),
    [
        (Reporting(above=Fraction(1, 40), candidates=False), "every option that received more than 2.5 %"),
        (Reporting(above=Fraction(1, 40), candidates=True), "every candidate who received more than 2.5 %"),
        (Reporting(decimals=0), "rounded to the nearest percentage point"),
        (Reporting(decimals=2), "rounded to 2 decimals of a percentage point"),
        (Reporting(rounding=Rounding.LARGEST_REMAINDER, decimals=0), "whole percentage points, by largest remainder"),
        (Reporting(rounding=Rounding.LARGEST_REMAINDER, decimals=1), "with 1 decimals, by largest remainder"),
    ],
)
def test_a_table_says_what_is_listed_and_how_it_is_rounded(reporting: Reporting, notes: str) -> None:
    assert notes in str(table([2, 1], reporting).lines()[-2:])
    assert len(notes_of(reporting)) == 1 + (reporting.above is not None)


@pytest.mark.parametrize(
    ("part", "whole", "text"),
    [(0, 0, ""), (2, 3, "66.6 %"), (1, 1, "100.0 %"), (1, 11, "9.0 %"), (1999, 2000, "99.9 %")],
)
def test_a_share_is_cut_and_never_rounded_up(part: int, whole: int, text: str) -> None:
    assert share_of(part, whole) == text


@given(counts, st.sampled_from(Rounding), st.integers(0, 4))
def test_rounding_never_changes_an_order(of: list[int], rounding: Rounding, decimals: int) -> None:
    rows = table(of, Reporting(rounding=rounding, decimals=decimals)).rows
    assert [row.count for row in rows] == sorted(of, reverse=True)
    assert [row.rounded for row in rows] == sorted((row.rounded for row in rows), reverse=True)


@given(counts, st.integers(0, 4))
def test_largest_remainders_add_to_the_whole(of: list[int], decimals: int) -> None:
    rows = table(of, Reporting(rounding=Rounding.LARGEST_REMAINDER, decimals=decimals)).rows
    assert sum(row.rounded for row in rows) == 100 * 10**decimals


@given(counts, st.sampled_from(Rounding))
def test_no_figure_is_a_whole_unit_away_from_its_share(of: list[int], rounding: Rounding) -> None:
    for row in table(of, Reporting(rounding=rounding)).rows:
        assert abs(row.rounded - row.share * 100) < 1


@given(counts, st.fractions(0, 1))
def test_an_option_is_listed_exactly_when_its_count_is_above_the_threshold(
    of: list[int], above: Fraction
) -> None:
    for row in table(of, Reporting(above=above)).rows:
        assert row.listed == (row.count * above.denominator > above.numerator * sum(of))


@given(st.lists(st.fractions(0, 1000), min_size=1, max_size=8))
def test_largest_remainders_keep_the_sum_to_the_nearest_whole(values: list[Fraction]) -> None:
    assert abs(sum(largest_remainder(values)) - sum(values)) <= Fraction(1, 2)
