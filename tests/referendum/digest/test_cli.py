import json
from pathlib import Path

from click.testing import CliRunner, Result

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
