"""Replays of what was no vote: what the record tells, what follows from its numbers, and nothing made up."""

import json
from fractions import Fraction
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from referendum.rehearsal.cli import replay
from referendum.rehearsal.unasked import HALF, Asked, curve_lines


def told(out: Path, scenario: str) -> list[str]:
    outcome = CliRunner().invoke(replay, [scenario, "--out", str(out)])
    assert outcome.exit_code == 0, outcome.output
    return outcome.stdout.splitlines()


def test_the_survey_of_2015_says_its_fraction_its_margins_and_what_is_unknown(tmp_path: Path) -> None:
    lines = told(tmp_path, "iam-2015")
    assert "1,700 of 600,000 members took part: a sampling fraction of 0.28 % (exactly 17/6000)." in lines
    margins = "Margin of error of a simple random sample at 95 %: ± 2.2 points at 71 %, ± 2.4 points at 50 %."
    assert margins in lines
    assert any(line.startswith("Nothing is known of frame, weights or response.") for line in lines)
    assert any("1,700" in line and "71 %" in line for line in lines)
    assert any("over 2,000 took part" in line for line in lines), "both numbers stand in the record"
    assert "Is the leadership bound, and since when? No, it binds nobody" in lines


def test_the_survey_has_no_archives_and_says_why_and_its_curve_names_nobody(tmp_path: Path) -> None:
    told(tmp_path, "iam-2015")
    assert sorted(each.name for each in tmp_path.iterdir()) == [
        "curve.svg", "curve.txt", "label.txt", "result.json", "table.txt",
    ]  # fmt: skip
    result = json.loads((tmp_path / "result.json").read_text(encoding="utf-8"))
    assert "no ballots" in result["no_archives_because"]
    assert result["worked_out"]["turns_below"] == "298793/598300"
    for name in ("curve.svg", "curve.txt"):
        text = (tmp_path / name).read_text(encoding="utf-8")
        assert "Clinton" not in text
        assert "49.94 %" in text
    assert ET.fromstring((tmp_path / "curve.svg").read_text(encoding="utf-8")).tag.endswith("svg")


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


def test_the_dual_endorsement_of_2007_elects_one_of_each_slate_and_documents_no_process(tmp_path: Path) -> None:
    lines = told(tmp_path, "iam-2007")
    assert lines[1] == "Process not documented."
    assert [line for line in lines if line.startswith("Elected")] == [
        "Elected: Hillary Clinton", "Elected: Mike Huckabee",
    ]  # fmt: skip
    label = (tmp_path / "label.txt").read_text(encoding="utf-8").splitlines()[1:]
    assert len(label) == 9
    assert all(line.endswith("? Not documented") for line in label)


def test_the_endorsement_of_2015_after_town_halls_was_debate_without_the_members_decision(tmp_path: Path) -> None:
    lines = told(tmp_path, "aft-2015")
    assert "What share of the roll decided? None: the members do not decide" in lines
    debate = "Is there debate before the vote? Yes; two national telephone town halls"
    assert any(line.startswith(debate) for line in lines)
