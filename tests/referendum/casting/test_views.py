"""The booth and the ballot slot over HTTP: no cookie is looked at, nothing about the voter is logged."""

import json
from datetime import timedelta

import pytest
from flask import Flask
from markupsafe import escape

from forum.kernel import clock
from forum.kernel.database import db, transaction
from forum.questions.models import Question
from forum.signin.models import Device
from referendum.casting.models import Arrival, SetAside
from referendum.process.models import Vote
from tests.build_questions import make_question
from tests.build_votes import Ballots, make_vote
from tests.people import Cast, sign_in


@pytest.fixture
def ballots(app: Flask, cast: Cast) -> Ballots:
    with app.app_context(), transaction(write=True):
        made = make_vote(cast, now=clock.now())
        db.session.flush()
        db.session.expunge_all()
        return made


def sent(ballots: Ballots, voter: int = 0, choice: int = 0) -> dict[str, str]:
    pair = ballots.pair(voter, choice)
    return {"v": pair.v.decode(), "c": pair.c.decode()}


def test_a_ballot_needs_no_sign_in_and_no_token(app: Flask, ballots: Ballots) -> None:
    answer = app.test_client().post(f"/booth/{ballots.vote.public_id}/cast", json=sent(ballots))
    assert answer.status_code == 200
    assert answer.json is not None
    assert answer.json["state"] == "recorded"
    page = app.test_client().get("/tracker", query_string={"tracker": answer.json["trackers"]["v"]})
    assert b"recorded and checked" in page.data


def test_a_tracker_of_a_set_aside_vote_says_what_the_code_is_good_for(app: Flask, ballots: Ballots) -> None:
    with app.app_context(), transaction(write=True) as session:
        session.add(SetAside(id="aside", vote_id=ballots.vote.id, archive="V", tracker="a" * 43, reason="proof"))
    address = f"/tracker?tracker={'a' * 43}"
    assert "can be used again" in app.test_client().get(address).get_data(as_text=True)
    with app.app_context(), transaction(write=True) as session:
        session.execute(db.update(Vote).values(state="counting"))
    after = app.test_client().get(address).get_data(as_text=True)
    assert "can no longer be used" in after
    assert "can be used again" not in after


def test_casting_while_signed_in_leaves_the_device_untouched(
    app: Flask, cast: Cast, ballots: Ballots
) -> None:
    client = sign_in(app, cast.member)
    with app.app_context(), transaction(write=True) as session:
        session.execute(db.update(Device).values(seen_at=clock.now() - timedelta(hours=2)))
    answer = client.post(f"/booth/{ballots.vote.public_id}/cast", json=sent(ballots))
    assert answer.status_code == 200
    with app.app_context(), transaction(write=False) as session:
        device = session.scalars(db.select(Device)).one()
        assert device.seen_at < clock.now() - timedelta(hours=1)


def test_a_tracker_of_another_shape_is_no_missing_ballot(app: Flask, ballots: Ballots) -> None:
    page = app.test_client().get(f"/tracker?tracker={'a' * 20}+{'b' * 20}%0A").get_data(as_text=True)
    assert "this has 40. Missing: 3." in page, "a plus sign in an address is a blank"
    assert "No ballot has this tracker" not in page


def test_a_tracker_whose_first_letter_a_phone_wrote_large_is_found(app: Flask, ballots: Ballots) -> None:
    with app.app_context(), transaction(write=True) as session:
        session.add(SetAside(id="aside", vote_id=ballots.vote.id, archive="V", tracker="a" * 43, reason="proof"))
    page = app.test_client().get(f"/tracker?tracker=A{'a' * 42}").get_data(as_text=True)
    assert "set aside" in page
    assert f'value="{"a" * 43}"' in page


@pytest.mark.parametrize(
    "body", [{}, [], "x", {"v": 1}, {"v": "x" * 200_000}, {"v": "{}", "c": "{}"}, {"v": "\ud800"}]
)
def test_nonsense_is_refused_in_words_and_not_stored(app: Flask, ballots: Ballots, body: object) -> None:
    answer = app.test_client().post(f"/booth/{ballots.vote.public_id}/cast", json=body)
    assert 400 <= answer.status_code < 500
    assert answer.json is not None
    assert answer.json["state"] == "refused"
    assert answer.json["reason"]


