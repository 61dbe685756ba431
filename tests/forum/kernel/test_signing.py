"""What the installation signs: the head of its audit log; and that another's signature, or none, is refused."""

import json
import stat
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path

import pytest
from click.testing import CliRunner
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from flask import Flask

import wsgi
from forum.kernel import audit, signed_log, signing
from forum.kernel.cli import check_audit
from forum.kernel.database import transaction
from tests.conftest import make_settings


class Act(audit.Act):
    OPEN_HALL = "open_hall"


@pytest.fixture
def lines(ground: Flask, now: datetime) -> list[str]:
    for number in range(4):
        audit.record(None, Act.OPEN_HALL, f"hall:{number}", now=now, office="host")
    return list(signed_log.export(with_bodies=False))


def other_key(folder: Path) -> bytes:
    """The public key of an installation elsewhere."""
    with wsgi.create_app(make_settings(folder / "elsewhere")).app_context():
        return signing.public_pem()


def checked(lines: list[str], key: bytes, folder: Path) -> tuple[int, str]:
    (folder / "audit.jsonl").write_text("\n".join(lines) + "\n")
    (folder / "key.pem").write_bytes(key)
    answer = CliRunner().invoke(check_audit, [str(folder / "audit.jsonl"), "--key", str(folder / "key.pem")])
    return answer.exit_code, answer.output


def test_the_key_is_made_once_and_read_by_nobody_else(ground: Flask) -> None:
    file = ground.config["HUSTINGS"].instance / signing.NAME
    assert not file.exists()
    first = signing.fingerprint()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert signing.fingerprint() == first
    assert [each.name for each in file.parent.glob("signing*")] == [signing.NAME]


def test_several_at_once_make_one_key(app: Flask) -> None:
    def look(_: int) -> str:
        with app.app_context():
            return signing.fingerprint()

    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(look, range(16)))) == 1


def test_a_restored_folder_keeps_its_key(ground: Flask, tmp_path: Path) -> None:
    kept = (ground.config["HUSTINGS"].instance / signing.NAME, signing.fingerprint())
    restored = make_settings(tmp_path / "restored")
    restored.instance.mkdir()
    (restored.instance / signing.NAME).write_bytes(kept[0].read_bytes())
    with wsgi.create_app(restored).app_context():
        assert signing.fingerprint() == kept[1]


def test_an_export_is_accepted_with_its_key(lines: list[str], tmp_path: Path) -> None:
    code, said = checked(lines, signing.public_pem(), tmp_path)
    assert (code, said) == (0, f"The chain holds. Its head is signed with the key {signing.fingerprint()}.\n")


def test_a_copy_is_brought_up_to_date_by_what_came_after_it(app: Flask, now: datetime, tmp_path: Path) -> None:
    """Read in pages, each in a transaction of its own; a copy that lacks an entry in between is refused."""
    with app.app_context():
        entries = 7
        for number in range(entries):
            with transaction(write=True):
                audit.record(None, Act.OPEN_HALL, f"hall:{number}", now=now, office="host")
            if number == 2:
                copy = "".join(signed_log.pages(with_bodies=False, most=2)).splitlines()
        last = json.loads(copy[-2])["height"]
        more = "".join(signed_log.pages(with_bodies=False, after=last, most=2)).splitlines()
        assert len(copy) + len(more) == entries + 2
        assert checked([*copy, *more], signing.public_pem(), tmp_path)[0] == 0
        assert checked([*copy, *more[1:]], signing.public_pem(), tmp_path)[0] == 1
        assert "".join(signed_log.pages(with_bodies=False, after=entries - 1)).count("\n") == 1


def test_a_chain_written_anew_is_refused(lines: list[str], now: datetime, tmp_path: Path) -> None:
    """Whoever holds the database can make a chain that holds; not one that is signed with a key they lack."""
    elsewhere = other_key(tmp_path)
    assert signed_log.check(lines) == []
    code, said = checked(lines, elsewhere, tmp_path)
    assert code == 1
    assert "the head was not signed with this key" in said


@pytest.mark.parametrize("field", ["hash", "height", "key", "signature"])
def test_an_altered_head_is_refused(lines: list[str], tmp_path: Path, field: str) -> None:
    head = json.loads(lines[-1])
    head[field] = 2 if field == "height" else ("0" if head[field][0] != "0" else "1") + head[field][1:]
    code, said = checked([*lines[:-1], json.dumps(head)], signing.public_pem(), tmp_path)
    assert code == 1
    assert "not signed with this key" in said


def test_a_head_that_is_not_the_last_entry_s_is_refused_even_without_the_key(lines: list[str]) -> None:
    assert signed_log.check([*lines[:-2], lines[-1]]) != []
    assert signed_log.check(lines[-1:]) != []


def test_an_export_without_a_head_is_refused_where_a_key_is_given(lines: list[str], tmp_path: Path) -> None:
    assert signed_log.check(lines[:-1]) == []
    code, said = checked(lines[:-1], signing.public_pem(), tmp_path)
    assert code == 1
    assert "the last line is no signed head" in said


@pytest.mark.parametrize("kind", ["none", "another kind"])
def test_a_file_that_is_no_key_is_said_to_be_none(lines: list[str], tmp_path: Path, kind: str) -> None:
    curve = generate_private_key(SECP256R1()).public_key()
    pem = curve.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo) if kind != "none" else b"hello"
    code, said = checked(lines, pem, tmp_path)
    assert code == 1
    assert "is no public key of an installation" in said
