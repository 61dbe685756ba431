"""Codes made on the tellers' own machine: messages, letters, the list for upload, and going on after a stop."""

import json
import subprocess
import sys
from dataclasses import replace
from io import StringIO
from pathlib import Path

import pytest

from referendum.crypto.canonical import Malformed
from referendum.crypto.credentials import public_of
from referendum.crypto.keyfile import write_key_file
from referendum.crypto.trustee import new_private_key
from referendum.electorate import __main__ as program
from referendum.electorate import making
from referendum.electorate.code_list import Line, PartFile, hash_of, list_id_of
from referendum.electorate.making import make
from referendum.electorate.messages import saying_where
from referendum.electorate.workplace import clear
from tests.referendum.electorate.own_machine import SENDER, TEXT, OwnMachine, mailed_codes


@pytest.fixture
def machine(tmp_path: Path) -> OwnMachine:
    return OwnMachine(tmp_path)


def listed(folder: Path) -> tuple[list[PartFile], list[Line]]:
    parts = [PartFile(path) for path in sorted((folder / "upload").iterdir())]
    return parts, [line for part in parts for line in part.lines()]


def test_everybody_gets_one_code_and_the_list_holds_exactly_their_credentials_in_order(machine: OwnMachine) -> None:
    told: list[tuple[str, int, int]] = []
    made = make(machine.order(), lambda *step: told.append(step))
    assert told == [
        ("spare codes", 2, 4), ("spare codes", 4, 4), ("codes", 2, 7), ("codes", 4, 7), ("codes", 6, 7),
        ("codes", 7, 7), ("list for upload", 1, 1),
    ]  # fmt: skip
    out = machine.folder / "out"
    codes = mailed_codes(out)
    assert set(codes) == {each.email for each in machine.people if each.email}
    assert (made.mails, made.letters, made.spares, made.parts) == (5, 2, 4, 1)
    parts, lines = listed(out)
    assert made.list_id == parts[0].header.list_id == list_id_of([part.body_hash for part in parts])
    for kind, uuid in (("V", machine.header.uuid_v), ("C", machine.header.uuid_c)):
        mine = [line for line in lines if line.kind == kind]
        assert [line.state for line in mine].count("issued") == 7
        assert [line.state for line in mine].count("spare") == 4
        hashes = [hash_of(line.value) for line in mine]
        assert hashes == sorted(set(hashes))
        issued = {line.value for line in mine if line.state == "issued"}
        assert {public_of(code, uuid) for code in codes.values()} <= issued
    assert sum(path.read_bytes().count(b"/Type /Page\n") for path in (out / "letters").iterdir()) == 2


def test_neither_the_list_nor_what_stays_behind_holds_a_code(machine: OwnMachine) -> None:
    make(machine.order())
    out = machine.folder / "out"
    codes = set(mailed_codes(out).values())
    assert not (out / "work").exists()
    parts, lines = listed(out)
    public = json.dumps([parts[0].header.__repr__(), [line.__repr__() for line in lines]])
    kept = public + (out / "spares.jsonl").read_text()
    assert not [code for code in codes if code in kept]
    assert all(path.stat().st_mode & 0o077 == 0 for name in ("mail", "letters") for path in (out / name).iterdir())
    assert clear(out) > 0
    assert {path.name for path in out.iterdir()} == {"upload", "spares.jsonl"}


@pytest.mark.parametrize("moment", ["keep", "_move"])
@pytest.mark.parametrize("writes", [1, 3, 5])
def test_a_run_that_was_stopped_goes_on_without_a_double_code(
    machine: OwnMachine, monkeypatch: pytest.MonkeyPatch, moment: str, writes: int
) -> None:
    class Stopped(BaseException):
        pass

    calls = 0
    through = getattr(making.Workplace, moment)

    def failing(self: making.Workplace, *given: object) -> None:
        nonlocal calls
        calls += 1
        if calls == writes:
            raise Stopped
        through(self, *given)

    with monkeypatch.context() as broken:
        broken.setattr(making.Workplace, moment, failing)
        with pytest.raises(Stopped):
            make(machine.order())
    before = mailed_codes(machine.folder / "out")
    make(machine.order())
    after = mailed_codes(machine.folder / "out")
    assert before.items() <= after.items()
    assert len(set(after.values())) == 5
    _, lines = listed(machine.folder / "out")
    assert sum(line.kind == "V" for line in lines) == 7 + 4
    assert not list((machine.folder / "out").rglob("*.tmp"))


def test_other_options_do_not_go_on_in_the_same_folder(machine: OwnMachine, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as broken:
        broken.setattr(making, "write_list", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            make(machine.order())
    with pytest.raises(Malformed, match="other options"):
        make(machine.order(by="letters"))
    make(machine.order())
    with pytest.raises(Malformed, match="not empty"):
        make(machine.order())


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda roll, addresses: roll.write_text("{}\n"), "not a file of the kind"),
        (lambda roll, addresses: addresses.write_bytes(roll.read_bytes()), "not a file of the kind"),
        (lambda roll, addresses: roll.write_text("\n".join(roll.read_text().splitlines()[:-1]) + "\n"), "holds 6"),
        (lambda roll, addresses: _swap(roll), "not in the order"),
        (lambda roll, addresses: _drop_second(roll), "do not belong to this roll"),
        (lambda _, addresses: addresses.write_text(addresses.read_text().replace("pubvote", "another")), "different"),
    ],
)
def test_files_that_do_not_fit_are_refused_in_words(machine: OwnMachine, spoil, said: str) -> None:  # type: ignore[no-untyped-def]
    spoil(machine.roll, machine.addresses)
    with pytest.raises(Malformed, match=said):
        make(machine.order())
    assert not (machine.folder / "out" / "upload").exists()


