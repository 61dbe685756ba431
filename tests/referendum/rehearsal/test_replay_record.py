"""What a replay prints, without running one: what was opened, and beside it the published figures as their source's."""

import pytest

from forum.questions.templates import load_shipped
from referendum.rehearsal.replay_part import Part
from referendum.rehearsal.replay_table import OTHER, SAME, Run, printed
from referendum.rehearsal.scenario import Scenario, load
from referendum.rehearsal.urn import fill_urn
from referendum.results.rules import Table, publish

PUBLISHED = ["Joe Biden – 61%", "Donald Trump – 17%", "Robert F. Kennedy Jr. – 7%", "Ron DeSantis – 7%"]


def table_of(scenario: Scenario, real: int, members: int) -> Table:
    stage = load_shipped(scenario.template).members_vote
    assert stage is not None
    titles = [each.title for each in scenario.options]
    slips = fill_urn(scenario, real)
    return publish(titles, slips, stage.reporting, ballots=real, blanks=0, eligible=members)


def lines_of(name: str, real: int, members: int = 0) -> list[str]:
    scenario, part = load(name), Part(real, members or real)
    return printed(Run(scenario, part, 7, part.members), table_of(scenario, real, part.members), [])


@pytest.mark.parametrize(("real", "fits"), [(61, False), (65, False), (200, True), (2000, True)])
def test_what_was_opened_comes_first_and_the_published_table_stays_its_source_s(real: int, fits: bool) -> None:
    lines = lines_of("iam-2024", real)
    assert lines[2] == f"Opened: {real:,} ballots (simulation, seed 7)"
    assert (lines[3:7] == PUBLISHED) == fits
    place = lines.index("As published")
    assert lines[place + 1 : place + 5] == PUBLISHED
    assert (SAME in lines, OTHER in lines) == (fits, not fits)


def test_of_the_vote_of_2020_only_the_winner_s_share_was_told_and_no_other_line_is_published() -> None:
    lines = lines_of("upte-2020", 150)
    assert [line for line in lines if "–" in line] == ["The endorsed candidate – 66%"] * 2
    assert SAME in lines
    assert "Shares of the others: not published" in lines


def test_where_only_some_ballots_are_real_sheet_and_scaled_table_say_so_and_shares_come_from_those() -> None:
    lines = lines_of("iam-2024", 1000, 600_000)
    heading = "simulation, 1,000 of 600,000 ballots real"
    assert [at for at, line in enumerate(lines) if line == heading] == [0, lines.index("Joe Biden: 366,000") - 2]
    assert "Opened: 1,000 ballots (simulation, seed 7)" in lines
    assert {"Eligible: 600,000", "Registered: 600,000", "Ballots: 1,000", "Blank: 0"} <= set(lines)
    assert "Joe Biden: 610, 61.000000%" in lines
    scaled = [int(line.rpartition(": ")[2].replace(",", "")) for line in lines[lines.index("Joe Biden: 366,000") :]]
    assert sum(scaled) == 600_000


def test_a_replay_in_which_every_ballot_is_real_has_no_such_heading() -> None:
    assert not any("ballots real" in line for line in lines_of("iam-2024", 200))


def test_who_votes_is_the_seed_s_draw_and_whoever_was_heard_comes_first() -> None:
    part = Part(60, 2000)
    drawn = part.voters(1)
    assert drawn == part.voters(1) != part.voters(2)
    assert len(set(drawn)) == 60
    assert set(drawn) <= set(range(1, 2001))
    heard = list(range(1901, 1951))
    assert set(heard) <= set(part.voters(1, heard))
    assert len(set(part.voters(1, heard))) == 60
    assert part.voters(1, range(1, 500)) == list(range(1, 61))
    assert Part(61, 61).voters(1) == list(range(1, 62))
