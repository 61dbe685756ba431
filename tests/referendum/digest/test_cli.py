import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from forum.opinion.rules import Counts
from referendum.digest import cli
from referendum.digest.cli import digest
from referendum.digest.published import publish
from tests.referendum.digest.records import argument, record

DEBATE = record(*(argument(n, 10 + n, option=n % 2) for n in range(1, 20)))


def run(path: Path, value: object) -> Result:
    file = path / "digest.json"
    file.write_text(json.dumps(value), encoding="utf-8")
    return CliRunner().invoke(digest, ["check", str(file)])


def test_a_published_digest_is_recomputed_from_its_record_alone(tmp_path: Path) -> None:
    result = run(tmp_path, publish(DEBATE))
    assert result.exit_code == 0
    assert "A-19" in result.output
    assert "The digest follows from the record." in result.output


def test_a_bare_record_is_enough(tmp_path: Path) -> None:
    result = run(tmp_path, publish(DEBATE)["record"])
    assert result.exit_code == 0
    assert "12 arguments taken, 7 left out." in result.output


def test_a_digest_with_one_line_exchanged_is_refused(tmp_path: Path) -> None:
    published = publish(DEBATE)
    lines = published["selection"]["sections"][0]["lines"]
    was, lines[0]["number"] = lines[0]["number"], 1
    result = run(tmp_path, published)
    assert result.exit_code == 1
    assert f"A-{was:02d}: by the rule in for its score, in place 1 of option" in result.output
    assert "the file says nothing of it" in result.output
    assert "A-01: by the rule left out, outscored" in result.output


def test_a_digest_with_one_reading_changed_is_refused(tmp_path: Path) -> None:
    published = publish(DEBATE)
    published["record"]["arguments"][18]["units"][0]["counts"][0] -= 1
    assert run(tmp_path, published).exit_code == 1


def test_a_file_that_is_no_digest_is_refused_in_plain_words(tmp_path: Path) -> None:
    for value in (3, [], {}, {"record": []}, {**publish(DEBATE), "selection": 3}):
        result = run(tmp_path, value)
        assert result.exit_code == 1
        assert result.output.startswith("Error: ") or "does not follow" in result.output
        assert isinstance(result.exception, SystemExit)


def test_every_argument_left_out_is_told_with_its_reason_to_whoever_asks(tmp_path: Path) -> None:
    published = publish(record(argument(1), argument(2, merged_into=1), argument(3, hidden_by=7)))
    short = run(tmp_path, published)
    assert "  A-02" not in short.output
    file = tmp_path / "digest.json"
    told = CliRunner().invoke(digest, ["check", str(file), "--reasons"]).output
    assert "  A-02  Not in the digest: merged into A-01." in told
    assert "  A-03  Not in the digest: hidden by ruling 7." in told


def test_the_output_names_each_section_s_option_its_side_and_who_is_in_by_the_minority_s_right(tmp_path: Path) -> None:
    many = [argument(n, 20 + n, groups={0: Counts(40, 2, 0), 1: Counts(1, 9, 0)}) for n in range(1, 7)]
    few = argument(9, 3, 20, groups={0: Counts(2, 40, 0), 1: Counts(10, 0, 0)})
    two = run(tmp_path, publish(record(*many, few, groups={0: 360, 1: 40}))).output
    assert {"Option A:", "Option B:"} <= set(two.splitlines())
    assert [line[2:6] for line in two.splitlines() if line.endswith("(by the minority’s right)")] == ["A-09"]
    three = run(tmp_path, publish(record(argument(1), options=(0, 1, 2)))).output
    assert {f"Option {letter}, {side}:" for letter in "ABC" for side in ("for", "against")} <= set(three.splitlines())


def test_a_file_larger_than_any_digest_is_refused_before_it_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    size = len(json.dumps(publish(DEBATE), ensure_ascii=True))
    monkeypatch.setattr(cli, "LARGEST_FILE", size)
    assert run(tmp_path, publish(DEBATE)).exit_code == 0
    monkeypatch.setattr(cli, "LARGEST_FILE", size - 1)
    refused = run(tmp_path, publish(DEBATE))
    assert refused.exit_code == 1
    assert "digest.json is too large" in refused.output


def test_a_folder_is_no_file_to_check(tmp_path: Path) -> None:
    refused = CliRunner().invoke(digest, ["check", str(tmp_path)])
    assert refused.exit_code == 2
    assert "is a directory" in refused.output
