"""What a trustee with the outside tool alone is given, and what is taken of what it prints, of one part or several."""

import json
from pathlib import Path

import pytest

from referendum.archive import splitting
from referendum.archive.verify import verify
from referendum.crypto.hashing import hex_hash
from referendum.trustees.__main__ import DONE, REFUSED, UNREADABLE, main
from tests.referendum.trustees.test_member_opening import ELECTION, MADE, PARTS, opened


@pytest.fixture(autouse=True)
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(splitting, "LARGEST_PART", 2)


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    """The saved records, the last part first, and a member's certificate in the folder of the tool."""
    (tmp_path / "tool").mkdir()
    (tmp_path / "tool" / f"{MADE.certs[1].file_id}.cert").write_text(MADE.certs[1].text)
    paths = [tmp_path / "second.json", tmp_path / "first.json"]
    for path, part in zip(paths, PARTS[::-1], strict=True):
        path.write_bytes(part.raw)
    return paths


def run(*arguments: object) -> int:
    return main([str(each) for each in arguments])


def test_each_part_of_a_record_becomes_an_archive_of_its_own(files: list[Path], tmp_path: Path, capsys) -> None:  # type: ignore[no-untyped-def]
    assert run("export", *files, tmp_path / "tool") == DONE
    commands = capsys.readouterr().out.splitlines()[1:]
    keys = f"--key {MADE.certs[1].file_id}.key --decryption-key {MADE.certs[1].file_id}.dkey"
    assert sorted(commands) == [
        f"belenios-tool election decrypt-threshold {keys} --trustee-id 3 --dir part-{place} > 3.part-{place}"
        for place in (1, 2)
    ]
    for place in (1, 2):
        path = tmp_path / "tool" / f"part-{place}" / f"{ELECTION.uuid}.bel"
        assert verify(path, unfinished=True).problems == []
        assert PARTS[place - 1].tally.encrypted_bytes in path.read_bytes()


def test_an_archive_that_is_there_is_not_written_over(files: list[Path], tmp_path: Path, capsys) -> None:  # type: ignore[no-untyped-def]
    assert run("export", files[0], tmp_path / "tool") == DONE
    path = tmp_path / "tool" / f"{ELECTION.uuid}.bel"
    before = path.read_bytes()
    assert run("export", files[1], tmp_path / "tool") == UNREADABLE
    assert path.read_bytes() == before


def test_whose_public_half_is_not_there_is_told_to_put_it_there(files: list[Path], tmp_path: Path, capsys) -> None:  # type: ignore[no-untyped-def]
    assert run("export", files[0], tmp_path / "empty") == DONE
    assert "put your .cert or .pubkey file there" in capsys.readouterr().out


def test_a_record_that_is_split_for_no_reason_is_not_exported(
    files: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(splitting, "LARGEST_PART", 4)
    assert run("export", *files, tmp_path / "tool") == REFUSED
    assert "another number of parts" in capsys.readouterr().err
    assert not list(tmp_path.glob("tool/part-*"))


def printed(folder: Path, name: str, text: str, owner: object) -> Path:
    """What the tool prints of one part."""
    path = folder / name
    path.write_text(f"{text}\n{json.dumps({'owner': owner, 'payload': hex_hash(text.encode())})}\n")
    return path


def test_what_the_tool_printed_of_each_part_is_put_together_and_has_no_second_proof(tmp_path: Path, capsys) -> None:  # type: ignore[no-untyped-def]
    part = opened(2, *PARTS)
    paths = [printed(tmp_path, f"3.part-{place}", text, 3) for place, text in enumerate(part.texts, start=1)]
    assert run("import", *paths, "--out", tmp_path / "both.json") == DONE
    texts = part.as_json()["partial_decryption"]
    assert json.loads((tmp_path / "both.json").read_text()) == {"owner": 3, "partial_decryption": texts}
    assert "no second proof, since belenios-tool makes none" in capsys.readouterr().err
    assert run("import", paths[0], "--out", tmp_path / "one.json") == DONE
    assert json.loads((tmp_path / "one.json").read_text()) == {"owner": 3, "partial_decryption": part.texts[0]}


def test_what_the_tool_did_not_print_is_not_taken(tmp_path: Path, capsys) -> None:  # type: ignore[no-untyped-def]
    mine, other = printed(tmp_path, "a", "{}", 3), printed(tmp_path, "b", "{}", 4)
    exchanged, single, owned = tmp_path / "c", tmp_path / "d", printed(tmp_path, "e", "{}", "3")
    exchanged.write_text(mine.read_text().replace("{}", "[]", 1))
    single.write_text("{}\n")
    for paths, words in (
        ([mine, other], "of different trustees"),
        ([exchanged], "does not name the first"),
        ([single], "two lines were expected"),
        ([owned], "does not name the first"),
    ):
        assert run("import", *paths) == REFUSED
        shown = capsys.readouterr()
        assert words in shown.err
        assert shown.out == ""


@pytest.mark.parametrize("text", ["", "abc", '"12', '"-1"', '"1', "5", '"' + "9" * 77 + '"'])
def test_what_is_no_bare_key_is_not_put_under_a_passphrase(text: str, tmp_path: Path, capsys) -> None:  # type: ignore[no-untyped-def]
    (tmp_path / "x.key").write_text(text)
    assert run("import-key", tmp_path / "x.key", tmp_path / "in") == REFUSED
    assert capsys.readouterr().err.startswith("Refused: ")
    assert not (tmp_path / "in").exists()
