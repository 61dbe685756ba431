"""The draw can be repeated, takes each stratum by its share, and what it says of all has the textbook's margins."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from referendum.surveys.estimates import Stratum, estimate, joined, margin
from referendum.surveys.sampling import allocate, draw, place_of

sizes = st.dictionaries(st.integers(1, 9), st.integers(1, 400), min_size=1)


@given(sizes, st.integers(0, 900))
def test_each_stratum_is_asked_by_its_share_and_nobody_twice(of: dict[int, int], sample: int) -> None:
    taken = allocate(of, sample)
    assert sum(taken.values()) == min(sample, sum(of.values()))
    assert all(0 <= taken[each] <= of[each] for each in of)
    exact = {each: of[each] * min(sample, sum(of.values())) / sum(of.values()) for each in of}
    assert all(abs(taken[each] - exact[each]) < 1 for each in of)


@given(st.dictionaries(st.text("0123456789", min_size=4, max_size=4), st.integers(1, 4)), st.integers(0, 60), st.text())
def test_the_draw_is_the_same_in_whatever_order_the_roll_is_read(
    roll: dict[str, int], sample: int, seed: str
) -> None:
    members = sorted(roll.items())
    drawn = draw(members, seed, sample)
    assert drawn == draw(reversed(members), seed, sample)
    assert len(set(drawn)) == len(drawn) == min(sample, len(roll))
    for number in set(roll) - set(drawn):
        nearer = [each for each in drawn if roll[each] == roll[number]]
        assert all(place_of(seed, each) < place_of(seed, number) for each in nearer)


def test_another_seed_draws_others() -> None:
    roll = [(str(number), 1) for number in range(1000)]
    assert len(set(draw(roll, "a", 100)) & set(draw(roll, "b", 100))) < 40


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


def test_councils_with_few_answers_weigh_as_one_so_that_no_weight_is_that_of_a_few() -> None:
    one, few, some, many, none = (
        Stratum(100, 1, {"A": 1}), Stratum(40, 4, {"B": 3}), Stratum(90, 20, {"A": 6, "B": 6}),
        Stratum(900, 90, {"A": 80}), Stratum(30, 3, {}),
    )  # fmt: skip
    told = joined([one, few, some, many, none], 10)
    assert told == [none, many, Stratum(230, 25, {"A": 7, "B": 9})]
    assert joined([many, some], 10) == [some, many]


def test_a_council_with_just_enough_answers_weighs_for_itself_and_few_are_joined_just_until_they_are_enough() -> None:
    enough, many = Stratum(50, 20, {"A": 10}), Stratum(900, 90, {"A": 80})
    assert joined([enough, many], 10) == [enough, many]
    four, six = Stratum(40, 8, {"A": 4}), Stratum(60, 12, {"B": 6})
    assert joined([four, six, many], 10) == [many, Stratum(100, 20, {"A": 4, "B": 6})]


@pytest.mark.parametrize("answers", [0.0, -1.0])
def test_nobody_s_share_may_be_anything(answers: float) -> None:
    assert margin(0.5, answers) == 1.0


@given(st.lists(st.tuples(st.integers(1, 500), st.integers(0, 30), st.integers(0, 30)), max_size=6))
def test_joined_councils_hold_the_same_members_and_answers(rows: list[tuple[int, int, int]]) -> None:
    strata = [Stratum(frame, 60, {"A": yes, "B": no}) for frame, yes, no in rows]
    told = joined(strata, 10)
    for part in (lambda each: each.frame, lambda each: each.answered, lambda each: each.answers.get("A", 0)):
        assert sum(map(part, told)) == sum(map(part, strata))
    few = [each.answered for each in told if 0 < each.answered < 10]
    assert few == [] or sum(each.answered for each in strata) < 10
