"""Whoever wants to know reads which ballots were set aside, and why; of replaced ones nothing is told."""

import re

from flask import Flask
from markupsafe import escape

from forum.kernel import clock
from forum.kernel.database import db, transaction
from referendum.casting.jobs import check_waiting
from referendum.casting.models import SetAside
from tests.build_ballots import pair_with_false_proofs
from tests.build_votes import make_vote
from tests.people import Cast


def test_a_ballot_whose_proof_fails_is_set_aside_in_public_with_its_reason(app: Flask, cast: Cast) -> None:
    with app.app_context(), transaction(write=True):
        ballots = make_vote(cast, now=clock.now())
        db.session.flush()
        db.session.expunge_all()
    address = f"/record/votes/{ballots.vote.public_id}/set-aside"
    assert "Every ballot that was checked so far has passed." in app.test_client().get(address).get_data(as_text=True)
    pair = pair_with_false_proofs(ballots, 0)
    body = {"v": pair.v.decode(), "c": pair.c.decode()}
    receipt = app.test_client().post(f"/booth/{ballots.vote.public_id}/cast", json=body).get_json()["trackers"]
    with app.app_context():
        check_waiting(ballots.vote.id)
    page = app.test_client().get(address).get_data(as_text=True)
    told = re.findall(r'<td class="hash">([^<]*)</td><td>([^<]*)</td>', page)
    assert told == [(escape(receipt["v"]), "One of its proofs does not hold.")]
    again = app.test_client().post(f"/booth/{ballots.vote.public_id}/cast", json=body)
    assert "can be used again" in again.get_json()["reason"], "the very same ballot is not taken twice"
    pair = ballots.pair(0)
    body = {"v": pair.v.decode(), "c": body["c"]}
    again = app.test_client().post(f"/booth/{ballots.vote.public_id}/cast", json=body)
    assert again.get_json()["state"] == "recorded", "the code is free, and so is what fell with the vote"


def test_those_set_aside_are_shown_page_by_page_and_those_replaced_never(app: Flask, cast: Cast) -> None:
    with app.app_context(), transaction(write=True) as session:
        vote = make_vote(cast, now=clock.now()).vote
        session.add_all(
            SetAside(id=f"{place}", vote_id=vote.id, archive="V", tracker=f"t{place:042d}", reason=reason)
            for place, reason in enumerate(["proof"] * 60 + ["replaced", "dropped"])
        )
        address = f"/record/votes/{vote.public_id}/set-aside"
    shown = []
    while address:
        page = app.test_client().get(address).get_data(as_text=True)
        shown += re.findall(r'<td class="hash">(t\d+)</td>', page)
        more = re.search(r'href="([^"]*set-aside\?after=[^"]*)"', page)
        address = more[1] if more else ""
    assert shown == [f"t{place:042d}" for place in range(60)]
