"""What a replay prints, without running one: the published figures stay the source's."""

import pytest

from forum.questions.templates import load_shipped
from referendum.rehearsal.replay_record import printed
from referendum.rehearsal.scenario import load
from referendum.rehearsal.urn import fill_urn
from referendum.results.rules import publish

PUBLISHED = ["Joe Biden – 61%", "Donald Trump – 17%", "Robert F. Kennedy Jr. – 7%", "Ron DeSantis – 7%"]


@pytest.mark.parametrize(("members", "fits"), [(61, False), (65, False), (200, True), (2000, True)])
def test_the_published_lines_are_the_scenario_s_whatever_the_simulation_gives_and_it_says_where_they_differ(
    members: int, fits: bool
) -> None:
    scenario = load("iam-2024")
    slips = fill_urn(scenario, members)
    stage = load_shipped(scenario.template).members_vote
    assert stage is not None
    titles = [each.title for each in scenario.options]
    table = publish(titles, slips, stage.reporting, ballots=members, blanks=0, eligible=members)
    lines = printed(scenario, table, [], 7)
    assert lines[2:6] == PUBLISHED
    assert any("do not come out" in line for line in lines) != fits
    trump = [line for line in lines if line.startswith("Donald Trump – ")]
    assert (trump[1:] == []) == fits
