"""Hostile strings as cells of a roll, and typed to sign in: kept as words or refused; never run, no fault."""

import csv
import io
import os
from datetime import date
from html import escape
from pathlib import Path

import pytest
from flask import Flask

from forum.roll.cells import Entry, hidden_sign, read_entry
from forum.roll.looking import Look
from forum.roll.roll_file import RollFile, cleaned, decode
from tests.build_roll import make_teller
from tests.forum.roll.files import HEADINGS
from tests.people import Cast

CELLS = {
    "number": "1",
    "name": "Ann",
    "local": "88",
    "council": "C",
    "country": "US",
    "standing": "good",
    "since": "2019-05-01",
}


def strings(name: str) -> list[str]:
    text = (Path(os.environ["HUSTINGS_DATA"]) / "attacks" / name).read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line.strip() and not line.startswith("#")]


def sheet(names: list[str]) -> bytes:
    written = io.StringIO()
    writer = csv.writer(written)
    writer.writerow(HEADINGS.split(","))
    for number, name in enumerate(names):
        writer.writerow([f"H{number}", name, "", "88", "Council", "US", "good", "2019-05-01", ""])
    return written.getvalue().encode()


@pytest.mark.needs("data")
@pytest.mark.parametrize("name", ["xss_vectors.txt", "naughty_strings.txt"])
def test_a_hostile_name_is_kept_as_it_is_or_named_as_bad(name: str) -> None:
    names = strings(name)
    looking = Look(RollFile(decode(sheet(names))[0]), date(2026, 11, 10))
    kept = {entry.number: entry.name for chunk in looking.chunks() for entry in chunk}
    assert all(kept[number] == cleaned(names[int(number[1:])]) for number in kept)
    assert not [each for each in kept.values() if hidden_sign(each)]
    assert len(kept) + len({problem.line for problem in looking.problems}) >= len(names) or looking.problem_count > 500
    assert len(kept) > len(names) / 4


@pytest.mark.needs("data")
def test_no_string_in_any_cell_makes_the_reader_fail() -> None:
    for each in strings("naughty_strings.txt"):
        for column in HEADINGS.split(","):
            read = read_entry(2, {**CELLS, column: cleaned(each)}, order="", today=date(2026, 11, 10))
            assert isinstance(read, Entry) or read


@pytest.mark.needs("data")
def test_hostile_names_are_shown_as_words(app: Flask, cast: Cast) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    client = make_teller(app, cast)
    good = [each for each in strings("xss_vectors.txt") if len(each) < 150 and not hidden_sign(cleaned(each))][:60]
    page = client.post("/roll/import", data={"file": (io.BytesIO(sheet(good)), "roll.csv")}).location
    client.post(f"{page}/apply", data={})
    for url in (page, "/roll?q=" + "%3C", "/roll"):
        shown = client.get(url).text
        assert not [each for each in good if "<" in each and each in shown and escape(each) != each]


@pytest.mark.needs("data")
def test_whatever_is_typed_to_sign_in_is_answered(app: Flask, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    monkeypatch.setattr("forum.kernel.limits.hit", lambda *_: None)
    monkeypatch.setattr("forum.signin.pace.refuse_hurry", lambda *_: None)
    client = app.test_client()
    for each in strings("naughty_strings.txt"):
        assert client.post("/sign-in/code/new", data={"who": each}).status_code in (302, 422), each
        assert client.post("/sign-in/code", data={"code": each}).status_code in (302, 422), each
        assert client.post("/activate", data={"number": each, "how": each}).status_code == 422, each
