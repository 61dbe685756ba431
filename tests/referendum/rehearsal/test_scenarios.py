"""Scenario files, the urn, and the Polis reader: what they give, and what they refuse."""

import os
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from referendum.rehearsal import scenario, urn
from referendum.rehearsal.polis_export import BadExport, read_export

IAM = scenario.load("iam-2024")


def test_the_shipped_scenarios_are_sound() -> None:
    assert scenario.names() == ["aft-2015", "iam-2007", "iam-2015", "iam-2024", "seattle15", "upte-2020", "weiner-2015"]
    for name in scenario.names():
        assert scenario.load(name).name == name


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("name = ", "not TOML"),
        ("", "“name” must be text"),
        ('kind = "opera"', "“kind” must be one of"),
        ("locals = 0", "at least 1"),
        ("colour = 1", "“colour” is not known"),
        ("[[options]]\ntitle = 'A'", "at least two"),
        ("[[options]]\ntitle='A'\nshare=101\n[[options]]\ntitle='B'", "whole number of points"),
        ("[[options]]\ntitle='A'\n[[options]]\ntitle='B'\n[arguments]\n1=['C','for']", "argument 1"),
        ("[label]\nbound = 'perhaps'", "label: “bound” must be true or false"),
        ("[label]\ncolour = true", "label: “colour” is not known"),
        ("[told]\ncolour = 'red'", "the label has no row “colour”"),
        ("[roll_call]\nall_for = 'A'", "roll_call: “published” must be text"),
        ("kind = 'survey'", "“survey” must be a table"),
    ],
)
def test_a_broken_file_is_refused_with_its_fault(text: str, fault: str) -> None:
    with pytest.raises(scenario.BadScenario, match=fault):
        scenario.read(text)


def test_an_unknown_scenario_is_refused_with_the_known_ones() -> None:
    with pytest.raises(scenario.BadScenario, match="seattle15"):
        scenario.load("nothing")


@given(st.integers(min_value=50, max_value=5000))
def test_the_urn_holds_exactly_the_members_and_keeps_the_published_shares(members: int) -> None:
    slips = urn.fill_urn(IAM, members)
    assert sum(slips) == members
    for option, count in zip(IAM.options, slips, strict=True):
        share = (option.share or 0) if option.share is not None else 1.6
        assert abs(count - share * members / 100) < 1


@given(st.lists(st.integers(0, 40), min_size=2, max_size=9), st.integers(0, 2**32))
def test_drawing_takes_every_slip_once_and_the_same_seed_draws_the_same(slips: list[int], seed: int) -> None:
    drawn = urn.draw_all(slips, seed)
    assert Counter(drawn) == Counter({option: count for option, count in enumerate(slips) if count})
    assert drawn == urn.draw_all(slips, seed)


@pytest.mark.needs("data")
def test_it_reads_the_real_conversation() -> None:
    export = read_export(Path(os.environ["HUSTINGS_DATA"]) / "polis" / "15-per-hour-seattle")
    numbers = {statement.number for statement in export.statements}
    assert numbers >= set(scenario.load("seattle15").arguments)
    assert 13 not in numbers, "a statement that its moderators turned down is left out"
    assert len(export.participants) == 337, "two of the 339 voted only on statements that were turned down"
    assert all(vote in (-1, 0, 1) for votes in export.votes.values() for vote in votes.values())


def test_a_folder_that_is_no_export_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadExport, match=r"comments\.csv"):
        read_export(tmp_path)
    (tmp_path / "comments.csv").write_text("timestamp,comment-id\nx,y\n")
    with pytest.raises(BadExport, match="column author-id, moderated, comment-body"):
        read_export(tmp_path)
