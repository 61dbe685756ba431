"""Two who decide about the same thing at once come one after the other: each act holds the row that it decides on."""

from collections.abc import Callable
from datetime import datetime

import pytest

from referendum.conduct import clock_operations
from referendum.crypto.trustee import new_private_key, public_key_of
from referendum.electorate import operations as electorate
from referendum.mandate import queries as mandates
from referendum.mandate.forms import NewAct, NewDisputeRuling
from referendum.mandate.operations import dispute, file_act, propose_dispute_ruling
from referendum.process.challenge_operations import file_challenge, propose_ruling
from referendum.process.forms import NewChallenge, NewRuling
from referendum.trustees.operations import upload_trustee_key
from tests.build_questions import sign_all
from tests.build_referendum import certify, make_closed, make_counted, make_open
from tests.locks import holding_rows
from tests.people import Cast, actor
from tests.trail import trail

pytestmark = pytest.mark.usefixtures("ground")


def held_by(act: Callable[[], object]) -> set[str]:
    with holding_rows() as held:
        act()
    return held


def test_a_freeze_and_every_key_hold_the_vote(cast: Cast, now: datetime) -> None:
    made = make_closed(cast, now=now)
    keys = [public_key_of(new_private_key()).as_json() for _ in range(2)]
    for act in (
        lambda: electorate.upload_teller_key(made.teller(), made.vote, keys[0], made.at),
        lambda: upload_trustee_key(made.trustee(), made.vote, keys[1], made.at),
        lambda: electorate.freeze_due(made.at),
    ):
        assert "votes" in held_by(act)


def test_a_move_holds_the_vote_a_ruling_its_challenge_and_the_observers_rule_in_their_own_name(
    cast: Cast, now: datetime
) -> None:
    made = make_open(make_closed(cast, now=now))
    assert "votes" in held_by(lambda: clock_operations.close_votes(made.vote.closes_at))
    make_counted(made, {"A": 3, "B": 8})
    new = NewChallenge("A teller opened letters.", to_tellers=True)
    challenge = file_challenge(actor(cast.member), made.vote, new, eligible=True, now=made.at)
    ruling = propose_ruling(made.observer(), challenge.id, NewRuling(False, "They were sealed."), now=made.at)
    assert "challenges" in held_by(lambda: sign_all([cast.observer], ruling, now=made.at))
    ruled = {"ruling": "dismissed", "changes_outcome": False, "reason": "They were sealed."}
    assert trail("file_challenge", "rule_challenge") == [
        ("file_challenge", "member", {"to_tellers": True}), ("rule_challenge", "observer", ruled),
    ]  # fmt: skip


def test_an_act_and_the_ruling_on_a_dispute_hold_what_they_decide_on(cast: Cast, now: datetime) -> None:
    made = certify(make_counted(make_open(make_closed(cast, now=now)), {"A": 3, "B": 8}))
    mandate = mandates.mandate_of(made.question.id)
    assert mandate is not None
    duty = mandate.duties[0].id
    filed = [file_act(actor(cast.officer), duty, NewAct("Done.", {}), now=made.at)]
    assert "mandates" in held_by(lambda: file_act(actor(cast.officer), duty, NewAct("More.", {}), now=made.at))
    objection = dispute(actor(cast.member), filed[0].id, "Nothing was done.", now=made.at)
    ruling = propose_dispute_ruling(made.teller(), objection.id, NewDisputeRuling(False, "It was."), now=made.at)
    assert "disputes" in held_by(lambda: sign_all(cast.tellers, ruling, now=made.at))
