from fractions import Fraction
from math import exp, fsum, log

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forum.opinion.bridging import (
    BILLION,
    LocalUnit,
    _exactly,
    agreement,
    bridging,
    geometric_mean,
    pool_locals,
)
from forum.opinion.rules import Counts, total

BIG = {"1": 200, "2": 90, "3": 40, "4": 12, "5": 9}
ratios = st.lists(st.fractions(Fraction(1, 50), 1, max_denominator=60), min_size=1, max_size=12)
readings = st.dictionaries(
    st.sampled_from("12345"),
    st.builds(Counts, st.integers(0, 12), st.integers(0, 12), st.integers(0, 3)),
)


def test_thirty_locals_that_mostly_agree_do_not_collapse() -> None:
    units = [LocalUnit(str(n), Counts(17, 5, 0)) for n in range(30)]
    assert bridging(units).billionths == BILLION * 18 // 24


def test_a_local_stands_for_itself_with_thirty_members_and_ten_readers() -> None:
    of = {"1": Counts(5, 5, 0), "2": Counts(5, 4, 0), "4": Counts(12, 0, 0), "5": Counts(2, 0, 0)}
    assert pool_locals(of, BIG) == [LocalUnit("1", of["1"]), LocalUnit("", Counts(19, 4, 0), joined=3)]


def test_a_pool_of_a_single_local_joins_the_smallest_other() -> None:
    of = {"1": Counts(10, 0, 0), "3": Counts(8, 4, 0), "5": Counts(1, 2, 0)}
    assert pool_locals(of, BIG) == [LocalUnit("1", of["1"]), LocalUnit("3", Counts(9, 6, 0), joined=1)]


def test_a_pool_under_five_readers_is_left_out() -> None:
    of = {"1": Counts(10, 0, 0), "4": Counts(2, 0, 0), "5": Counts(1, 1, 0)}
    assert [unit.local for unit in pool_locals(of, BIG)] == ["1"]
    assert [unit.local for unit in pool_locals({**of, "5": Counts(1, 2, 0)}, BIG)] == ["1", ""]


def test_the_lowest_local_and_those_above_one_half_are_shown() -> None:
    units = [LocalUnit("1", Counts(9, 1, 0)), LocalUnit("2", Counts(5, 5, 0)), LocalUnit("", Counts(1, 9, 0))]
    found = bridging(units)
    assert (found.lowest, found.above_half_count, found.unit_count) == (units[2], 1, 3)


def test_nothing_read_bridges_nothing() -> None:
    assert bridging([]).billionths == 0
    assert bridging([]).lowest is None


def test_each_partition_weighs_the_same() -> None:
    half, one = Fraction(1, 2), Fraction(1)
    assert geometric_mean([half, half], [one] * 30) == round(0.5**0.5 * BILLION)
    assert geometric_mean([], [half]) == BILLION // 2


@given(readings)
def test_a_small_local_is_never_told_alone(of: dict[str, Counts]) -> None:
    for unit in pool_locals(of, BIG):
        alone = unit.joined == 0 if unit.local else unit.joined == 1
        if alone and sum(counts.seen > 0 for counts in of.values()) > 1:
            assert BIG[unit.local] >= 30
            assert unit.counts.seen >= 10


@given(readings)
def test_pooling_invents_no_reading(of: dict[str, Counts]) -> None:
    told, given_ = total([u.counts for u in pool_locals(of, BIG)]), total(list(of.values()))
    assert told.seen <= given_.seen < told.seen + 5 or told == given_


@given(ratios, ratios)
def test_the_exact_mean_agrees_with_floating_point(first: list[Fraction], second: list[Fraction]) -> None:
    means = [fsum(log(float(ratio)) for ratio in part) / len(part) for part in (first, second)]
    assert geometric_mean(first, second) == pytest.approx(exp(sum(means) / 2) * BILLION, abs=2)


@given(ratios, st.randoms(use_true_random=False))
def test_the_order_of_the_locals_changes_nothing(of: list[Fraction], random: object) -> None:
    shuffled = list(of)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert geometric_mean(shuffled) == geometric_mean(of)


@given(ratios)
def test_a_mean_lies_between_the_lowest_and_the_highest(of: list[Fraction]) -> None:
    assert min(of) * BILLION - 1 <= geometric_mean(of) <= max(of) * BILLION + 1


def test_agreement_is_exact() -> None:
    assert agreement(Counts(17, 5, 0)) == Fraction(3, 4)


@given(st.lists(st.lists(st.integers(0, 60).map(lambda n: Fraction(n + 1, 62)), max_size=9), max_size=2))
def test_the_quick_way_and_the_exact_one_round_alike(partitions: list[list[Fraction]]) -> None:
    given_ = [ratios for ratios in partitions if ratios]
    assert geometric_mean(*partitions) == (_exactly(given_) if given_ else 0)


def test_what_lies_on_the_half_is_rounded_up_by_whole_numbers() -> None:
    half = Fraction(2 * 333_333_333 + 1, 2 * 10**9)
    assert geometric_mean([half]) == 333_333_334
    assert geometric_mean([half - Fraction(1, 10**30)]) == 333_333_333
