"""What others wrote and we serve is pinned: name, version and the hash of the file we looked at."""

import hashlib
import json
import re
from pathlib import Path

import pytest

VENDOR = Path(__file__).parents[2] / "static" / "vendor"
LOCK = json.loads((VENDOR / "LOCK.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("entry", LOCK, ids=lambda entry: entry["file"])
def test_a_vendored_file_is_the_one_that_was_locked(entry: dict[str, str]) -> None:
    file = (VENDOR / entry["file"]).read_bytes()
    assert hashlib.sha256(file).hexdigest() == entry["sha256"]
    assert entry["version"].encode() in file[:400]
    assert re.fullmatch(r"sha512-[A-Za-z0-9+/]{86}==", entry["integrity"])


@pytest.mark.parametrize("entry", LOCK, ids=lambda entry: entry["file"])
def test_a_vendored_file_comes_with_its_licence(entry: dict[str, str]) -> None:
    assert entry["licence"]
    assert (VENDOR / f"LICENSE-{entry['name']}.txt").stat().st_size > 500


def test_no_vendored_script_is_left_out_of_the_lock() -> None:
    assert {each.name for each in VENDOR.glob("*.js")} == {entry["file"] for entry in LOCK}
