"""Check it yourself: what the page offers is enough for a stranger to check a vote with the program that it offers."""

import hashlib
import json
import re
import subprocess
import sys
import zipfile
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser
from sqlalchemy import select

from forum.kernel.database import db, transaction
from referendum.archive import splitting
from referendum.archive.__main__ import main
from referendum.archive.record import verify_together
from referendum.archive.report import Report
from referendum.archive.vote_checks import place_of
from referendum.casting.box_operations import write_batch
from referendum.conduct import clock_operations
from referendum.count import jobs, operations, queries
from referendum.count.part_queries import record_parts
from referendum.crypto.credentials import public_of
from referendum.electorate.code_operations import set_state
from referendum.electorate.models import PublicCredential
from referendum.electorate.queries import digest_of
from referendum.process.models import Vote
from referendum.process.queries import vote as vote_by_id
from referendum.results import vote_file
from referendum.results.vote_file_jobs import tend_vote_files
from referendum.trustees.queries import key_of
from tests.build_referendum import Referendum, make_closed, make_open, vote_for
from tests.house.source import ROOT
from tests.journeys.axe import violations
from tests.people import Cast


@pytest.fixture
def made(app: Flask, cast: Cast, now: datetime) -> Referendum:
    """An open vote with three ballots; citations are withheld below thirty."""
    with app.app_context(), app.test_request_context(), transaction(write=True) as session:
        found = make_open(make_closed(cast, now=now, citations=30))
        for voter, letter in enumerate(("A", "B", "B")):
            vote_for(found, voter, letter)
        session.flush()
        session.expunge(found.vote)
        session.expunge(found.question)
    return found


def count(app: Flask, made: Referendum) -> None:
    """Close, and open the votes with every trustee's real part."""
    with app.app_context():
        made.at = made.vote.closes_at
        with transaction(write=True):
            clock_operations.close_votes(made.at)
            clock_operations.seal_boxes(made.at + timedelta(minutes=1))
        jobs.compute_tallies(made.vote.id)
        for place in range(len(made.cast.trustees)):
            with transaction(write=True):
                _open_part(vote_by_id(made.vote.id), made, place)
        jobs.go_on(made.vote.id, "V")


def _open_part(vote: Vote, made: Referendum, place: int) -> None:
    trustee = made.trustee(place)
    key = key_of(vote.id, trustee.member_id)
    assert key is not None
    if queries.is_needed(vote, "V", key):
        products = [operations.stored_product(vote, each).ciphertexts for each in record_parts(vote.id, "V")]
        part = made.trusted.part(vote, trustee.member_id, queries.election_of(vote, "V"), products)
        operations.accept_partial(trustee, vote, "V", part.owner, part.raw, made.at, part.second)


def take(app: Flask, made: Referendum, folder: Path) -> str:
    """Everything that the page links to, in a folder; gives the page."""
    visitor = app.test_client()
    page = visitor.get(f"/record/votes/{made.vote.public_id}/check").get_data(as_text=True)
    for address, name in re.findall(r'<li><a href="([^"]+)">([\w.-]+\.(?:bel|json|sig|pem|zip))</a>', page):
        answer = visitor.get(address)
        assert answer.status_code == 200, address
        (folder / name).write_bytes(answer.data)
    return page


def said(reports: list[Report]) -> list[str]:
    return [str(problem) for report in reports for problem in report.problems]


def test_while_voting_is_open_the_box_and_the_sizes_can_be_checked(
    app: Flask, made: Referendum, tmp_path: Path
) -> None:
    page = take(app, made, tmp_path)
    assert "verify --open *.bel" in page
    reports = verify_together(sorted(tmp_path.glob("*.bel")), unfinished=True)
    assert said(reports) == []
    assert reports[0].signer is not None
    assert reports[0].signer in page
    told = json.loads((tmp_path / "vote.json").read_bytes())
    assert told["state"] == "open"
    assert "void" not in told["archives"]["V"], "the hour of a change would tell whose code was replaced"


def test_after_the_count_the_offered_program_accepts_the_offered_files(
    app: Flask, made: Referendum, tmp_path: Path
) -> None:
    count(app, made)
    page = take(app, made, tmp_path)
    archives = sorted(tmp_path.glob("*.bel"))
    assert len(archives) == 2
    for path in [*archives, tmp_path / "verifier.zip"]:
        assert hashlib.sha256(path.read_bytes()).hexdigest() in page, path
    zipped = zipfile.ZipFile(tmp_path / "verifier.zip")
    assert {"README.txt", "referendum/archive/SPEC.md", "referendum/crypto/group.py"} <= set(zipped.namelist())
    zipped.extractall(tmp_path)
    assert "verify --open *.bel" in page, "the citations are too few to be opened"
    assert "too few ballots to be opened" in page
    command = [sys.executable, "-m", "referendum.archive", "verify", "--open", "--json", *map(str, archives)]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    told, *reports = [json.loads(line) for line in done.stdout.splitlines()]
    assert told["signer"] in page
    assert [report["unchecked"] for report in reports] == [[], []]
    assert [len(report["second_proofs"]) for report in reports if report["result"]] == [2]
    votes = next(report for report in reports if report["result"])
    election = json.loads(made.vote.election_v)
    answers = ["blank", *(answer[0] for answer in election["questions"][0]["answers"])]
    assert dict(zip(answers, votes["result"][0], strict=True)) == {"blank": 0, "A": 1, "B": 2}


