"""What a replay prints, without running one: the published figures stay the source's."""

import pytest

from forum.questions.templates import load_shipped
from referendum.rehearsal.replay_record import printed
from referendum.rehearsal.scenario import Scenario, load
from referendum.rehearsal.urn import fill_urn
from referendum.results.rules import Table, publish

PUBLISHED = ["Joe Biden – 61%", "Donald Trump – 17%", "Robert F. Kennedy Jr. – 7%", "Ron DeSantis – 7%"]


def table_of(scenario: Scenario, members: int) -> Table:
    stage = load_shipped(scenario.template).members_vote
    assert stage is not None
    titles = [each.title for each in scenario.options]
    slips = fill_urn(scenario, members)
    return publish(titles, slips, stage.reporting, ballots=members, blanks=0, eligible=members)


@pytest.mark.parametrize(("members", "fits"), [(61, False), (65, False), (200, True), (2000, True)])
def test_the_published_lines_are_the_scenario_s_whatever_the_simulation_gives_and_it_says_where_they_differ(
    members: int, fits: bool
) -> None:
    scenario = load("iam-2024")
    lines = printed(scenario, table_of(scenario, members), [], 7)
    assert lines[2:6] == PUBLISHED
    assert any("do not come out" in line for line in lines) != fits
    trump = [line for line in lines if line.startswith("Donald Trump – ")]
    assert (trump[1:] == []) == fits


def test_of_the_vote_of_2020_only_the_winner_s_share_was_told_and_no_other_line_is_published() -> None:
    scenario = load("upte-2020")
    lines = printed(scenario, table_of(scenario, 150), [], 7)
    assert lines[2] == "The endorsed candidate – 66%"
    assert "A nine-day vote of all 17 locals: 66 % for the endorsed candidate." in lines
    assert [line for line in lines if "–" in line or "do not come out" in line] == [lines[2]]
    assert "Shares of the others: not published" in lines
    process = load_shipped(scenario.template)
    assert process.members_vote is not None
    assert process.members_vote.days == 9
    assert scenario.locals == 17
