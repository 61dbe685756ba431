"""The ballot box as anyone can follow it while it fills."""

from datetime import datetime
from pathlib import Path

import pytest
from flask import Flask

from forum.kernel.database import transaction
from referendum.archive.verify import verify
from referendum.casting.box_operations import write_batch
from referendum.process.models import Vote
from tests.build_referendum import Referendum, make_closed, make_open, vote_for
from tests.people import Cast


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


def test_before_voting_has_opened_there_is_no_box(app: Flask, cast: Cast, now: datetime) -> None:
    with app.app_context(), app.test_request_context(), transaction(write=True):
        address = f"/record/votes/{make_closed(cast, now=now).vote.public_id}/box-V.bel"
    assert app.test_client().get(address).status_code == 404
