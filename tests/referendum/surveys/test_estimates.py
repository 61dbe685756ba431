"""What a sample says of all: weights, the textbook's margins and design effect, and what is told of how few."""

from collections import Counter
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from referendum.surveys.estimates import Stratum, effective_size, estimate, margin, together, weighed, widest


@pytest.mark.parametrize(("share", "points"), [(0.71, 2.2), (0.5, 2.4)])
def test_the_margins_of_1700_answers(share: float, points: float) -> None:
    assert round(100 * margin(share, 1700), 1) == points


def test_unequal_response_is_weighted_back_and_widens_the_margin() -> None:
    found = estimate([Stratum(500, 100, {"A": 80}), Stratum(500, 100, {"A": 5, "B": 15})], "AB")
    share = found.shares[0]
    assert (share.count, share.plain, share.weighted) == (85, 0.85, pytest.approx(0.625))
    assert found.effect == pytest.approx(100 * (80 * 6.25**2 + 20 * 25**2) / 1000**2)
    assert share.margin > margin(share.weighted, 100)
    assert (found.response, found.fraction, found.covered) == (0.5, 0.1, 1.0)


def test_strata_without_an_answer_are_told_as_not_covered() -> None:
    found = estimate([Stratum(300, 30, {"A": 10, "": 5}), Stratum(100, 10, {})], "AB")
    assert found.covered == 0.75
    assert sum(each.weighted for each in found.shares) == pytest.approx(1)
    assert [each.letter for each in found.shares] == ["A", "B", ""]


def test_nobody_answered_says_nothing() -> None:
    found = estimate([Stratum(300, 30, {})], "A")
    assert (found.answered, found.response, found.shares[0].margin) == (0, 0.0, 1.0)


@given(st.lists(st.tuples(st.integers(50, 500), st.integers(1, 40), st.integers(0, 40)), min_size=1, max_size=5))
def test_equal_rates_of_answering_weigh_all_alike(rows: list[tuple[int, int, int]]) -> None:
    strata = [Stratum(10 * (yes + no), yes + no, Counter({"A": yes, "B": no})) for _, yes, no in rows]
    found = estimate(strata, "AB")
    assert found.effect == pytest.approx(1)
    assert all(each.plain == pytest.approx(each.weighted) for each in found.shares)


def test_strata_with_few_answers_weigh_as_one_so_that_no_weight_is_that_of_a_few() -> None:
    one, few, some, many, none = (
        Stratum(100, 1, {"A": 1}), Stratum(40, 4, {"B": 3}), Stratum(90, 20, {"A": 6, "B": 6}),
        Stratum(900, 90, {"A": 80}), Stratum(30, 3, {}),
    )  # fmt: skip
    told = weighed({1: one, 2: few, 3: some, 4: many, 5: none}, 10)
    assert told == {4: many, 5: none, 1: Stratum(230, 25, {"A": 7, "B": 9})}
    assert weighed({3: some, 4: many}, 10) == {3: some, 4: many}


def test_a_council_with_just_enough_answers_weighs_for_itself_and_few_are_joined_just_until_they_are_enough() -> None:
    enough, many = Stratum(50, 20, {"A": 10}), Stratum(900, 90, {"A": 80})
    assert weighed({1: enough, 2: many}, 10) == {1: enough, 2: many}
    four, six = Stratum(40, 8, {"A": 4}), Stratum(60, 12, {"B": 6})
    assert weighed({1: four, 2: six, 3: many}, 10) == {3: many, 1: Stratum(100, 20, {"A": 4, "B": 6})}


@pytest.mark.parametrize("answers", [0.0, -1.0])
def test_nobody_s_share_may_be_anything(answers: float) -> None:
    assert margin(0.5, answers) == 1.0
    assert margin(0.5, 1) == pytest.approx(0.98, abs=0.001)


@given(st.lists(st.tuples(st.integers(1, 500), st.integers(0, 30), st.integers(0, 30)), max_size=6))
def test_strata_as_one_hold_the_same_members_and_answers(rows: list[tuple[int, int, int]]) -> None:
    strata = {at: Stratum(frame, 60, {"A": yes, "B": no}) for at, (frame, yes, no) in enumerate(rows)}
    told = weighed(strata, 10)
    assert together(list(told.values())) == together(list(strata.values()))
    few = [each.answered for each in told.values() if 0 < each.answered < 10]
    assert few == [] or sum(each.answered for each in strata.values()) < 10


strata = st.lists(
    st.tuples(st.integers(0, 60), st.integers(0, 60), st.integers(0, 9), st.integers(0, 800)), min_size=1, max_size=6
)


@given(strata)
def test_the_design_effect_is_never_below_one_and_every_share_and_margin_a_part_of_one(
    rows: list[tuple[int, int, int, int]]
) -> None:  # fmt: skip
    every = [Stratum(a + b + none + more, a + b + none, {"A": a, "B": b, "": none}) for a, b, none, more in rows]
    found = estimate(every, "AB")
    assert found.effect >= 1 - 1e-9
    assert all(0 <= each.weighted <= 1 and 0 <= each.margin <= 1 for each in found.shares)
    assert sum(each.weighted for each in found.shares) == pytest.approx(1 if found.answered else 0)


def test_where_everybody_has_answered_there_is_no_margin() -> None:
    found = estimate([Stratum(40, 40, {"A": 30, "B": 10}), Stratum(60, 60, {"A": 60})], "AB")
    assert [each.margin for each in found.shares] == [0, 0, 0]
    half = estimate([Stratum(100, 100, {"A": 40, "B": 10})], "AB").shares[0]
    assert 0 < half.margin < widest(0.8, 50)
    assert effective_size(50, 1, 100) == 100


def test_one_answer_that_all_gave_is_not_told_as_certain() -> None:
    few = estimate([Stratum(10_000, 40, {"A": 20})], "AB").shares
    assert few[0].margin == pytest.approx(1 - 0.8389, abs=1e-3)  # Wilson's lower end for 20 of 20
    assert few[1].margin == pytest.approx(few[0].margin)
    assert widest(0.71, 1700) == pytest.approx(margin(0.71, 1700), abs=5e-4)


def test_of_a_thousand_samples_about_ninety_five_in_a_hundred_hold_the_truth_within_their_margin() -> None:
    chance, held = Random(6), 0
    parts = ((4000, 60, 0.3), (1000, 90, 0.65))
    whole = sum(size * true for size, _, true in parts) / 5000
    for _ in range(1000):
        said = [sum(chance.random() < true for _ in range(asked)) for _, asked, true in parts]
        rows = [Stratum(p[0], p[1], {"A": yes, "B": p[1] - yes}) for p, yes in zip(parts, said, strict=True)]
        share = estimate(rows, "AB").shares[0]
        held += abs(share.weighted - whole) <= share.margin
    assert 940 <= held <= 990
