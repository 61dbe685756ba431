"""A threshold ceremony from the command line: each member in an own folder, stopped and resumed after each step."""

import io
import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from referendum.crypto import keyfile
from referendum.crypto.canonical import Malformed
from referendum.crypto.hashing import b64_hash
from referendum.crypto.joint import numbered, read_trustees
from referendum.crypto.keyfile import open_key_file, write_key_file
from referendum.crypto.threshold import ThresholdGroup
from referendum.trustees.__main__ import DONE, REFUSED, main
from referendum.trustees.folder import write_new

PASSPHRASE = "four words nobody guesses"
Run = Callable[..., int]


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Key files that take a millisecond to open."""
    monkeypatch.setattr(keyfile, "ITERATIONS", 1000)


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Run:
    def called(*arguments: object, passphrase: str = PASSPHRASE) -> int:
        monkeypatch.setattr("sys.stdin", io.StringIO(passphrase + "\n"))
        return main([str(each) for each in arguments])

    return called


class Ceremony:
    """Three members and a gatherer, who pass files to each other."""

    def __init__(self, run: Run, root: Path) -> None:
        self.run = run
        self.middle = root / "gatherer"
        self.members = [root / name for name in ("ana", "ben", "cho")]
        self.middle.mkdir()

    def join(self, *more: object, who: int = -1) -> None:
        for folder in self.members[who:] if who >= 0 else self.members:
            assert self.run("join", folder, *more) == DONE

    def gather(self, *more: object, threshold: int = 2) -> int:
        return self.run("gather", self.middle, "--members", 3, "--threshold", threshold, *more)

    def send(self, ending: str) -> None:
        for folder in self.members:
            shutil.copy(next(folder.glob(f"*.{ending}")), self.middle)

    def give(self, name: str) -> None:
        for folder in self.members:
            shutil.copy(self.middle / name, folder)

    def give_inputs(self) -> None:
        for folder in self.members:
            shutil.copy(self.middle / (next(folder.glob("*.cert")).stem + ".vinput"), folder)

    def deal(self) -> None:
        """Up to the members' polynomials."""
        self.join()
        self.send("cert")
        assert self.gather() == DONE
        self.give("certs.jsons")
        self.join("--threshold", 2)
        self.send("polynomial")

    def finish(self) -> None:
        assert self.gather() == DONE
        self.give_inputs()
        self.join()
        self.send("voutput")
        assert self.gather() == DONE
        self.give("trustees.json")


@pytest.fixture
def ceremony(run: Run, tmp_path: Path) -> Ceremony:
    return Ceremony(run, tmp_path)


def test_three_members_make_a_key_of_which_two_are_enough(ceremony: Ceremony, capsys) -> None:  # type: ignore[no-untyped-def]
    ceremony.deal()
    ceremony.finish()
    capsys.readouterr()
    ceremony.join()
    assert "you are trustee 1 of 3" in (said := capsys.readouterr().out) or "you are trustee 2 of 3" in said
    assert said.count("The count needs any 2 of trustees 1 to 3.") == 3
    items = read_trustees((ceremony.middle / "trustees.json").read_bytes())
    assert isinstance(items[0], ThresholdGroup)
    assert (items[0].threshold, len(numbered(items))) == (2, 3)


def test_each_step_tells_what_to_send_and_what_to_wait_for_and_changes_nothing_when_repeated(
    ceremony: Ceremony,
    capsys,  # type: ignore[no-untyped-def]
) -> None:
    ceremony.deal()
    ceremony.finish()
    folder = ceremony.members[0]
    later = sorted(folder.iterdir(), key=lambda path: path.stat().st_mtime_ns)
    contents = {path: path.read_bytes() for path in later}
    steps = {"trustees.json": "Step 3 of 4", ".vinput": "Step 2 of 4", "certs.jsons": "Step 1 of 4"}
    for missing, said in steps.items():
        next(folder.glob(f"*{missing}")).unlink()
        if missing == ".vinput":
            for ending in ("voutput", "dkey"):
                next(folder.glob(f"*.{ending}")).unlink()
        capsys.readouterr()
        assert ceremony.run("join", folder) == DONE
        out = capsys.readouterr().out
        assert f"{said} is done" in out
        assert "Wait for: " in out
        assert "Send to whoever gathers" in out
    for path in folder.iterdir():
        assert path.read_bytes() == contents[path]


