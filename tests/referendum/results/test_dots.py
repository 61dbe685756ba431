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
    assert len({path(1, frame, letter, leftwards=False) for letter in "abcdefg"}) == 7
