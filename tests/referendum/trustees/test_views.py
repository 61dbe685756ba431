"""The trustee's key page over HTTP."""

from flask import Flask

from forum.kernel import clock
from forum.kernel.database import db, transaction
from forum.questions.models import Appointment
from referendum.crypto.trustee import new_private_key, public_key_of
from referendum.trustees.views import fingerprint
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
    key = public_key_of(new_private_key()).as_json()
    assert trustee.post(where, json={"public_key": key}).json == {"state": "recorded"}
    assert fingerprint(key["public_key"]).encode() in trustee.get(where).data
    for bad in (0, [], {}, {"public_key": {}}):
        answer = trustee.post(where, json=bad)
        assert answer.status_code == 403
        assert answer.json is not None
        assert answer.json["state"] == "refused"
    assert sign_in(app, cast.officer).get(where).status_code == 403
    stale = sign_in(app, cast.trustees[0], fresh=False)
    assert stale.get(where).status_code == 302
    assert stale.post(where, json={"public_key": key}).status_code == 403
