"""The trustee's key page over HTTP."""

import json
from io import BytesIO

import pytest
from flask import Flask

from forum.kernel import clock
from forum.kernel.database import db, transaction
from forum.questions.models import Appointment
from referendum.crypto.trustee import new_private_key, public_key_of
from referendum.electorate.queries import fingerprint
from referendum.process.queries import vote_by_public_id
from tests.people import Cast, sign_in
from tests.referendum.electorate.conftest import make_set_up_vote


def test_a_trustee_hands_in_a_key_and_sees_its_fingerprint(app: Flask, cast: Cast) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    with app.app_context(), transaction(write=True):
        vote = make_set_up_vote(cast, clock.now())
        where = f"/votes/{vote.public_id}/key"
        db.session.add(
            Appointment(
                question_id=vote.question_id, member_id=cast.trustees[0], role="trustee", named_at=clock.now()
            )
        )  # fmt: skip
    trustee = sign_in(app, cast.trustees[0])
    assert b"Your key to the count" in trustee.get(where).data
    key, other = (public_key_of(new_private_key()).as_json() for _ in range(2))
    assert trustee.post(where, json={"public_key": key}).json == {"state": "recorded"}
    assert fingerprint(key["public_key"]).encode() in trustee.get(where).data
    from_file = trustee.post(where + "/file", data={"key": (BytesIO(json.dumps(other).encode()), "x.pubkey")})
    assert from_file.status_code == 302
    assert fingerprint(str(other["public_key"])).encode() in trustee.get(where).data
    assert trustee.post(where + "/file", data={"key": (BytesIO(b"{"), "x.pubkey")}).status_code == 403
    for bad in (0, [], {}, {"public_key": {}}):
        answer = trustee.post(where, json=bad)
        assert answer.status_code == 403
        assert answer.json is not None
        assert answer.json["state"] == "refused"
    assert sign_in(app, cast.officer).get(where).status_code == 403
    stale = sign_in(app, cast.trustees[0], fresh=False)
    assert stale.get(where).status_code == 302
    assert stale.post(where, json={"public_key": key}).status_code == 403


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ("set_up", "The ballot was made with it"),
        ("open", "Keep the file and the passphrase"),
        ("counting", "Open your part"),
        ("challengeable", "Open your part"),
        ("annulled", "This key is of no more use"),
    ],
)
def test_once_the_ballot_is_made_the_page_says_what_became_of_the_key(
    app: Flask, cast: Cast, state: str, words: str
) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    with app.app_context(), transaction(write=True):
        vote = make_set_up_vote(cast, clock.now())
        public_id = vote.public_id
        db.session.add_all(
            Appointment(question_id=vote.question_id, member_id=each, role="trustee", named_at=clock.now())
            for each in cast.trustees[:2]
        )
    where = f"/votes/{public_id}/key"
    key = public_key_of(new_private_key()).as_json()
    sign_in(app, cast.trustees[0]).post(where, json={"public_key": key})
    with app.app_context(), transaction(write=True):
        vote = vote_by_public_id(public_id)
        vote.election_v, vote.state = "{}", state
    told = sign_in(app, cast.trustees[0]).get(where).get_data(as_text=True)
    assert words in told
    assert fingerprint(key["public_key"]) in told
    assert "Make my key" not in told
    without = sign_in(app, cast.trustees[1]).get(where).get_data(as_text=True)
    assert "You handed in no key for this vote." in without
    assert "Make my key" not in without