def test_what_was_published_at_the_opening_still_fits_and_the_file_is_written_once(
    app: Flask, made: Referendum, tmp_path: Path
) -> None:
    folder = app.config["HUSTINGS"].instance
    first = vote_file.path_of(folder, made.vote, vote_file.OPEN).read_bytes()
    count(app, made)
    take(app, made, tmp_path)
    closed = json.loads((tmp_path / "vote.json").read_bytes())
    opened = json.loads(first)
    assert (closed["state"], closed["roll"], closed["digest"]) == ("closed", opened["roll"], opened["digest"])
    for letter, stated in opened["archives"].items():
        later = closed["archives"][letter]
        (part,) = later["parts"]
        told = {name: part[name] for name in ("sha256", "second_proofs") if name in part}
        assert [each | told for each in stated["parts"]] == later["parts"]
        assert len(later["void"]) == closed["roll"]["spares"]
        assert ("replaced" in later) is (letter == "V")
    path = vote_file.path_of(folder, made.vote, "VC")
    path.unlink()
    with app.app_context():
        tend_vote_files()
    assert path.read_bytes() == (tmp_path / "vote.json").read_bytes()


def test_after_the_count_it_is_told_which_code_was_replaced_by_which(
    app: Flask, made: Referendum, tmp_path: Path
) -> None:
    with app.app_context(), transaction(write=True):
        lost = {digest_of(public_of(made.codes[4], uuid)) for uuid in (made.vote.uuid_v, made.vote.uuid_c)}
        set_state(made.vote, lost, "revoked")
        spares = {letter: _spare(made.vote.id, letter) for letter in ("V", "C")}
        set_state(made.vote, {row.digest for row in spares.values()}, "issued")
        old, new = digest_of(public_of(made.codes[4], made.vote.uuid_v)), spares["V"].digest
        spares["V"].replaces = old
    count(app, made)
    take(app, made, tmp_path)
    reports = verify_together(sorted(tmp_path.glob("*.bel")), unfinished=True)
    assert said(reports) == []
    told = json.loads((tmp_path / "vote.json").read_bytes())["archives"]
    assert told["V"]["replaced"] == [[old, new]]
    assert old in told["V"]["void"]
    assert new not in told["V"]["void"]
    assert lost <= {*told["V"]["void"], *told["C"]["void"]}


def _spare(vote_id: int, letter: str) -> PublicCredential:
    query = select(PublicCredential).where(PublicCredential.vote_id == vote_id, PublicCredential.state == "spare")
    found = db.session.scalars(query.where(PublicCredential.archive == letter).order_by(PublicCredential.digest))
    return found.first() or pytest.fail("there is no spare")


def test_a_record_in_parts_is_checked_part_by_part_and_against_the_open_box(
    app: Flask, cast: Cast, now: datetime, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(splitting, "LARGEST_PART", 2)
    with app.app_context(), app.test_request_context(), transaction(write=True) as session:
        made = make_open(make_closed(cast, now=now, minimum=1, citations=30))
        names = [digest_of(public_of(code, made.vote.uuid_v)) for code in made.codes]
        for place in range(2):
            for voter in [each for each, name in enumerate(names) if place_of(name, 2) == place][:2]:
                vote_for(made, voter, "A")
        write_batch(made.vote, now=made.at, closing=True)
        session.flush()
        for each in (made.vote, made.question):
            session.expunge(each)
    take(app, made, tmp_path)
    (box,) = tmp_path.glob(f"{made.vote.uuid_v}*.bel")
    (tmp_path / "old").mkdir()
    box = box.rename(tmp_path / "old" / "box.bel")
    count(app, made)
    assert f"{made.vote.uuid_v}-*.bel" in take(app, made, tmp_path)
    parts = sorted(tmp_path.glob(f"{made.vote.uuid_v}-*.bel"))
    reports = verify_together(parts)
    assert said(reports) == []
    assert [(report.counted, report.unchecked) for report in reports[1:]] == [(2, []), (2, []), (4, [])]
    assert main(["verify-diff", str(box), *map(str, parts)]) == 0


@pytest.mark.needs("chromium")
def test_the_page_is_clean_and_fits_a_phone(app: Flask, made: Referendum, chromium: Browser) -> None:
    text = app.test_client().get(f"/record/votes/{made.vote.public_id}/check").get_data(as_text=True)
    files = re.findall(r'href="/static/([^"?]+\.css)', text)
    style = "".join((ROOT / "static" / file).read_text(encoding="utf-8") for file in files)
    page = chromium.new_page(viewport={"width": 320, "height": 640})
    page.set_content(text.replace("</head>", f"<style>{style}</style></head>"))
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    page.close()


def test_before_voting_has_opened_there_is_nothing_to_check(app: Flask, cast: Cast, now: datetime) -> None:
    with app.app_context(), app.test_request_context(), transaction(write=True):
        vote = make_closed(cast, now=now).vote.public_id
    for name in ("check", "vote.json", "vote.sig"):
        assert app.test_client().get(f"/record/votes/{vote}/{name}").status_code == 404