def test_secrets_are_for_their_owner_alone_and_under_a_passphrase(ceremony: Ceremony) -> None:
    ceremony.deal()
    ceremony.finish()
    for folder in ceremony.members:
        modes = {path.name.partition(".")[2]: path.stat().st_mode & 0o777 for path in folder.iterdir()}
        assert modes["key.json"] == modes["dkey"] == 0o600
        seed = open_key_file(next(folder.glob("*.key.json")).read_text(), PASSPHRASE)
        assert not [path for path in folder.iterdir() if str(seed) in path.read_text()]


def test_members_compare_the_fingerprint_before_they_say_how_many_are_enough(ceremony: Ceremony, capsys) -> None:  # type: ignore[no-untyped-def]
    ceremony.join()
    ceremony.send("cert")
    ceremony.gather()
    told = capsys.readouterr().out
    ceremony.give("certs.jsons")
    ceremony.join()
    out = capsys.readouterr().out
    fingerprint = told.split("Its fingerprint is ")[1].split(":")[0]
    assert out.count(f"Its fingerprint is {fingerprint}") == 3
    assert fingerprint == b64_hash((ceremony.middle / "certs.jsons").read_bytes())
    assert not list(ceremony.members[0].glob("*.polynomial"))


def test_the_gatherer_tells_who_is_awaited(ceremony: Ceremony, capsys) -> None:  # type: ignore[no-untyped-def]
    assert ceremony.gather() == DONE
    assert "0 of 3 certificates" in capsys.readouterr().out
    ceremony.deal()
    late = next(ceremony.middle.glob("*.polynomial"))
    late.unlink()
    assert ceremony.gather() == DONE
    assert f"Wait for: {late.name}\n" in capsys.readouterr().out


def test_mandatory_trustees_join_the_group_s_record(ceremony: Ceremony, run: Run, tmp_path: Path, capsys) -> None:  # type: ignore[no-untyped-def]
    ceremony.deal()
    assert ceremony.gather("--mandatory", 1) == DONE
    ceremony.give_inputs()
    ceremony.join()
    ceremony.send("voutput")
    assert ceremony.gather("--mandatory", 1) == DONE
    assert "Wait for 1 of the mandatory trustees" in capsys.readouterr().out
    assert run("single", tmp_path / "dov") == DONE
    shutil.copy(next((tmp_path / "dov").glob("*.pubkey")), ceremony.middle)
    assert ceremony.gather("--mandatory", 1) == DONE
    items = read_trustees((ceremony.middle / "trustees.json").read_bytes())
    secret = open_key_file(next((tmp_path / "dov").glob("*.privkey.json")).read_text(), PASSPHRASE)
    assert next((tmp_path / "dov").glob("*.privkey.json")).stat().st_mode & 0o777 == 0o600
    assert not isinstance(secret, str)
    assert len(numbered(items)) == 4
    ceremony.give("trustees.json")
    ceremony.join()
    out = capsys.readouterr().out
    assert "you are trustee 4 of 4" in out
    assert "The count needs trustee 1 and any 2 of trustees 2 to 4." in out


def test_a_wrong_polynomial_is_refused_by_the_gatherer_who_names_its_sender(ceremony: Ceremony, capsys) -> None:  # type: ignore[no-untyped-def]
    ceremony.deal()
    names = [path.stem for path in sorted(ceremony.middle.glob("*.cert"))]
    first, second = (ceremony.middle / f"{name}.polynomial" for name in names[:2])
    shutil.copy(first, second)
    assert ceremony.gather() == REFUSED
    said = capsys.readouterr().err
    assert "trustee 2: the signature under the coefficients" in said
    assert f"begin with {names[1][:8]}" in said
    assert not list(ceremony.middle.glob("*.vinput"))


