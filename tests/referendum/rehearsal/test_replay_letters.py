"""Every figure, note and sentence of the sources stands in the replays' tables as it was told, and nothing beside them
is said to be known."""

from pathlib import Path

import pytest

from forum.questions.templates import load_shipped
from referendum.rehearsal.replay_label import label_lines
from referendum.rehearsal.replay_told import write_told
from referendum.rehearsal.scenario import load
from tests.referendum.rehearsal.test_replay_record import lines_of

NOT_DOCUMENTED = "Not documented"


def told(out: Path, scenario: str) -> list[str]:
    write_told(out, load(scenario))
    return (out / "table.txt").read_text(encoding="utf-8").splitlines()


def label_of(scenario: str) -> dict[str, str]:
    """Each question of the label with its answer."""
    rows = [line for line in label_lines(load(scenario))[1:] if not line.startswith(" ")]
    return {question + "?": answer for question, _, answer in (row.partition("? ") for row in rows)}


def missing(lines: list[str], letters: list[str]) -> list[str]:
    text = "\n".join(lines)
    return [each for each in letters if each not in text]


def test_the_members_vote_of_2024() -> None:
    lines = lines_of("iam-2024", 1000, 600_000)
    at = lines.index("As published")
    assert lines[at + 1 : at + 5] == [
        "Joe Biden – 61%", "Donald Trump – 17%", "Robert F. Kennedy Jr. – 7%", "Ron DeSantis – 7%",
    ]  # fmt: skip
    assert "every candidate who received more than 2 %" in lines[at + 5]
    assert "figures rounded to the nearest percentage point" in lines[at + 6]
    assert lines[at + 7] == "8 % went to candidates with at most 2 % each."
    assert missing(lines, [
        "About 600,000 members in all.",
        "every United States member in good standing who had registered on the union’s voting site with a card number",
        "One choice among all candidates of all parties",
        "online, through an independent third-party balloting system",
    ]) == []  # fmt: skip
    assert {f"{each}: not published" for each in ("Eligible", "Registered", "Ballots", "Counts")} <= set(lines)
    scenario = load("iam-2024")
    assert scenario.roll_call is not None
    assert scenario.roll_call.published == "All participating presidents voted for Joe Biden. By name, not secret."


def test_the_label_of_2024() -> None:
    label = label_of("iam-2024")
    assert label["Is there debate before the vote?"] == NOT_DOCUMENTED
    bound = label["Is the leadership bound, and since when?"]
    assert bound == f"{NOT_DOCUMENTED}; the union reports that it followed the vote"
    assert label["Who counts?"] == "An independent third-party online balloting system"
    assert "registered with a card number" in label["May every member vote?"]


def test_the_survey_of_2015(tmp_path: Path) -> None:
    lines = told(tmp_path, "iam-2015")
    assert missing(lines, [
        "Survey of 1,700 active members in early August 2015", "71 % of the participants for Hillary Clinton",
        "over 2,000 taking part: the two figures do not agree, and both stand in the record",
        "The executive council then endorsed.",
        "hundreds of posts that this was “only 1700 out of 500,000 members”",
        "Membership about 600,000 including retirees.",
        "Sampling fraction: 1,700 / 600,000 = 0.28 %.",
        "Margin of error of a simple random sample at 95 %: ± 2.2 points at 71 %, ± 2.4 at 50 %.",
        "Nothing is known of frame, weights or response; advisory; binds nobody.",
    ]) == []  # fmt: skip
    assert label_of("iam-2015")["Is the leadership bound, and since when?"] == "No, it binds nobody"


def test_the_endorsements_of_2007(tmp_path: Path) -> None:
    lines = told(tmp_path, "iam-2007")
    assert missing(lines, [
        "Dual endorsement in August 2007; the process is not documented",
        "one candidate per party (Hillary Clinton, Mike Huckabee)",
        "Said to reflect that about a third of the members were Republicans.",
        "Worked out by the rule “dual”\nElected: Hillary Clinton\nElected: Mike Huckabee",
    ]) == []  # fmt: skip
    assert set(label_of("iam-2007").values()) == {NOT_DOCUMENTED}


def test_the_teachers_endorsement_of_2015(tmp_path: Path) -> None:
    lines = told(tmp_path, "aft-2015")
    assert missing(lines, [
        "Council endorsement after an online survey, two national telephone town halls, and a poll of more than 1,000",
        "Debate without decision; survey without debate.",
    ]) == []  # fmt: skip


def test_the_vote_of_2020() -> None:
    lines = lines_of("upte-2020", 150)
    assert missing(lines, [
        "Open committee from all locals, issue poll, candidate interviews, issue report.",
        "Nine-day vote of all 17 locals: 66 % for the endorsed candidate.",
        "Eligible: not published", "Ballots: not published", "Counts: not published",
    ]) == []  # fmt: skip
    vote = load_shipped("weiner").members_vote
    assert vote is not None
    assert (load("upte-2020").locals, vote.days) == (17, 9)


def test_the_proposal_of_2015(tmp_path: Path) -> None:
    lines = told(tmp_path, "weiner-2015")
    assert missing(lines, [
        "a referendum of members that follows and is informed by debate in union outlets",
        "Every local charged by the executive council with providing space and place.",
        "Leadership may persuade; obligated to carry out the result.", "nobody had software for it",
    ]) == []  # fmt: skip
    label = label_of("weiner-2015")
    assert label["In how many locals of how many?"].startswith("In every local")
    assert label["Is the leadership bound, and since when?"].startswith("Yes, once its pledge is signed")


@pytest.mark.parametrize("scenario", ["iam-2015", "iam-2007", "aft-2015", "weiner-2015"])
def test_what_was_no_vote_has_no_ballots_and_says_why(tmp_path: Path, scenario: str) -> None:
    assert told(tmp_path, scenario)[-1] == load(scenario).no_debate
    assert "no ballots" in load(scenario).no_debate