def _swap(path: Path) -> None:
    first, second, third, *rest = path.read_text().splitlines()
    path.write_text("\n".join([first, third, second, *rest]) + "\n")


def _drop_second(path: Path) -> None:
    first, _, *rest = path.read_text().splitlines()
    path.write_text("\n".join([first, *rest]) + "\n")


def test_messages_say_which_other_site_keeps_the_ballots_and_else_nothing_of_it(machine: OwnMachine) -> None:
    letter = {**TEXT["letter"], "booth": "Vote there.BOX-1f"}
    words = {**TEXT, "text": "Vote.BOX-1f", "html": "<p>Vote.BOX-1f</p>", "letter": letter, "box": "To <URL-1f>."}
    tokens = {**machine.header.tokens, "box": "BOX-1f", "url": "URL-1f"}
    header = replace(machine.header, tokens=tokens, texts={"en": {"first": words}})
    for url, text, html, booth in (
        ("box.example", "Vote.\nTo <box.example>.", "<p>Vote.<br>To &lt;box.example&gt;.</p>", " To <box.example>."),
        ("", "Vote.", "<p>Vote.</p>", ""),
    ):
        said = saying_where(header, url)
        told = said.texts["en"]["first"]
        assert (told["text"], told["html"], told["letter"]["booth"]) == (text, html, f"Vote there.{booth}")
        assert set(said.tokens) == {"name", "code", "link", "local"}
    assert saying_where(machine.header, "") == machine.header
    with pytest.raises(Malformed, match="older version"):
        saying_where(machine.header, "box.example")


def test_a_sealed_list_for_one_teller_alone_is_not_made(tmp_path: Path) -> None:
    with pytest.raises(Malformed, match="at least two tellers"):
        make(OwnMachine(tmp_path, tellers=1).order())
    assert not (tmp_path / "out").exists()


def test_addresses_open_with_a_teller_s_key_only(machine: OwnMachine) -> None:
    with pytest.raises(Malformed, match="not sealed to this key"):
        make(machine.order(private=new_private_key()))
    assert b"x.example" not in machine.addresses.read_bytes()


def test_the_command_runs_without_flask_and_without_a_database(machine: OwnMachine) -> None:
    key = machine.folder / "key.json"
    key.write_text(write_key_file(machine.privates[1], "four plain words here"))
    words = ("make", str(machine.roll), str(machine.addresses), "--key", str(key), "--out", str(machine.folder / "out"))
    script = (
        "import sys, referendum.electorate.__main__ as program; code = program.main(sys.argv[1:]);"
        "assert not {'flask', 'sqlalchemy', 'huey'} & set(sys.modules); sys.exit(code)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, *words, "--from", SENDER],
        input="four plain words here\n", capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    out, (part,) = machine.folder / "out", listed(machine.folder / "out")[0]
    assert done.stdout.splitlines() == [
        f"5 messages in {out / 'mail'}, 2 letters in {out / 'letters'}.",
        f"Hand in every file of {out / 'upload'} (1) on the electorate's page, and compare there:",
        f"the list        {part.header.list_id}", f"the sealed list {part.header.sealed_hash}",
        f"Keep {out / 'spares.jsonl'}: 4 spare codes, for two tellers to open.",
    ]  # fmt: skip
    assert len(list((out / "mail").iterdir())) == 1, "of up to five hundred messages each"
    assert done.stderr.splitlines()[-1] == "list for upload: 1"


def test_a_wrong_passphrase_and_a_missing_file_have_their_own_exit_codes(
    machine: OwnMachine, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    key = machine.folder / "key.json"
    key.write_text(write_key_file(machine.privates[1], "four plain words here"))
    monkeypatch.setattr("sys.stdin", StringIO("five plain words here\n"))
    words = ["make", str(machine.roll), str(machine.addresses), "--out", str(machine.folder / "out"), "--from", SENDER]
    assert program.main([*words, "--key", str(key)]) == program.REFUSED
    assert "passphrase does not open" in capsys.readouterr().err
    assert program.main([*words, "--key", str(machine.folder / "none.json")]) == program.UNREADABLE
    assert capsys.readouterr().err.startswith("A file cannot be read or written: ")


def test_what_holds_a_code_is_cleared_by_command_and_how_much_it_was_is_said(
    machine: OwnMachine, capsys: pytest.CaptureFixture[str]
) -> None:
    out = machine.folder / "out"
    for name in ("work/state.json", "mail/1.mbox", "mail/2.mbox", "refused.mbox", "spares.jsonl"):
        (out / name).parent.mkdir(parents=True, exist_ok=True)
        (out / name).touch()
    assert program.main(["clear", str(out)]) == program.DONE
    assert capsys.readouterr().out == "4 files deleted.\n"
    assert [path.name for path in out.iterdir()] == ["spares.jsonl"]
