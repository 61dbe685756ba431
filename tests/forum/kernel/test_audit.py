"""The audit chain: what is written, what is shown, and that every alteration is found."""

import json
from datetime import datetime
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask import Flask

from forum.kernel import audit
from forum.kernel.cli import check_audit


class Act(audit.Act):
    OPEN_HALL = "open_hall"


def written(now: datetime) -> list[str]:
    for number in range(4):
        audit.record(None, Act.OPEN_HALL, f"hall:{number}", now=now, office="host", reason=f"because {number}")
    return list(audit.export(with_bodies=True))


def test_an_export_holds(ground: Flask, now: datetime) -> None:
    lines = written(now)
    assert len(lines) == 4
    assert audit.check(lines) == []
    assert json.loads(lines[-1])["hash"] == audit.head_hash()


def test_what_visitors_get_holds_and_says_nothing_but_act_office_and_time(ground: Flask, now: datetime) -> None:
    written(now)
    lines = list(audit.export(with_bodies=False))
    assert audit.check(lines) == []
    assert "because" not in "".join(lines)
    assert "hall:" not in "".join(lines)


@pytest.mark.parametrize("field", ["act", "office", "at", "body", "body_hash", "parent", "hash"])
def test_an_altered_line_is_found(ground: Flask, now: datetime, field: str) -> None:
    lines = written(now)
    entry = json.loads(lines[1])
    entry[field] = entry[field][:-1] + ("0" if entry[field][-1] != "0" else "1")
    assert audit.check([lines[0], audit.canonical(entry), *lines[2:]])


@pytest.mark.parametrize("bodies", [True, False])
def test_a_flip_of_any_single_byte_is_found(ground: Flask, now: datetime, bodies: bool) -> None:
    """T6, for the log: also in a name, between two fields, or in a body that is then no longer called one."""
    written(now)
    lines = list(audit.export(with_bodies=bodies))
    raw = lines[1].encode()
    unnoticed = []
    for place in range(len(raw)):
        flipped = raw[:place] + bytes([raw[place] ^ 1]) + raw[place + 1 :]
        if not audit.check([lines[0], flipped.decode(), *lines[2:]]):
            unnoticed.append(place)
    assert unnoticed == []


def test_what_no_hash_covers_cannot_be_put_into_the_log(ground: Flask, now: datetime) -> None:
    first, *others = written(now)
    for more in ('"note":"and the tellers agreed"', '"act":"close_hall"'):
        assert audit.check([f"{{{more},{first[1:]}", *others])[0] == "line 1 is not an audit entry"


def test_a_missing_or_moved_line_is_found(ground: Flask, now: datetime) -> None:
    lines = written(now)
    assert audit.check([lines[0], *lines[2:]])
    assert audit.check([lines[0], lines[2], lines[1], lines[3]])
    assert audit.check(["not json"])


@pytest.mark.parametrize("line", [b"", b"7", b"[" * 100_000, b"\xff\xfe", b'{"height": "\\ud800"}', "hostile"])
def test_what_is_no_entry_is_said_to_be_none(line: bytes | str, ground: Flask, now: datetime, tmp_path: Path) -> None:
    if line == "hostile":  # half of a character: it can be written in JSON, and in nothing else
        line = json.dumps({**json.loads(written(now)[0]), "act": "\ud800"}).encode()
    file = tmp_path / "audit.jsonl"
    file.write_bytes(line + b"\n")
    answer = CliRunner().invoke(check_audit, [str(file)])
    assert answer.exit_code == 1
    assert "line 1 is not an audit entry" in answer.output
