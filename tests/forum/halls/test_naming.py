"""Whom words name after an @."""

import pytest

from forum.halls.naming import named

PEOPLE = [(1, "Ann Lee"), (2, "Ann"), (3, "Ann Lee-Moore"), (4, "Bo (the crane)"), (5, "Ann")]


@pytest.mark.parametrize(
    ("words", "ids"),
    [
        ("@Ann Lee, is it so?", [1]), ("Is it, @ann?", [2, 5]), ("@Anna", []), ("@Ann Lee-Moore and @Ann", [3, 2, 5]),
        ("@Ann Lee’s word", [1]), ("@Ann-Lee", []), ("mail@Ann Lee", []), ("(@Bo (the crane))", [4]), ("Ann", []),
        ("> @Ann Lee, is it so?\n\nIt is.", []), ("> She said\n\n@Ann Lee", [1]),
    ],
)  # fmt: skip
def test_a_name_is_a_whole_name_the_longest_and_not_in_a_quotation(words: str, ids: list[int]) -> None:
    assert named(words, PEOPLE) == ids
