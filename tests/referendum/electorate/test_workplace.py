"""The folder in which tellers make codes: a chunk is there whole or not at all, and nothing foreign is touched."""

from pathlib import Path

import pytest

from referendum.crypto.canonical import Malformed
from referendum.electorate.workplace import Workplace, clear, write_private

STATE = {"vote": "pub", "chunk": 2}


def begun(folder: Path) -> Workplace:
    place = Workplace(folder)
    assert place.begin(STATE) == STATE
    return place


def test_only_the_owner_reads_what_lies_there(tmp_path: Path) -> None:
    place = begun(tmp_path / "out")
    place.keep("c1", {"mail/c1.mbox": b"code"})
    assert [path for path in place.folder.rglob("*") if path.stat().st_mode & 0o077] == []


def test_a_run_that_goes_on_gets_the_state_of_the_first_and_not_its_own(tmp_path: Path) -> None:
    begun(tmp_path / "out")
    assert Workplace(tmp_path / "out").begin({"vote": "another"}) == STATE


def test_a_folder_with_anything_else_in_it_is_refused_and_left_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "holiday.txt").write_text("mine")
    with pytest.raises(Malformed, match="not empty"):
        Workplace(tmp_path).begin(STATE)
    assert [path.name for path in tmp_path.iterdir()] == ["holiday.txt"]


def test_a_folder_in_which_a_run_was_stopped_before_its_state_was_kept_is_begun_anew(tmp_path: Path) -> None:
    (tmp_path / "out" / "work").mkdir(parents=True)
    begun(tmp_path / "out")


def test_a_chunk_is_made_with_all_of_its_files(tmp_path: Path) -> None:
    place = begun(tmp_path / "out")
    assert not place.is_made("c1")
    place.keep("c1", {"mail/c1.mbox": b"one", "letters/c1.pdf": b"two"})
    assert place.is_made("c1")
    assert (place.folder / "mail" / "c1.mbox").read_bytes() == b"one"
    assert (place.folder / "letters" / "c1.pdf").read_bytes() == b"two"


def test_after_a_stop_what_has_its_marker_is_moved_and_what_has_none_is_taken_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = begun(tmp_path / "out")
    with monkeypatch.context() as stopped:
        stopped.setattr(Workplace, "_move", lambda *_: None)
        place.keep("c1", {"mail/c1.mbox": b"one"})
    write_private(place.work / "c2-mail-c2.mbox.tmp", b"half")
    again = Workplace(place.folder)
    again.begin(STATE)
    assert (again.is_made("c1"), again.is_made("c2")) == (True, False)
    assert [path.name for path in (again.folder / "mail").iterdir()] == ["c1.mbox"]
    assert list(again.work.glob("*.tmp")) == []


def test_everything_that_holds_a_code_is_cleared_away_and_counted_and_nothing_else(tmp_path: Path) -> None:
    place = begun(tmp_path / "out")
    place.keep("c1", {"mail/c1.mbox": b"one", "letters/c1.pdf": b"two"})
    place.clear_work()
    (place.folder / "refused.mbox").write_bytes(b"three")
    (place.folder / "spares.jsonl").write_bytes(b"sealed")
    assert clear(place.folder) == 3
    assert [path.name for path in place.folder.iterdir()] == ["spares.jsonl"]
    assert clear(place.folder) == 0
