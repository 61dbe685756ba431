"""``python -m referendum.archive``: what it says, and its exit codes."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from referendum.archive.__main__ import main
from referendum.archive.verify import verify
from referendum.crypto.hashing import b64_hash
from tests.referendum.archive.forging import pack, unpack, with_setup, without
from tests.referendum.archive.samples import Sample, vote_sample, write_whole
from tests.referendum.archive.vote_samples import hold, publish

Output = pytest.CaptureFixture[str]


@pytest.fixture(scope="module")
def sample() -> Sample:
    return vote_sample(5)


@pytest.fixture(scope="module")
def whole(sample: Sample, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_whole(sample, tmp_path_factory.mktemp("command"))


@pytest.fixture
def ballots_open(whole: Path, tmp_path: Path) -> Path:
    pack(unpack(whole)[:4], tmp_path / "open.bel")
    return tmp_path / "open.bel"


ALONE = """
import sys

class Guard:
    ours = ("referendum", "referendum.archive", "referendum.crypto")

    def find_spec(self, name, path=None, target=None):
        inside = name in self.ours or name.startswith(("referendum.archive.", "referendum.crypto."))
        if inside or name.split(".")[0] in {*sys.stdlib_module_names, "gmpy2"}:
            return None
        raise ImportError(f"{name} is not at hand")

def forbid(event, arguments):
    if event.startswith(("socket.", "sqlite3.")):
        raise RuntimeError(event)

sys.meta_path.insert(0, Guard())
sys.addaudithook(forbid)
from referendum.archive.__main__ import main
sys.exit(main(sys.argv[1:]))
"""
"""The program where there is nothing but the standard library and gmpy2: no other import, no socket, no database."""


def run_alone(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", ALONE, *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_it_needs_only_the_standard_library_and_gmpy2(tmp_path: Path) -> None:
    held = hold(tmp_path)
    publish(held.file, tmp_path)
    done = run_alone("verify", str(held.v_path))
    assert (done.returncode, done.stderr) == (0, f"[{'#' * 24}] 3 of 3 ballots, 100 %\n")
    assert "accepted" in done.stdout
    assert "fingerprint of the key" in done.stdout
    assert "6 credentials, 3 ballots, 3 counted" in done.stdout


@pytest.mark.parametrize("name", ["flask", "sqlalchemy", "cryptography", "forum", "referendum.count"])
def test_the_guard_of_that_test_guards(name: str) -> None:
    script = ALONE.replace("from referendum.archive.__main__ import main", f"import {name}")
    done = subprocess.run([sys.executable, "-S", "-c", script], capture_output=True, text=True, check=False)
    assert "is not at hand" in done.stderr


def test_a_refused_archive_gives_one(whole: Path, tmp_path: Path, capsys: Output) -> None:
    pack(without(unpack(whole), 2), tmp_path / "bad.bel")
    assert main(["verify", str(whole), str(tmp_path / "bad.bel")]) == 1
    assert "bad.bel: REFUSED" in capsys.readouterr().out


def test_an_unfinished_archive_is_accepted_only_when_asked(ballots_open: Path, capsys: Output) -> None:
    assert main(["verify", str(ballots_open)]) == 1
    assert main(["verify", "--open", str(ballots_open)]) == 0
    assert "not yet counted" in capsys.readouterr().out


def test_a_star_stands_for_files_where_the_shell_leaves_it(whole: Path, capsys: Output) -> None:
    assert main(["verify", str(whole.parent / "*.bel")]) == 0
    said = capsys.readouterr().out
    assert f"{whole}: accepted" in said
    assert "            1  Send back" in said
    assert said.endswith("Everything that was checked is accepted.\n")
    assert main(["verify", str(whole.parent / "*.none")]) == 3
    assert capsys.readouterr().out == "NOT everything is accepted.\n"


def test_a_missing_file_gives_three(whole: Path, tmp_path: Path, capsys: Output) -> None:
    assert main(["verify", str(tmp_path / "none.bel"), str(whole)]) == 3
    assert "cannot be read" in capsys.readouterr().err
    assert main(["verify", str(tmp_path)]) == 3


def test_wrong_use_gives_two() -> None:
    with pytest.raises(SystemExit) as left:
        main(["verify"])
    assert left.value.code == 2


def test_the_report_as_json_has_the_facts(whole: Path, sample: Sample, capsys: Output) -> None:
    assert main(["verify", "--json", str(whole)]) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["ok"] is True
    assert report["result"] == [[1, 1, 1, 1]]
    assert report["fingerprint"] == sample.election.fingerprint


def test_several_processes_find_the_same(whole: Path) -> None:
    seen: list[tuple[int, int]] = []
    report = verify(whole, jobs=2, progress=lambda done, total: seen.append((done, total)))
    assert report == verify(whole)
    assert seen == [(5, 5)]


def test_a_tracker_is_found_until_another_ballot_replaces_it(
    whole: Path, sample: Sample, capsys: Output
) -> None:
    assert main(["find", b64_hash(sample.ballots[1]), str(whole)]) == 0
    assert main(["find", f" {b64_hash(sample.ballots[0])}=\n", str(whole)]) == 4
    assert "event 1; replaced by a later ballot of the same code, event 5" in capsys.readouterr().out
    assert main(["find", "A" * 43, str(whole)]) == 1


def test_a_tracker_is_found_in_any_of_several_files(
    whole: Path, sample: Sample, tmp_path: Path, capsys: Output
) -> None:
    pack(unpack(whole)[:2], tmp_path / "begun.bel")
    files = [str(tmp_path / "begun.bel"), str(whole)]
    assert main(["find", b64_hash(sample.ballots[2]), *files]) == 0
    assert capsys.readouterr().out == f"{whole}: event 3; this ballot counts\n"
    assert main(["find", "A" * 43, *files]) == 1


def test_a_tracker_is_not_sought_in_a_damaged_file(whole: Path, tmp_path: Path) -> None:
    (tmp_path / "cut.bel").write_bytes(whole.read_bytes()[:-1])
    assert main(["find", "A" * 43, str(tmp_path / "cut.bel")]) == 3
    assert main(["verify", str(tmp_path / "cut.bel")]) == 1


def test_hostile_names_cannot_move_the_cursor(whole: Path, tmp_path: Path, capsys: Output) -> None:
    events = unpack(whole)
    record = events[0][1][0].replace("Ratify? ✓".encode(), b"\\u001b[2Jaccepted\\n")
    pack(with_setup(events, 0, record), tmp_path / "bad.bel")
    assert main(["verify", str(tmp_path / "bad.bel")]) == 1
    assert "\x1b" not in capsys.readouterr().out


def test_a_check_that_was_stopped_goes_on_from_its_file(whole: Path, tmp_path: Path) -> None:
    ledger = tmp_path / "done"
    assert main(["verify", "--resume", str(ledger), str(whole)]) == 0
    kept = ledger.read_bytes()
    assert kept
    assert main(["verify", "--resume", str(ledger), str(whole)]) == 0
    assert ledger.read_bytes() == kept, "nothing was checked again"
