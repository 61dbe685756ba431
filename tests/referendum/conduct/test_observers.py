"""Observers named by the tellers in place of one who left, so that somebody can rule on a challenge to the tellers."""

from datetime import datetime

import pytest

from forum.bodies import operations as bodies
from forum.bodies.models import BodyAct
from forum.bodies.public_queries import public_act
from forum.kernel.database import db
from forum.kernel.errors import Invalid, Refused
from forum.questions.parts_views import names_on_acts
from forum.questions.queries import appointments
from forum.roll.models import Member
from referendum.conduct import observer_operations
from referendum.conduct.forms import NewObserver
from referendum.process.challenge_operations import file_challenge, propose_ruling
from referendum.process.forms import NewChallenge, NewRuling
from tests.build_questions import sign_all
from tests.build_referendum import Referendum, make_closed, make_counted, make_open
from tests.people import Cast, actor, holding

pytestmark = pytest.mark.usefixtures("ground")

TO_TELLERS = NewChallenge("A teller opened letters.", to_tellers=True)
NAMED = NewObserver("1002", "The observer has left the union.")


def name_observer(made: Referendum, new: NewObserver = NAMED) -> BodyAct:
    act = observer_operations.propose_observer(made.teller(), made.vote, new, made.at)
    sign_all(made.cast.tellers, act, now=made.at)
    return act


def test_an_only_observer_challenges_the_tellers_after_another_one_is_named(cast: Cast, now: datetime) -> None:
    made = make_counted(make_open(make_closed(cast, now=now)), {"A": 3, "B": 8})
    with pytest.raises(Refused, match="Another member can file it"):
        file_challenge(made.observer(), made.vote, TO_TELLERS, eligible=True, now=made.at)
    file_challenge(made.observer(), made.vote, NewChallenge("No letters came."), eligible=True, now=made.at)
    name_observer(made)
    filed = file_challenge(made.observer(), made.vote, TO_TELLERS, eligible=True, now=made.at)
    other = holding(actor(cast.seconder), "observer", made.question.id)
    ruling = propose_ruling(other, filed.id, NewRuling(False, "The letters were sealed."), now=made.at)
    bodies.sign(other, ruling.id, ruling.document_hash, made.at)
    assert filed.ruling == "dismissed"


def test_who_is_named_observer_is_not_named_to_visitors_whatever_the_name_is_now(cast: Cast, now: datetime) -> None:
    made = make_open(make_closed(cast, now=now))
    act = name_observer(made)
    db.session.get_one(Member, cast.seconder).name = "Lena Newname"
    db.session.flush()
    page = public_act(act.id, names_on_acts(made.question.id))
    assert page is not None
    assert "The tellers name (a member) observer of this question." in page.text


def test_tellers_name_an_observer_in_place_of_one_who_left_and_no_more(cast: Cast, now: datetime) -> None:
    made = make_open(make_closed(cast, now=now))
    name_observer(made)
    with pytest.raises(Refused, match="in place of one who has left"):
        name_observer(made, NewObserver("1001", "One more."))
    db.session.get_one(Member, cast.observer).left_at = made.at
    db.session.flush()
    for words in ("2001", "3001", "1002", "nobody"):
        with pytest.raises(Invalid) as refusal:
            name_observer(made, NewObserver(words, "The observer has left."))
        assert [each.field for each in refusal.value.problems] == ["member"]
    name_observer(made, NewObserver("1001", "The observer has left."))
    assert appointments(made.question.id, "observer") == [cast.seconder, cast.member]
    with pytest.raises(Refused, match="Only the tellers"):
        observer_operations.propose_observer(actor(cast.officer), made.vote, NAMED, made.at)


def test_tellers_name_no_observer_while_a_challenge_to_them_waits(cast: Cast, now: datetime) -> None:
    made = make_counted(make_open(make_closed(cast, now=now)), {"A": 3, "B": 8})
    file_challenge(actor(cast.member), made.vote, TO_TELLERS, eligible=True, now=made.at)
    with pytest.raises(Refused, match="tellers name nobody"):
        name_observer(made)
    db.session.get_one(Member, cast.observer).left_at = made.at
    db.session.flush()
    name_observer(made)
    assert appointments(made.question.id, "observer") == [cast.seconder]
