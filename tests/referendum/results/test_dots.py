"""The dot matrix: as many marks as ballots by the unit, in columns of five about one line, no row out of its frame."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from referendum.results.dots import HIGH, MOST_MARKS, SHAPES, frame_of, marks_of, path

counts = st.lists(st.integers(0, 600_000), max_size=12)


def starts(drawn: str) -> list[tuple[float, float]]:
    return [(float(x), float(y)) for x, y in re.findall(r"M([-\d.]+) ([-\d.]+)", drawn)]


@pytest.mark.parametrize(("count", "unit", "marks"), [(0, 5, 0), (1, 5, 1), (2, 1, 2), (7, 5, 1), (8, 5, 2)])
def test_a_mark_stands_for_the_nearest_unit_and_what_was_marked_at_all_has_one(
    count: int, unit: int, marks: int
) -> None:
    assert marks_of(count, unit) == marks


def test_a_mark_is_worth_the_least_round_number_with_which_eighty_suffice() -> None:
    round_numbers = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 50_000, 100_000]
    assert [frame_of([80 * each], []).unit for each in round_numbers] == round_numbers
    assert [frame_of([0], [80 * each + 1]).unit for each in round_numbers] == [*round_numbers[1:], 1_000_000]


def test_columns_are_ten_wide_and_a_few_are_always_kept_beside_the_line() -> None:
    narrow, wide = frame_of([0], [0]), frame_of([25], [15])
    assert (narrow.left, narrow.right, narrow.height) == (23, 43, 50)
    assert (wide.left, wide.right, wide.width) == (33, 53, 86)
    assert starts(path(6, wide, "b", leftwards=False)) == [(37, y) for y in (45, 35, 25, 15, 5)] + [(47, 45)]
    assert starts(path(6, wide, "b", leftwards=True)) == [(21, y) for y in (45, 35, 25, 15, 5)] + [(11, 45)]


@given(counts, counts, st.sampled_from([*SHAPES, "g"]))
def test_every_row_keeps_to_its_side_of_the_line_and_to_the_frame(
    moved: list[int], weighed: list[int], letter: str
) -> None:
    frame = frame_of(moved, weighed)
    for row, leftwards in ((moved, False), (weighed, True)):
        for count in row:
            drawn = starts(path(count, frame, letter, leftwards=leftwards))
            assert len(drawn) == marks_of(count, frame.unit) <= MOST_MARKS
            inside = (0, frame.left) if leftwards else (frame.left, frame.width)
            assert all(inside[0] <= x and x + 4 <= inside[1] and 0 <= y <= frame.height for x, y in drawn)


@given(st.integers(1, 300))
def test_a_column_has_five_marks_before_the_next_begins(count: int) -> None:
    frame = frame_of([count], [])
    places = [x for x, _ in starts(path(count, frame, "b", leftwards=False))]
    assert [places.count(x) for x in sorted(set(places))][:-1] == [HIGH] * (len(set(places)) - 1)


def test_no_room_is_kept_for_what_was_not_asked() -> None:
    assert frame_of([3], []).left < frame_of([3], [0]).left


def test_each_option_has_marks_of_its_own_shape() -> None:
    frame = frame_of([1], [])
    drawn = [path(1, frame, letter, leftwards=False) for letter in "abcdefg"]
    assert len(set(drawn)) == 7
    assert [starts(each) for each in drawn] == [
        [(7.3, 49)], [(7, 45)], [(7, 42.8)], [(7, 45)], [(9.2, 41)], [(7.5, 41.5)], [(7, 49)]
    ]  # fmt: skip
