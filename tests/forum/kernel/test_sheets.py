"""CSV that no spreadsheet takes for a program."""

import pytest

from forum.kernel.sheets import sheet


@pytest.mark.parametrize("cell", ["=1+1", "+SUM(A1)", "-2+3", "@cmd", "\t=1", " =1"])
def test_a_cell_that_looks_like_a_formula_is_text(cell: str) -> None:
    assert f"'{cell}" in sheet(["title"], [[cell]])


def test_plain_cells_stay_as_they_are_and_nothing_is_empty() -> None:
    assert sheet(["a", "b", "c"], [["A Accept", 3, None]]) == "a,b,c\r\nA Accept,3,\r\n"
