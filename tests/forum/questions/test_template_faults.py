"""Every fault of a union's own template is told with the line it stands on."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from forum.questions.process_cli import process
from forum.questions.template_faults import read_with_lines
from forum.questions.templates import shipped_names, shipped_text
from forum.questions.toml_lines import lines_of

SOUND = """\
name = "own"
title = "Our own way"

[electorate]
standings = [
  "good",
  "lapsed",
]

[[stages]]
kind = "debate"
min_days = 20

[[stages]]
kind = "members_vote"
rule = "majority"
quorum = "1/4"

[stages.reporting]
above = 0.02
decimals = 1

[[stages]]
kind = "mandate"
due_days = 30
"""


def broken(old: str, new: str) -> list[tuple[int, str]]:
    assert old in SOUND
    found, faults = read_with_lines(SOUND.replace(old, new, 1), union_size=5000)
    assert found is None
    assert all(fault.problem.text % fault.problem.facts for fault in faults)
    return [(fault.line, fault.problem.field) for fault in faults]


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('name = "own"\n', "", [(1, "name")]),
        ('"Our own way"', '""', [(2, "title")]),
        ('"Our own way"', '"Our own way"\ncolour = "red"', [(3, "colour")]),
        ('"lapsed"', '"rich"', [(5, "electorate.standings")]),
        ("standings", "standing", [(5, "electorate.standing")]),
        ('kind = "debate"', 'kind = "argument"', [(11, "stages.1.kind")]),
        ('kind = "debate"\n', "", [(10, "stages.1.kind")]),
        ("min_days = 20", "min_days = 0", [(12, "stages.1.min_days")]),
        ("min_days = 20", 'min_days = "long"', [(12, "stages.1.min_days")]),
        ("min_days = 20", "min_days = 20\ndigest_size = 20", [(15, "stages.2")]),
        ('"majority"', '"ranked"', [(16, "stages.2.rule")]),
        ('"majority"', '"majority_run_off"', [(14, "stages.2")]),
        ('"1/4"', "1.25", [(17, "stages.2.quorum")]),
        ('quorum = "1/4"', "min_ballots = 3", [(17, "stages.2.min_ballots")]),
        ('quorum = "1/4"', "revote = true", [(17, "stages.2.revote")]),
        ("decimals = 1", "decimals = 9", [(21, "stages.2.reporting.decimals")]),
        (
            "above = 0.02",
            'above = "few"\nbelow = 1',
            [(20, "stages.2.reporting.above"), (21, "stages.2.reporting.below")],
        ),
        ('kind = "members_vote"', 'kind = "members_vote"\nopening = 1', [(16, "stages.2.opening")]),
        ('"mandate"\ndue_days = 30', '"debate"', [(23, "stages.3"), (23, "stages.3")]),
        ('"mandate"\ndue_days = 30', '"registration"', [(23, "stages.3")]),
        ('"mandate"', '"council_decision"', [(23, "stages.3.body"), (25, "stages.3.due_days")]),
        ("due_days = 30", "due_days = ", [(25, "")]),
        ("[[stages]]", "[[stages]", [(10, "")]),
        ('title = "Our own way"', 'title = "Our own way', [(2, "")]),
    ],
)
def test_a_fault_is_told_with_its_line(old: str, new: str, told: list[tuple[int, str]]) -> None:
    assert broken(old, new) == told


def test_all_faults_of_a_file_are_told_in_the_order_of_its_lines() -> None:
    text = SOUND.replace("min_days = 20", "min_days = 0").replace("due_days", "days").replace('"own"', "7")
    lines = [fault.line for fault in read_with_lines(text, union_size=5000)[1]]
    assert lines == [1, 12, 25]


@pytest.mark.parametrize("name", shipped_names())
def test_every_key_of_a_shipped_template_has_the_line_on_which_it_is_written(name: str) -> None:
    written = shipped_text(name).splitlines()
    for key, line in lines_of(shipped_text(name)).items():
        last = [part for part in key.split(".") if not part.isdecimal()][-1]
        assert last in written[line - 1]


def test_a_value_that_never_ends_is_given_up() -> None:
    text = SOUND + "extra = [\n" + "1,\n" * 5000 + "]\n"
    found, faults = read_with_lines(text, union_size=5000)
    assert found is None
    assert [(fault.line, fault.problem.field) for fault in faults] == [(23, "stages.3.extra")]


def test_the_command_tells_every_fault_and_fails(tmp_path: Path) -> None:
    file = tmp_path / "own.toml"
    file.write_text(SOUND.replace("min_days = 20", "min_days = 0").replace('"1/4"', "2"), encoding="utf-8")
    told = CliRunner().invoke(process, ["check", str(file)])
    assert told.exit_code == 1
    assert "own.toml:12: stages.1.min_days: Give a number from 1 to 3650." in told.output
    assert "own.toml:17: stages.2.quorum: " in told.output
    assert "2 faults in own.toml" in told.output


def test_the_command_reads_a_sound_process_back_in_sentences(tmp_path: Path) -> None:
    file = tmp_path / "own.toml"
    file.write_text(SOUND, encoding="utf-8-sig")
    told = CliRunner().invoke(process, ["check", str(file)])
    assert told.exit_code == 0
    assert "Quorum: 25 % of the frozen roll." in told.output
    assert "The process has no fault." in told.output


@pytest.mark.parametrize("content", [b"\xff\xfe", b"#" * 300_000])
def test_what_is_no_template_is_refused_in_words(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "own.toml"
    file.write_bytes(content)
    told = CliRunner().invoke(process, ["check", str(file)])
    assert told.exit_code == 1
    assert told.output.startswith("Error: the file is ")


@pytest.mark.parametrize("sign", ["\u2028", "\x85", "\r\n"])
def test_only_what_ends_a_line_in_toml_counts_as_a_line(sign: str) -> None:
    text = SOUND.replace("due_days = 30", "due_days = 0")
    text = text.replace("\n", sign) if sign == "\r\n" else text.replace("Our own", f"Our{sign}own")
    _found, faults = read_with_lines(text, union_size=5000)
    assert [fault.line for fault in faults] == [25]


def test_keys_as_deep_or_as_long_as_nobody_writes_them_are_told_shortly() -> None:
    _found, faults = read_with_lines(".".join("a" * 2000) + "=1\n" + SOUND, union_size=5000)
    assert [(fault.line, fault.problem.field) for fault in faults] == [(1, "a")]
    _found, faults = read_with_lines("b" * 9000 + "=1\n" + SOUND, union_size=5000)
    assert [fault.problem.field for fault in faults] == ["b" * 100 + "…"]
