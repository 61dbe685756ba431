import os
import random
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forum.opinion.clustering import base_clusters, k_means, silhouette
from forum.opinion.groups import (
    Smoothing,
    groups_at_close,
    join_small,
    live_groups,
    most_groups,
    partitions,
    ranked,
    smooth,
)
from forum.opinion.mapping import draw_map, placed, readings_of

Row = tuple[str, dict[int, int]]


def camps(*sizes: int, arguments: int = 12, noise: float = 0.1, seed: int = 1) -> list[Row]:
    """Rows of members in camps that read unlike one another, each argument agreed in about one camp."""
    draw = random.Random(seed)
    rows = []
    for camp, size in enumerate(sizes):
        for _ in range(size):
            says = {n: 1 if n % len(sizes) == camp else -1 for n in range(arguments)}
            rows.append({n: -v if draw.random() < noise else v for n, v in says.items()})
    numbers = [f"{n:04}" for n in range(len(rows))]
    draw.shuffle(numbers)
    return list(zip(numbers, rows, strict=True))


def test_two_camps_are_two_groups_the_larger_first() -> None:
    rows = camps(40, 25)
    found = groups_at_close(rows)
    assert Counter(found.values()) == {0: 40, 1: 25}
    assert {found[number] for number, _ in rows[:40]} == {0}


def test_equal_groups_come_in_the_order_of_their_smallest_reader_number() -> None:
    found = groups_at_close(camps(20, 20))
    assert Counter(found.values()) == {0: 20, 1: 20}
    assert found[min(found)] == 0


def test_three_camps_are_three_groups() -> None:
    assert Counter(groups_at_close(camps(40, 30, 20)).values()) == {0: 40, 1: 30, 2: 20}


def test_a_group_of_four_joins_the_nearest() -> None:
    assert min(Counter(groups_at_close(camps(30, 24, 4)).values()).values()) >= 5


def test_nothing_is_told_where_no_two_groups_of_five_are_found() -> None:
    assert groups_at_close([]) == {}
    assert groups_at_close([("1", {}), ("2", {})]) == {}
    assert groups_at_close(camps(5, 4)) == {}
    assert groups_at_close([(f"{n:02}", {1: 1, 2: 1}) for n in range(40)]) == {}
    assert Counter(groups_at_close(camps(6, 5)).values()) == {0: 6, 1: 5}


def test_who_read_less_than_seven_is_not_placed_where_fifteen_read_more() -> None:
    rows = camps(20, 10)
    hasty = [(f"z{n}", {1: 1, 2: -1, 3: 1}) for n in range(8)]
    assert set(groups_at_close([*rows, *hasty])) == {number for number, _ in rows}


def test_arguments_that_nobody_read_count_towards_the_seven() -> None:
    rows = [(number, {n: v for n, v in row.items() if n < 5}) for number, row in camps(20, 10)]
    rows[0][1].pop(4)
    assert len(groups_at_close(rows)) == 29
    assert len(groups_at_close(rows, arguments=9)) == 15


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**6), st.sampled_from([(30, 20), (25, 20, 9), (60, 50, 40), (12, 9)]))
def test_the_order_of_rows_and_the_names_of_readers_change_nothing(seed: int, sizes: tuple[int, ...]) -> None:
    rows = camps(*sizes, noise=0.25, seed=seed % 7)
    draw = random.Random(seed)
    shuffled = draw.sample(rows, len(rows))
    assert groups_at_close(shuffled) == groups_at_close(rows)
    names = dict(zip((number for number, _ in rows), draw.sample(range(10**6), len(rows)), strict=True))
    renamed = groups_at_close([(f"{names[number]:06}", row) for number, row in rows])
    assert together({str(k): renamed[f"{names[k]:06}"] for k, _ in rows if f"{names[k]:06}" in renamed}) == together(
        groups_at_close(rows)
    )


def together(found: dict[str, int]) -> set[frozenset[str]]:
    return {frozenset(k for k, v in found.items() if v == group) for group in set(found.values())}


