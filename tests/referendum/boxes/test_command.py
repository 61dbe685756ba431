"""The commands take what the random names of votes may look like."""

from pathlib import Path

import pytest
from flask import Flask

from referendum.boxes.cli import referendum
from tests.people import Cast


@pytest.mark.parametrize("name", ["-aBc", "--aBc", "-V", "-"])
def test_a_vote_whose_name_begins_with_a_dash_is_looked_for_and_not_taken_for_an_option(
    app: Flask, cast: Cast, tmp_path: Path, name: str
) -> None:
    done = app.test_cli_runner().invoke(referendum, ["give-back", name, str(tmp_path / "answer")])
    assert done.exit_code == 1, done.output
    assert "Nothing was changed." in done.output


@pytest.mark.parametrize(
    ("given", "missing"),
    [
        (["pack", "v", "file", "--url", "https://box.example"], "--box"),
        (["pack", "v", "file", "--box", "KEY"], "--url"),
        (["unpack", "KEY", "--fingerprint", "0"], "--key"), (["unpack", "KEY", "--key", "KEY"], "--fingerprint"),
        (["take-back", "KEY"], "--key"),
    ],
)  # fmt: skip
def test_no_package_and_no_answer_goes_without_the_other_s_key(
    app: Flask, tmp_path: Path, given: list[str], missing: str
) -> None:
    (tmp_path / "key.pem").write_text("")
    words = [str(tmp_path / "key.pem") if word == "KEY" else word for word in given]
    done = app.test_cli_runner().invoke(referendum, words)
    assert (done.exit_code, f"Missing option '{missing}'" in done.output) == (2, True)
