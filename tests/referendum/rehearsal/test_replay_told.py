"""Replays of what was no vote: what the record tells, what follows from its numbers, and nothing made up."""

import json
from fractions import Fraction
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from referendum.rehearsal.replay_told import write_told
from referendum.rehearsal.scenario import load
from referendum.rehearsal.unasked import HALF, Asked, curve_lines


@pytest.fixture
def survey(tmp_path: Path) -> Path:
    write_told(tmp_path, load("iam-2015"))
    return tmp_path


def test_the_survey_has_no_archives_and_says_why_and_its_curve_names_nobody(survey: Path) -> None:
    assert sorted(each.name for each in survey.iterdir()) == [
        "curve.svg", "curve.txt", "label.txt", "result.json", "table.txt",
    ]  # fmt: skip
    result = json.loads((survey / "result.json").read_text(encoding="utf-8"))
    assert "no ballots" in result["no_archives_because"]
    assert result["worked_out"]["turns_below"] == "298793/598300"
    assert result["worked_out"]["participants"] == [1700, "over 2,000"], "both figures stand in the record"
    for name in ("curve.svg", "curve.txt"):
        text = (survey / name).read_text(encoding="utf-8")
        assert "Clinton" not in text
        assert "49.94 %" in text
    assert ET.fromstring((survey / "curve.svg").read_text(encoding="utf-8")).tag.endswith("svg")


@given(st.integers(1, 2000), st.integers(1, 3000), st.fractions(0, 1))
def test_the_result_turns_exactly_below_the_turning_share(asked: int, more: int, share: Fraction) -> None:
    survey = Asked(asked, asked + more, share)
    if survey.turning is None:
        assert (survey.among_all(Fraction(0)) > HALF) or (survey.among_all(Fraction(1)) < HALF)
    else:
        assert survey.among_all(survey.turning) == HALF
    assert [whole for _, whole in survey.curve()] == sorted(whole for _, whole in survey.curve())


def test_who_asked_more_than_half_and_won_them_all_cannot_be_turned() -> None:
    assert "For none: those who were asked had decided it by themselves." in curve_lines(Asked(6, 10, Fraction(1)))
    with pytest.raises(ValueError, match="some of the members"):
        Asked(10, 10, HALF)
