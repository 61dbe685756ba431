"""Reading a Polis export: what is in it, and that a bad file is refused with the number of its line."""

from pathlib import Path

import pytest

from referendum.rehearsal.polis_export import BadExport, read_export

COMMENTS = [
    "timestamp,datetime,comment-id,author-id,agrees,disagrees,moderated,comment-body",
    '20,then,1,7,0,0,1,"The fund lasts, they say,\nnine weeks"',
    "10,then,2,8,0,0,1,Two-tier pay stays",
    "30,then,3,8,0,0,0,Nobody looked at this",
    "40,then,4,9,0,0,-1,Turned down",
]
VOTES = [
    "timestamp,datetime,comment-id,voter-id,vote",
    "1,then,1,8,1",
    "3,then,1,9,-1",
    "5,then,1,9,1",
    "4,then,4,9,1",
    "2,then,2,7,0",
]


def export(folder: Path, comments: list[str], votes: list[str]) -> Path:
    (folder / "comments.csv").write_text("\n".join(comments) + "\n", encoding="utf-8")
    (folder / "votes.csv").write_text("\n".join(votes) + "\n", encoding="utf-8")
    return folder


def test_statements_come_by_time_and_a_participant_s_last_vote_counts(tmp_path: Path) -> None:
    (tmp_path / "summary.csv").write_text("topic, Pay  and fund\nviews,3\n", encoding="utf-8")
    found = read_export(export(tmp_path, COMMENTS, VOTES))
    assert [(each.number, each.author, each.text) for each in found.statements] == [
        (2, 8, "Two-tier pay stays"), (1, 7, "The fund lasts, they say, nine weeks"),
    ]  # fmt: skip
    assert found.votes == {8: {1: 1}, 7: {2: 0}, 9: {1: 1}}
    assert found.agreed == {1: (8, 9), 2: ()}
    assert found.topic == "Pay and fund"
    assert found.participants == [7, 8, 9]


def test_words_are_cleaned_as_those_of_a_form(tmp_path: Path) -> None:
    (tmp_path / "summary.csv").write_text("topic,Pay\x00\n", encoding="utf-8")
    found = read_export(export(tmp_path, [COMMENTS[0], "1,then,1,7,0,0,1,\x00name\x00"], [VOTES[0]]))
    assert (found.statements[0].text, found.topic) == ("name", "Pay")


def test_a_summary_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    (tmp_path / "summary.csv").write_text("topic," + "A" * 200_000, encoding="utf-8")
    with pytest.raises(BadExport, match=r"summary\.csv cannot be read"):
        read_export(export(tmp_path, COMMENTS, VOTES))


def test_what_no_moderator_has_looked_at_comes_only_on_request(tmp_path: Path) -> None:
    found = read_export(export(tmp_path, COMMENTS, VOTES), unmoderated=True)
    assert {each.number for each in found.statements} == {1, 2, 3}


@pytest.mark.parametrize(
    ("file", "line", "row", "told"),
    [
        ("comments", 5, "x,then,4,9,0,0,1,Words", "line 7: “x” under timestamp is not a whole number"),
        ("comments", 2, "10,then,2,8,0,0,2,Words", "line 4: moderated is 1, 0 or -1, not 2"),
        ("comments", 2, "10,then,2,8,0,0,1, ", "line 4: a comment has words"),
        ("comments", 2, f"10,then,2,8,0,0,1,{'[' * 500}", "line 4: a comment has words"),
        ("comments", 2, "10,then,1,8,0,0,1,Again", "two comments of the same number"),
        ("comments", 2, "10,then,2", "line 4: it has not as many columns"),
        ("comments", 0, "timestamp,comment-id,author-id,comment-body", "line 1: there is no column moderated"),
        ("votes", 3, "5,then,1,9,2", "line 4: a vote is 1, 0 or -1, not 2"),
        ("votes", 3, "5,then,77,9,1", "line 4: there is no comment 77"),
        ("votes", 3, "5,then,1,,1", "line 4: “” under voter-id is not a whole number"),
        ("votes", 3, "5,then,1,9,1,more", "line 4: it has not as many columns"),
        ("votes", 3, '5,then,1,9,"1', "cannot be read"),
    ],
)
def test_a_bad_row_is_told_with_its_file_and_line(tmp_path: Path, file: str, line: int, row: str, told: str) -> None:
    rows = {"comments": list(COMMENTS), "votes": list(VOTES)}
    rows[file][line : line + 1] = [row]
    with pytest.raises(BadExport, match=file) as refused:
        read_export(export(tmp_path, rows["comments"], rows["votes"]))
    assert told in str(refused.value)


def test_a_folder_without_files_or_without_statements_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadExport, match="cannot be read"):
        read_export(tmp_path)
    with pytest.raises(BadExport, match="no statement"):
        read_export(export(tmp_path, COMMENTS[:1], VOTES[:1]))
