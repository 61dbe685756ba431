"""Servers killed while members cast (T2): every acknowledged ballot is in the box once. `tests/bench/kills.py` kills
200 times; here it is ten."""

import random

import pytest
from flask import Flask

from forum.kernel import clock
from forum.kernel.database import db, transaction
from tests.build_votes import Ballots, make_vote
from tests.conftest import make_settings
from tests.killing import Crowd, kill_and_go_on, reckon, servers, sheets
from tests.people import Cast
from tests.server import free_address

KILLS, VOTERS = 10, 24


@pytest.fixture
def ballots(app: Flask, cast: Cast) -> Ballots:
    with app.app_context():
        with transaction(write=True):
            made = make_vote(cast, now=clock.now(), voters=VOTERS)
            db.session.flush()
            db.session.expunge_all()
        db.session.remove()
        db.engine.dispose()
    return made


def test_ten_kills_lose_no_acknowledged_ballot_and_double_none(app: Flask, ballots: Ballots) -> None:
    settings = make_settings(app.config["HUSTINGS"].instance, base_url=free_address(), socket_mode="gevent")
    crowd = Crowd(f"{settings.base_url}/booth/{ballots.vote.public_id}/cast", sheets(ballots, VOTERS))
    with servers(settings) as started:
        kill_and_go_on(started, crowd, KILLS, 0.25, random.Random(7))
    assert len(crowd.acknowledged) == VOTERS
    assert reckon(app, ballots, crowd) == []