def test_another_threshold_than_agreed_is_refused(ceremony: Ceremony, capsys) -> None:  # type: ignore[no-untyped-def]
    ceremony.deal()
    assert ceremony.gather(threshold=3) == REFUSED
    assert "there are 2 coefficients, but the threshold is 3" in capsys.readouterr().err
    assert ceremony.gather(threshold=4) == REFUSED


def test_a_member_finds_that_the_gatherer_exchanged_another_s_secret(ceremony: Ceremony, capsys) -> None:  # type: ignore[no-untyped-def]
    ceremony.deal()
    ceremony.gather()
    ceremony.give_inputs()
    folder = ceremony.members[0]
    path = next(folder.glob("*.vinput"))
    value = json.loads(path.read_text())
    value["secrets"].reverse()
    path.write_text(json.dumps(value))
    capsys.readouterr()
    assert ceremony.run("join", folder) == REFUSED
    said = capsys.readouterr().err
    assert "Refused: trustee 1: the signature under a sealed message does not hold" in said
    assert f"begin with {min(path.stem for path in ceremony.middle.glob('*.cert'))[:8]}" in said
    assert not list(folder.glob("*.voutput"))


def test_a_member_whose_own_polynomial_came_back_changed_makes_nothing(ceremony: Ceremony, capsys) -> None:  # type: ignore[no-untyped-def]
    ceremony.deal()
    ceremony.gather()
    ceremony.give_inputs()
    first, second = ceremony.members[:2]
    mine, theirs = next(first.glob("*.vinput")), json.loads(next(second.glob("*.vinput")).read_text())
    mine.write_text(json.dumps(json.loads(mine.read_text()) | {"polynomial": theirs["polynomial"]}))
    assert ceremony.run("join", first) == REFUSED
    assert "not the one that you sent" in capsys.readouterr().err


def test_a_record_of_another_group_is_not_taken_for_the_own_one(
    ceremony: Ceremony, run: Run, tmp_path: Path, capsys
) -> None:  # type: ignore[no-untyped-def]
    ceremony.deal()
    ceremony.finish()
    (tmp_path / "other").mkdir()
    other = Ceremony(run, tmp_path / "other")
    other.deal()
    other.finish()
    folder = ceremony.members[0]
    shutil.copy(other.middle / "trustees.json", folder)
    capsys.readouterr()
    assert run("join", folder) == REFUSED
    assert "is not the one of certs.jsons" in capsys.readouterr().err


def test_a_member_who_was_shown_other_coefficients_than_the_record_has_says_so(ceremony: Ceremony, capsys) -> None:  # type: ignore[no-untyped-def]
    ceremony.deal()
    ceremony.finish()
    folder = ceremony.members[0]
    path = next(folder.glob("*.vinput"))
    value = json.loads(path.read_text())
    value["coefexps"][0]["signature"]["challenge"] = "1"
    path.write_text(json.dumps(value))
    assert ceremony.run("join", folder) == REFUSED
    assert "are not those that were sent to you" in capsys.readouterr().err


def test_a_machine_that_stops_between_key_and_certificate_loses_nothing(ceremony: Ceremony) -> None:
    folder = ceremony.members[0]
    ceremony.run("join", folder)
    cert = next(folder.glob("*.cert"))
    message = json.loads(cert.read_text())["message"]
    cert.unlink()
    assert ceremony.run("join", folder) == DONE
    assert json.loads(cert.read_text())["message"] == message
    assert len(list(folder.iterdir())) == 2


def test_a_machine_that_stops_before_the_answer_is_written_makes_it_again(ceremony: Ceremony) -> None:
    ceremony.deal()
    assert ceremony.gather() == DONE
    ceremony.give_inputs()
    folder = ceremony.members[0]
    ceremony.run("join", folder)
    answer = next(folder.glob("*.voutput"))
    answer.unlink()
    assert ceremony.run("join", folder) == DONE
    kept = next(folder.glob("*.dkey")).read_text().rstrip("\n")
    assert json.loads(answer.read_text())["private_key"] == kept