@pytest.mark.needs("data")
def test_the_seattle_debate_has_two_groups_however_its_rows_are_ordered() -> None:
    from referendum.rehearsal.polis_export import read_export

    votes = read_export(Path(os.environ["HUSTINGS_DATA"]) / "polis" / "15-per-hour-seattle").votes
    seen = set()
    for seed in range(5):
        voters = random.Random(seed).sample(sorted(votes), len(votes))
        found = groups_at_close([(f"{place:05}", votes[voter]) for place, voter in enumerate(voters)])
        seen.add(frozenset(together({str(voters[int(number)]): group for number, group in found.items()})))
    assert len(seen) == 1
    assert sorted(map(len, seen.pop())) == [55, 83]


def test_many_readers_share_a_hundred_base_clusters() -> None:
    places = np.random.default_rng(3).normal(size=(3000, 2))
    base = base_clusters(places)
    assert len(base.points) <= 100
    assert base.weights.sum() == 3000
    assert np.array_equal(np.bincount(base.of_reader), base.weights.astype(int))
    again = base_clusters(places[::-1])
    assert np.array_equal(again.points, base.points)
    assert np.array_equal(again.of_reader[::-1], base.of_reader)


def test_k_means_and_silhouette_are_what_scikit_learn_finds() -> None:
    from sklearn.cluster import KMeans
    from sklearn.metrics import silhouette_score

    draw = np.random.default_rng(5)
    places = np.concatenate([draw.normal(at, 0.6, size=(30, 2)) for at in ((0, 0), (4, 0), (0, 5))])
    base = base_clusters(places)
    labels = k_means(base, 3)
    theirs = KMeans(3, n_init=20, random_state=0).fit_predict(base.points)
    assert len({*zip(labels.tolist(), theirs.tolist(), strict=True)}) == 3
    assert silhouette(base, labels) == pytest.approx(silhouette_score(base.points, labels), abs=1e-6)


def test_a_change_of_the_number_of_groups_needs_four_wins_in_a_row() -> None:
    state, shown = Smoothing(), []
    for best in (2, 3, 3, 2, 3, 3, 3, 3, 2):
        state = smooth(state, best)
        shown.append(state.shown)
    assert shown == [2, 2, 2, 2, 2, 2, 2, 3, 3]


def test_a_live_page_keeps_its_number_of_groups_while_it_can_be_found() -> None:
    readings, _ = readings_of([row for _, row in camps(40, 30, 20)])
    positions = draw_map(readings).positions[placed(readings)]
    labels, after = live_groups(positions, Smoothing(last=2, wins=9, shown=2))
    assert (len(set(labels.tolist())), after) == (2, Smoothing(last=3, wins=1, shown=2))
    labels, after = live_groups(positions[:8], after)
    assert set(labels.tolist()) == {-1}
    assert after == Smoothing()


def test_the_number_of_groups_grows_with_the_readers_up_to_five() -> None:
    assert [most_groups(n) for n in (11, 12, 24, 36, 100_000)] == [2, 3, 4, 5, 5]


@given(st.lists(st.tuples(st.integers(-9, 9), st.integers(-9, 9)), min_size=1, max_size=40))
def test_no_group_is_ever_under_five(places: list[tuple[int, int]]) -> None:
    base = base_clusters(np.array(places, dtype=np.float64))
    for labels in partitions(base).values():
        assert np.bincount(labels[base.of_reader]).min(initial=99, where=np.bincount(labels[base.of_reader]) > 0) >= 5
    alone = join_small(base, np.arange(len(base.points)))
    assert len(set(alone.tolist())) == 1 or np.unique(alone[base.of_reader], return_counts=True)[1].min() >= 5


def test_groups_are_ranked_by_size_then_by_first_row() -> None:
    assert ranked(np.array([7, 7, 3, 3, 9, 9, 9])).tolist() == [1, 1, 2, 2, 0, 0, 0]
