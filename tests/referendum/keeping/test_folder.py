"""The folder that is kept leaves alone what is there, and says what is gone. What is in it: test_past_story."""

from datetime import datetime
from pathlib import Path

from flask import Flask

from forum.kernel.database import transaction
from referendum.keeping import cli
from tests.build_referendum import certify, make_closed, make_counted, make_open
from tests.people import Cast


def test_a_folder_that_holds_something_is_left_alone(app: Flask, cast: Cast, tmp_path: Path) -> None:
    (tmp_path / "kept").mkdir()
    (tmp_path / "kept" / "wedding.jpg").write_text("")
    assert app.test_cli_runner().invoke(cli.keep, [str(tmp_path / "kept")]).exit_code == 1
    assert [path.name for path in (tmp_path / "kept").iterdir()] == ["wedding.jpg"]
    told = app.test_cli_runner().invoke(cli.keep, [str(tmp_path / "kept" / "wedding.jpg")])
    assert "is a file" in told.output


def test_an_archive_that_was_counted_and_is_gone_is_told(
    app: Flask, cast: Cast, now: datetime, tmp_path: Path
) -> None:
    with app.app_context(), app.test_request_context(), transaction(write=True):
        certify(make_counted(make_open(make_closed(cast, now=now)), {"A": 3, "B": 8}, cited=(4, 1, 5, 2, 0, 3)))
    done = app.test_cli_runner().invoke(cli.keep, [str(tmp_path / "kept")])
    assert done.exit_code == 1
    assert "which was counted, is not there any more" in done.output