def test_more_files_than_were_agreed_stop_the_gatherer(ceremony: Ceremony, run: Run, tmp_path: Path, capsys) -> None:  # type: ignore[no-untyped-def]
    ceremony.join()
    ceremony.send("cert")
    run("join", tmp_path / "eve")
    extra = next((tmp_path / "eve").glob("*.cert"))
    shutil.copy(extra, ceremony.middle)
    assert ceremony.gather() == REFUSED
    assert "4 certificates for 3 members" in capsys.readouterr().err
    (ceremony.middle / extra.name).unlink()
    ceremony.deal()
    ceremony.finish()
    (ceremony.middle / "trustees.json").unlink()
    run("single", tmp_path / "eve")
    shutil.copy(next((tmp_path / "eve").glob("*.pubkey")), ceremony.middle)
    assert ceremony.gather() == REFUSED
    assert "1 .pubkey files for 0 mandatory trustees" in capsys.readouterr().err
    assert not (ceremony.middle / "trustees.json").exists()


@pytest.mark.parametrize("threshold", [0, 4])
def test_a_threshold_that_no_group_can_have_is_refused_at_once(ceremony: Ceremony, threshold: int, capsys) -> None:  # type: ignore[no-untyped-def]
    assert ceremony.gather(threshold=threshold) == REFUSED
    assert "not a number from 1 to 3" in capsys.readouterr().err


def test_a_file_that_is_there_is_never_written_over(tmp_path: Path) -> None:
    write_new(tmp_path / "x.key.json", "mine", secret=True)
    with pytest.raises(Malformed, match="is there already"):
        write_new(tmp_path / "x.key.json", "another", secret=True)
    assert [path.read_text() for path in tmp_path.iterdir()] == ["mine"]


@pytest.mark.parametrize(("passphrase", "said"), [("short", "fewer than 12"), ("", "fewer than 12")])
def test_a_short_passphrase_is_refused_and_no_key_is_left(
    run: Run, tmp_path: Path, passphrase: str, said: str, capsys
) -> None:  # type: ignore[no-untyped-def]
    assert run("join", tmp_path / "ana", passphrase=passphrase) == REFUSED
    assert said in capsys.readouterr().err
    assert not list(tmp_path.glob("ana/*"))


def test_nothing_is_made_with_a_key_that_the_disk_does_not_give_back(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def another(path: Path, text: str, *, secret: bool) -> None:
        write_new(path, write_key_file(12345, PASSPHRASE), secret=secret)

    monkeypatch.setattr("referendum.trustees.passphrases.write_new", another)
    assert run("join", tmp_path / "ana") == REFUSED
    assert "cannot be read back" in capsys.readouterr().err
    assert not list(tmp_path.glob("ana/*.cert"))


def test_a_wrong_passphrase_stops_the_step(ceremony: Ceremony, capsys) -> None:  # type: ignore[no-untyped-def]
    ceremony.join()
    ceremony.send("cert")
    ceremony.gather()
    ceremony.give("certs.jsons")
    assert ceremony.run("join", ceremony.members[0], "--threshold", 2, passphrase="another passphrase") == REFUSED
    assert "the passphrase does not open this file" in capsys.readouterr().err


def test_a_key_file_of_another_kind_and_two_key_files_are_called_so(
    ceremony: Ceremony, run: Run, tmp_path: Path, capsys
) -> None:  # type: ignore[no-untyped-def]
    run("single", tmp_path / "dov")
    folder = ceremony.members[0]
    folder.mkdir()
    single = next((tmp_path / "dov").glob("*.privkey.json"))
    shutil.copy(single, folder / "x.key.json")
    assert run("join", folder) == REFUSED
    assert "not a group member’s seed" in capsys.readouterr().err
    shutil.copy(single, folder / "y.key.json")
    assert run("join", folder) == REFUSED
    assert "holds 2 files that end in .key.json" in capsys.readouterr().err
