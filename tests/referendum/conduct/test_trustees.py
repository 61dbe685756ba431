"""The tellers go on without a trustee for whom the others wait."""

from datetime import datetime

import pytest

from forum.bodies.models import BodyAct
from forum.kernel.database import db
from forum.kernel.errors import Invalid, Refused
from forum.questions.queries import appointments
from forum.roll.models import Member
from referendum.conduct import trustee_operations
from referendum.conduct.forms import NewDropping
from referendum.crypto.trustee import new_private_key, public_key_of
from referendum.trustees.operations import upload_trustee_key
from tests.build_questions import sign_all
from tests.build_referendum import Referendum, make_closed, prepare
from tests.people import Cast, actor

pytestmark = pytest.mark.usefixtures("ground")


def public_id(member: int) -> str:
    return db.session.get_one(Member, member).public_id


def drop(made: Referendum, member: int) -> BodyAct:
    new = NewDropping(public_id(member), "Nobody has reached them for a week.")
    act = trustee_operations.propose_dropping(made.teller(), made.vote, new, made.at)
    sign_all(made.cast.tellers, act, now=made.at)
    return act


def test_a_trustee_who_does_nothing_is_gone_on_without_and_one_is_always_left(cast: Cast, now: datetime) -> None:
    made = make_closed(cast, now=now)
    key = public_key_of(new_private_key()).as_json()
    upload_trustee_key(made.trustee(0), made.vote, key, made.at)
    assert [each.id for each in trustee_operations.awaited_trustees(made.vote)] == [cast.trustees[1]]
    with pytest.raises(Invalid):
        drop(made, cast.trustees[0])
    with pytest.raises(Refused, match="Only the tellers"):
        trustee_operations.propose_dropping(
            actor(cast.officer), made.vote, NewDropping(public_id(cast.trustees[1]), "No."), made.at
        )
    act = drop(made, cast.trustees[1])
    assert act.took_effect_at is not None
    assert appointments(made.question.id, "trustee") == [cast.trustees[0]]
    with pytest.raises(Refused, match="The others can go on only"):
        drop(made, cast.trustees[0])


def test_who_has_done_every_step_is_sent_away_by_nobody(cast: Cast, now: datetime) -> None:
    made = prepare(make_closed(cast, now=now))
    assert trustee_operations.awaited_trustees(made.vote) == []
    with pytest.raises(Refused, match="The others can go on only"):
        drop(made, cast.trustees[1])
