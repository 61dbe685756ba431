"""A vote counted for real by the clock's jobs: real ballots, real shares, archives that the verifier accepts."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask

from forum.kernel import clock
from forum.kernel.database import db, transaction
from forum.kernel.mailings import Mailing
from referendum.archive.verify import verify
from referendum.casting.models import Arrival
from referendum.conduct import call_operations
from referendum.conduct.cli import conduct
from referendum.conduct.closing_jobs import tell_of_closing
from referendum.conduct.forms import NewCall
from referendum.conduct.jobs import tend
from referendum.count.jobs import go_on
from referendum.count.models import Tally
from referendum.count.operations import accept_partial, stored_product
from referendum.count.queries import election_of, path_of, tally_of
from referendum.crypto.tally import decrypt
from referendum.electorate.queries import electorate
from referendum.process.models import Vote
from referendum.results.models import CitedArgument, PublishedResult
from referendum.trustees.queries import key_of
from tests.build_questions import sign_all
from tests.build_referendum import TIE_BREAK, Referendum, make_closed, make_open, prepare, vote_for
from tests.people import Cast, actor, holding


def give_parts(made: Referendum, vote: Vote, archive: str, now: datetime) -> None:
    tally = tally_of(vote.id, archive)
    assert tally is not None
    for member_id in made.cast.trustees:
        key = key_of(vote.id, member_id)
        assert key is not None
        private = made.trusted.private(vote, member_id)
        part = decrypt(election_of(vote, archive), stored_product(vote, tally).ciphertexts, private)
        person = holding(actor(member_id), "trustee", vote.question_id)
        accept_partial(person, vote, archive, key.owner, part.raw, now)


def test_the_clock_closes_checks_seals_and_publishes_what_the_trustees_open(
    app: Flask, cast: Cast, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    with app.app_context(), app.test_request_context(), transaction(write=True):
        made = make_open(make_closed(cast, now=now))
        for voter, (letter, cited) in enumerate((("A", (0,)), ("B", (2, 5)), ("B", (2,)))):
            vote_for(made, voter, letter, cited)
        db.session.execute(db.update(Arrival).values(state="recorded"))  # let the job check them once more, for real
        vote_id, closes_at, question = made.vote.id, made.vote.closes_at, made.question.number
    monkeypatch.setattr(clock, "now", lambda: closes_at + timedelta(minutes=1))
    with app.app_context():
        tend(closes_at - timedelta(minutes=1))
        assert db.session.get_one(Vote, vote_id).state == "open"
        tend(closes_at)
        assert db.session.get_one(Vote, vote_id).state == "counting"
        assert db.session.get(Tally, (vote_id, "V")) is None, "what was here at the close may still be on its way"
        tend(closes_at + timedelta(minutes=1))
        assert db.session.get_one(Tally, (vote_id, "V")).ballot_count == 3
        for archive in ("V", "C"):
            with transaction(write=True):
                give_parts(made, db.session.get_one(Vote, vote_id), archive, closes_at)
            go_on(vote_id, archive)
            assert db.session.get_one(Vote, vote_id).state == "challengeable", "the vote waits for no citations"
            told = db.session.scalars(db.select(CitedArgument)).all()
            assert bool(told) == (archive == "C")
        tend(closes_at + timedelta(minutes=2))
        vote = db.session.get_one(Vote, vote_id)
        assert vote.state == "challengeable"
        rows = db.session.get_one(PublishedResult, vote_id).table["rows"]
        assert [(row["letter"], row["count"]) for row in rows] == [("B", 2), ("A", 1)]
        cited = db.session.scalars(db.select(CitedArgument).order_by(CitedArgument.id)).all()
        assert [(each.moved, each.weighed) for each in cited] == [(1, 0), (2, 0), (0, 1)]
        folder: Path = app.config["HUSTINGS"].instance
        for archive in ("V", "C"):
            assert verify(path_of(folder, vote, archive)).ok
    client = app.test_client()
    assert "67%" in client.get(f"/q/{question}/result").get_data(as_text=True)
    assert ".bel" in client.get("/record").get_data(as_text=True)


def test_the_command_does_what_is_due(app: Flask, cast: Cast, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    with app.app_context(), app.test_request_context(), transaction(write=True):
        made = make_open(make_closed(cast, now=now))
        vote_id, closes_at = made.vote.id, made.vote.closes_at
    monkeypatch.setattr(clock, "now", lambda: closes_at + timedelta(minutes=1))
    answer = app.test_cli_runner().invoke(conduct, ["due"])
    assert answer.exit_code == 0, answer.output
    with app.app_context():
        assert db.session.get_one(Vote, vote_id).state == "challengeable"
        assert db.session.get_one(Tally, (vote_id, "V")).withheld


def test_the_call_has_the_codes_made_and_no_sooner(app: Flask, cast: Cast, now: datetime) -> None:
    with app.test_request_context(), transaction(write=True):
        made = prepare(make_closed(cast, now=now))
        roll = electorate(made.vote.id)
        assert roll is not None
        act = call_operations.propose_call(actor(cast.officer), made.vote, NewCall(TIE_BREAK), made.at)
        sign_all(cast.officers, act, now=made.at)
        assert roll.codes == "none"
        vote_id = made.vote.id
    with app.app_context(), transaction(write=False):
        roll = electorate(vote_id)
        assert roll is not None
        assert roll.codes == "making", "no mail server is there to take them"


def test_the_clock_begins_the_notice_that_voting_closes(
    app: Flask, cast: Cast, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    with app.app_context(), app.test_request_context(), transaction(write=True):
        soon = make_open(make_closed(cast, now=now)).vote.closes_at - timedelta(days=3)
    monkeypatch.setattr(clock, "now", lambda: soon)
    with app.app_context():
        tell_of_closing()
        assert db.session.scalars(db.select(Mailing.kind).where(Mailing.kind == "vote_closes")).all()
