"""The ballot box as anyone can follow it while it fills."""

import fcntl
import json
import re
from datetime import datetime
from pathlib import Path

import pytest
from flask import Flask

from forum.kernel.database import transaction
from forum.questions.models import Question
from referendum.archive.__main__ import main
from referendum.archive.verify import verify
from referendum.casting.box_operations import write_batch
from referendum.crypto.ballot import make_ballot
from referendum.crypto.election import read_election
from referendum.crypto.group import seeded_draw
from referendum.process.models import Vote
from referendum.results import box_file
from referendum.results.box_file_jobs import tend_box_files, tend_full_box_files
from tests.build_referendum import Referendum, make_closed, make_open, vote_for
from tests.people import Cast
from tests.referendum.archive.test_opened import noting


@pytest.fixture
def made(app: Flask, cast: Cast, now: datetime) -> Referendum:
    with app.app_context(), app.test_request_context(), transaction(write=True) as session:
        found = make_open(make_closed(cast, now=now))
        session.flush()
        session.expunge(found.vote)
        return found


def publish(app: Flask, made: Referendum, voters: tuple[int, ...]) -> None:
    """These vote, and a batch is written."""
    with app.app_context(), app.test_request_context(), transaction(write=True) as session:
        made.vote = session.get_one(Vote, made.vote.id)
        for voter in voters:
            vote_for(made, voter, "A")
        write_batch(made.vote, now=made.at, closing=True)
        session.expunge(made.vote)


def test_a_stranger_downloads_every_published_ballot_while_the_box_fills(
    app: Flask, made: Referendum, tmp_path: Path
) -> None:
    address, stranger = f"/record/votes/{made.vote.public_id}", app.test_client()
    assert b'"type":"Ballot"' not in stranger.get(f"{address}/box-V.bel").get_data(), "there is no batch yet"
    publish(app, made, (0, 1))
    page = stranger.get(address).get_data(as_text=True)
    assert f"{address}/box-V.bel" in page
    files = [stranger.get(f"{address}/box-{archive}.bel").get_data() for archive in ("V", "C")]
    for archive in files:
        path = tmp_path / "box.bel"
        path.write_bytes(archive)
        report = verify(path, unfinished=True)
        assert report.ok
        assert archive.count(b'"type":"Ballot"') == 2
    publish(app, made, (2,))
    later = stranger.get(f"{address}/box-V.bel").get_data()
    assert later.startswith(files[0])
    assert later.count(b'"type":"Ballot"') == 3
    kept = [path.read_bytes() for path in (app.config["HUSTINGS"].instance / "boxes").iterdir()]
    assert sorted(kept) == sorted([later, files[1]]), "one of each archive, the newest"


def opened_for_a_test(election_text: str, code: str, chosen: list[list[int] | None]) -> dict[str, object]:
    """A ballot as the booth opens it. The numbers of each choice are drawn first in its question, then its proofs'."""
    election, drawn = read_election(election_text.encode()), list[int]()
    ballot = make_ballot(election, code, chosen, draw=noting(seeded_draw("opened"), drawn))
    body = {name: value for name, value in json.loads(ballot).items() if name != "signature"}
    rows, place = [], 0
    for question in election.questions:
        rows.append([str(number) for number in drawn[place : place + question.width]])
        place += 4 * question.width + 2 * (question.max - question.min) + 1  # the proofs of a question without blank
    return {
        "election": election_text, "body": json.dumps(body, separators=(",", ":"), ensure_ascii=False),
        "randomness": rows,
    }  # fmt: skip


def test_the_command_on_the_checking_page_takes_an_opened_pair_and_the_archives_as_they_are_named(
    app: Flask, made: Referendum, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    stranger, vote = app.test_client(), made.vote
    page = stranger.get(f"/booth/{vote.public_id}/check").get_data(as_text=True)
    assert f'href="/record/votes/{vote.public_id}/check"' in page
    for archive in ("V", "C"):
        box = stranger.get(f"/record/votes/{vote.public_id}/box-{archive}.bel")
        (tmp_path / box.headers["Content-Disposition"].partition("filename=")[2]).write_bytes(box.data)
    cited = read_election(vote.election_c.encode())
    pair = [
        opened_for_a_test(vote.election_v, made.codes[0], [None]),
        opened_for_a_test(vote.election_c, made.codes[0], [[0] * len(each.answers) for each in cited.questions]),
    ]
    (tmp_path / "opened-ballot.json").write_text(json.dumps({"opened_ballots": 1, "ballots": pair}))
    monkeypatch.chdir(tmp_path)
    told = re.search(r"python -m referendum.archive ([^<]+)</code>", page)
    assert told
    assert main(told[1].split()) == 0, capsys.readouterr()
    assert capsys.readouterr().out.count("as in the archive given") == 2


def test_a_large_box_is_written_by_the_job_and_until_then_the_one_of_the_batch_before_is_given(
    app: Flask, made: Referendum, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(box_file, "SMALL", 1)
    address, stranger = f"/record/votes/{made.vote.public_id}/box-V.bel", app.test_client()
    told = stranger.get(address)
    assert (told.status_code, "The file is being written" in told.text) == (403, True)
    publish(app, made, (0,))
    assert stranger.get(address).status_code == 403
    folder = app.config["HUSTINGS"].instance / "boxes"
    folder.mkdir()
    with (folder / "writing.lock").open("w") as lock, app.app_context():
        fcntl.flock(lock, fcntl.LOCK_EX)
        tend_box_files()
        assert not list(folder.glob("*.bel")), "another is at it"
        fcntl.flock(lock, fcntl.LOCK_UN)
        tend_box_files()
    first = stranger.get(address).get_data()
    assert first.count(b'"type":"Ballot"') == 1
    publish(app, made, (1,))
    assert stranger.get(address).get_data() == first
    with app.app_context():
        tend_box_files()
    assert stranger.get(address).get_data().count(b'"type":"Ballot"') == 2


@pytest.mark.parametrize("state", ["challengeable", "certified", "annulled"])
@pytest.mark.parametrize("small", [1, 100])
def test_a_large_box_whose_file_is_missing_after_the_count_gets_it_back(
    app: Flask, made: Referendum, monkeypatch: pytest.MonkeyPatch, state: str, small: int
) -> None:
    publish(app, made, (0, 1))
    monkeypatch.setattr(box_file, "SMALL", small)
    with app.app_context(), transaction(write=True) as session:
        vote = session.get_one(Vote, made.vote.id)
        vote.state, vote.certified_at = state, made.at if state == "certified" else None
        session.get_one(Question, made.vote.question_id).state = "withdrawn"
    with app.app_context():
        tend_box_files()
        folder = app.config["HUSTINGS"].instance / "boxes"
        assert not list(folder.glob("*.bel")), "that one is for boxes that fill"
        tend_full_box_files()
    written = sorted(path.read_bytes().count(b'"type":"Ballot"') for path in folder.glob("*.bel"))
    assert written == ([2, 2] if small == 1 else []), "a small one is written by whoever asks"
    given = app.test_client().get(f"/record/votes/{made.vote.public_id}/box-V.bel")
    assert given.data.count(b'"type":"Ballot"') == 2


def test_before_voting_has_opened_there_is_no_box(app: Flask, cast: Cast, now: datetime) -> None:
    with app.app_context(), app.test_request_context(), transaction(write=True):
        address = f"/record/votes/{make_closed(cast, now=now).vote.public_id}/box-V.bel"
    assert app.test_client().get(address).status_code == 404