def test_the_booth_s_page_says_nothing_about_who_asks(app: Flask, cast: Cast, ballots: Ballots) -> None:
    page = sign_in(app, cast.member).get(f"/booth/{ballots.vote.public_id}")
    assert page.status_code == 200
    assert b"Marta Quill" not in page.data
    assert page.headers["Referrer-Policy"] == "no-referrer"


def test_the_front_page_begins_with_what_is_voted_on_while_another_debate_runs(
    app: Flask, cast: Cast, ballots: Ballots
) -> None:
    with app.app_context(), transaction(write=True):
        db.session.get_one(Question, ballots.vote.question_id).title = "Is this voted on?"
        make_question(cast, state="debating", now=clock.now()).title = "Is that debated?"
    assert "<h1>Is this voted on?</h1>" in sign_in(app, cast.member).get("/").get_data(as_text=True)


def test_no_door_around_the_booth_looks_at_a_cookie(app: Flask) -> None:
    doors = {name: view for name, view in app.view_functions.items() if name.startswith("casting.")}
    assert len(doors) >= 6
    assert [name for name, view in doors.items() if not view.nobody] == []  # type: ignore[attr-defined]


def test_there_is_no_booth_for_a_vote_that_does_not_exist(app: Flask, ballots: Ballots) -> None:
    assert app.test_client().get("/booth/nothing").status_code == 404


def test_a_tracker_leads_to_the_seal_number_that_the_booth_showed(app: Flask, ballots: Ballots) -> None:
    pair = sent(ballots)
    answer = app.test_client().post(f"/booth/{ballots.vote.public_id}/cast", json=pair)
    assert answer.json is not None
    for name in ("v", "c"):
        number = json.loads(pair[name])["signature"]["hash"]
        page = app.test_client().get("/tracker", query_string={"tracker": answer.json["trackers"][name]})
        assert escape(number) in page.get_data(as_text=True)


def test_an_opened_ballot_is_refused_by_the_box_with_no_signature_and_with_another_s(
    app: Flask, ballots: Ballots
) -> None:
    pair, other = sent(ballots), sent(ballots, 1)
    opened = {name: json.loads(text) for name, text in pair.items()}
    for signature in (None, {}, json.loads(other["v"])["signature"]):
        for ballot in opened.values():
            ballot["signature"] = signature
        texts = {name: json.dumps(ballot, separators=(",", ":")) for name, ballot in opened.items()}
        answer = app.test_client().post(f"/booth/{ballots.vote.public_id}/cast", json=texts)
        assert answer.status_code == 403
    with app.app_context():
        assert not db.session.scalars(db.select(Arrival)).all()


def test_the_checking_page_may_send_nothing_anywhere_and_outlives_the_vote(app: Flask, ballots: Ballots) -> None:
    with app.app_context(), transaction(write=True) as session:
        session.execute(db.update(Vote).values(state="counting"))
    page = app.test_client().get(f"/booth/{ballots.vote.public_id}/check")
    policy = page.headers["Content-Security-Policy"]
    for directive in ("default-src", "connect-src", "form-action", "worker-src"):
        assert f"{directive} 'none'" in policy
    assert "require-trusted-types-for 'script'" in policy
    assert page.text.count("<script") == 3  # its program, and two texts
    assert page.text.count('integrity="sha256-') == 2  # and what that imports
    with app.app_context():
        vote = db.session.scalars(db.select(Vote)).one()
        assert escape(vote.uuid_v) in page.text


def test_a_vote_without_its_records_has_nothing_to_check(app: Flask, ballots: Ballots) -> None:
    with app.app_context(), transaction(write=True) as session:
        session.execute(db.update(Vote).values(election_v=""))
    assert app.test_client().get(f"/booth/{ballots.vote.public_id}/check").status_code == 404


def test_all_languages_are_told_at_once_and_only_while_the_booth_is_open(app: Flask, ballots: Ballots) -> None:
    address = f"/booth/{ballots.vote.public_id}/languages"
    told = app.test_client().get(address, headers={"Accept-Language": "fr"}).get_json()
    assert told["languages"] == ["en", "es", "fr"]
    texts = {each[0]: each[1:] for each in told["texts"]}
    assert texts["Voting booth"] == ["Cabina de votación", "Isoloir"]
    assert "{done}" in texts["Sealing on this device, {done} of {total} answers"][1]
    assert "Shall we accept the Meridian agreement?" not in texts  # what is the same in all is left out
    with app.app_context(), transaction(write=True) as session:
        session.execute(db.update(Vote).values(state="counting"))
    assert app.test_client().get(address).status_code == 404
