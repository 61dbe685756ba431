"""The signed files of the record, checked as the page tells a stranger to: with openssl."""

import json
import re
import subprocess
from datetime import datetime
from pathlib import Path

import pytest
from flask import Flask

from forum.kernel.database import transaction
from tests.build_referendum import certify, make_closed, make_counted, make_open
from tests.people import Cast

pytestmark = pytest.mark.needs("openssl")


@pytest.fixture
def record(app: Flask, cast: Cast, now: datetime) -> str:
    """The record page after a certified vote."""
    with app.app_context(), app.test_request_context(), transaction(write=True):
        certify(make_counted(make_open(make_closed(cast, now=now)), {"A": 3, "B": 8}))
    return app.test_client().get("/record").get_data(as_text=True)


def fetched(app: Flask, page: str, name: str, folder: Path) -> Path:
    """A file that the page links to under its name."""
    link = re.search(rf'href="([^"]+)">{re.escape(name)}<', page)
    assert link
    answer = app.test_client().get(link[1])
    assert answer.status_code == 200
    (folder / name).write_bytes(answer.data)
    return folder / name


def accepted(key: Path, file: Path, signature: Path) -> bool:
    command = ["openssl", "pkeyutl", "-verify", "-pubin", "-inkey", key, "-rawin", "-in", file, "-sigfile", signature]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


@pytest.mark.parametrize("name", ["head", "result"])
def test_openssl_accepts_what_is_signed_and_refuses_it_altered(
    app: Flask, record: str, tmp_path: Path, name: str
) -> None:
    key = fetched(app, record, "key.pem", tmp_path)
    file, signature = (fetched(app, record, f"{name}.{end}", tmp_path) for end in ("json", "sig"))
    assert accepted(key, file, signature)
    file.write_bytes(file.read_bytes().replace(b"1", b"2", 1))
    assert not accepted(key, file, signature)


def test_the_page_prints_the_fingerprint_of_the_key(app: Flask, record: str, tmp_path: Path) -> None:
    key = fetched(app, record, "key.pem", tmp_path)
    der = subprocess.run(
        ["openssl", "pkey", "-pubin", "-in", key, "-outform", "DER"], capture_output=True, check=True
    ).stdout
    digest = subprocess.run(["sha256sum"], input=der, capture_output=True, check=True).stdout.split()[0].decode()
    assert digest in record


def test_the_signed_result_says_who_won_and_names_the_archives(app: Flask, record: str, tmp_path: Path) -> None:
    said = json.loads(fetched(app, record, "result.json", tmp_path).read_text())
    assert (said["state"], said["outcome"]) == ("certified", "elected")
    assert [(row["letter"], row["count"]) for row in said["table"]["rows"]] == [("B", 8), ("A", 3)]
    assert said["archives"]["V"] == "ab" * 32


def test_nothing_is_signed_before_it_is_published(app: Flask, cast: Cast, now: datetime) -> None:
    with app.app_context(), app.test_request_context(), transaction(write=True):
        vote = make_open(make_closed(cast, now=now)).vote.public_id
    visitor = app.test_client()
    assert visitor.get(f"/record/votes/{vote}/result.json").status_code == 404
    assert visitor.get(f"/record/votes/{vote}/result.sig").status_code == 404
    assert visitor.get("/record/heads/999999.json").status_code == 404
    assert "result.sig" not in visitor.get("/record").get_data(as_text=True)
