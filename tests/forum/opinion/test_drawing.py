"""What is drawn of the map: crowds, never one reader; shapes that hold them; numbers that stay within the picture."""

from math import hypot

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from forum.opinion.drawing import FEWEST_IN_A_MARK, MARKS_AT_MOST, marks, middle, readers_a_mark, shape
from forum.opinion.mapping import Readings, draw_map, placed, readings_of, turned_like
from forum.opinion.picture import FORMS, HEIGHT, WIDTH, draw, form_of
from forum.opinion.summing import NOBODY, sums

places = st.lists(st.tuples(st.floats(-9, 9), st.floats(-9, 9)), min_size=5, max_size=90)


@given(places)
def test_a_mark_stands_for_five_readers_or_more_and_all_are_counted(points: list[tuple[float, float]]) -> None:
    found = marks(np.array(points), FEWEST_IN_A_MARK)
    assert sum(readers for *_, readers in found) == len(points)
    assert all(5 <= readers <= 9 for *_, readers in found)


@given(places, st.randoms(use_true_random=False))
def test_the_order_of_readers_changes_no_mark(points: list[tuple[float, float]], random: object) -> None:
    shuffled = list(points)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert np.array(marks(np.array(shuffled), 5)) == pytest.approx(np.array(marks(np.array(points), 5)), abs=2e-3)


def test_a_large_debate_is_drawn_with_a_hundred_and_sixty_marks_at_most() -> None:
    places = np.random.default_rng(1).normal(size=(20_000, 2))
    found = marks(places, readers_a_mark(len(places)))
    assert MARKS_AT_MOST / 2 < len(found) <= MARKS_AT_MOST
    assert readers_a_mark(40) == 5


@given(st.lists(st.tuples(st.floats(-50, 50), st.floats(-50, 50)), min_size=1, max_size=20))
def test_a_shape_holds_its_points_with_room_around_them(points: list[tuple[float, float]]) -> None:
    corners = shape(points, 10)
    for x, y in points:
        assert min(hypot(x - cx, y - cy) for cx, cy in corners) > 9
        turns = [
            (bx - ax) * (y - ay) - (by - ay) * (x - ax)
            for (ax, ay), (bx, by) in zip(corners, [*corners[1:], corners[0]], strict=True)
        ]
        assert min(turns) > 0


def test_the_middle_of_a_group_is_the_mean_of_its_readers() -> None:
    assert middle(np.array([[0.0, 2.0], [1.0, 4.0]])) == (0.5, 3.0)


@given(st.lists(st.lists(st.tuples(st.floats(-3, 3), st.floats(-3, 3), st.integers(5, 9)), min_size=1, max_size=6),
                min_size=1, max_size=5), st.tuples(st.floats(-30, 30), st.floats(-30, 30)))  # fmt: skip
def test_numbers_and_one_s_own_place_stay_within_the_picture(
    groups: list[list[tuple[float, float, int]]], own: tuple[float, float]
) -> None:
    picture = draw([{"marks": group, "size": 9} for group in groups], own)
    assert picture is not None
    assert picture.own is not None
    for x, y in (picture.own, *(group.label for group in picture.groups)):
        assert 18 <= x <= WIDTH - 18
        assert 18 <= y <= HEIGHT - 18
    assert [group.form for group in picture.groups] == [form_of(n) for n in range(1, len(groups) + 1)]


def test_five_groups_have_five_forms_and_no_groups_no_picture() -> None:
    assert len({form_of(number) for number in range(1, 6)}) == len(FORMS) == 5
    assert draw([]) is None


def test_sums_count_each_reading_where_it_belongs_and_nobody_s_not_at_all() -> None:
    readings = Readings(3, 2, np.array([0, 0, 1, 2]), np.array([0, 1, 0, 1]), np.array([1, -1, 0, 1]))
    found = sums(readings, np.array([0, 0, 1, NOBODY]), 2)
    assert found.tolist() == [[[1, 0, 0], [0, 0, 1]], [[0, 1, 0], [0, 0, 0]]]


def test_the_fifteen_most_active_are_placed_where_too_few_read_enough() -> None:
    rows = [dict.fromkeys(range(count), 1) for count in [9, 8, *[3] * 20, 0, 5]]
    readings, _ = readings_of(rows)
    assert placed(readings).tolist() == [0, 1, *range(2, 14), 23]
    many, _ = readings_of([dict.fromkeys(range(9), 1)] * 15 + [dict.fromkeys(range(6), 1)])
    assert placed(many).tolist() == list(range(15))


def test_an_argument_taken_off_pulls_nobody_and_counts_as_read_by_all() -> None:
    rows = [{0: 1, 1: -1, 2: 1}, {0: -1, 1: 1}, {0: 1, 1: 1, 2: -1}]
    readings, _ = readings_of(rows, off=[2])
    found = draw_map(readings)
    assert found.means[2] == 0
    assert found.components[:, 2].tolist() == [0, 0]
    without = draw_map(readings_of([{k: v for k, v in row.items() if k != 2} for row in rows])[0])
    assert found.positions == pytest.approx(without.positions)  # 3 of 3 and 2 of 2: everybody read all that stands


def test_a_map_is_turned_as_it_lay_before() -> None:
    readings, _ = readings_of([{0: 1, 1: -1, 2: 1}, {0: -1, 1: 1, 2: 1}, {0: 1, 1: 1, 2: -1}])
    found = draw_map(readings)
    turned = turned_like(found, found.components * np.array([[-1.0], [1.0]]))
    assert turned.positions.tolist() == (found.positions * [-1, 1]).tolist()
    assert turned_like(turned, turned.components).positions.tolist() == turned.positions.tolist()
