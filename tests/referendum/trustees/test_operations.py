"""Trustees' keys: handed in with their proof, numbered once for the election texts."""

from datetime import datetime, timedelta

import pytest
from flask import Flask

from forum.kernel.database import db, transaction
from forum.kernel.errors import Refused
from forum.questions.models import Appointment
from referendum.crypto.election import read_election
from referendum.crypto.joint import numbered
from referendum.crypto.tally import read_encrypted_tally
from referendum.crypto.trustee import new_private_key, public_key_of
from referendum.process.models import Vote
from referendum.rehearsal.trusted import Trusted
from referendum.trustees import operations, queries
from referendum.trustees.models import TrusteeKey
from referendum.trustees.rehearsal_operations import prove_key
from tests.elsewhere import wrote_elsewhere
from tests.people import Cast, actor, holding
from tests.referendum.electorate.conftest import make_set_up_vote


def new_key() -> dict[str, object]:
    return public_key_of(new_private_key()).as_json()


@pytest.fixture
def vote(ground: Flask, cast: Cast, now: datetime) -> Vote:
    made = make_set_up_vote(cast, now)
    for member in cast.trustees:
        db.session.add(Appointment(question_id=made.question_id, member_id=member, role="trustee", named_at=now))
    db.session.flush()
    return made


def trustee(cast: Cast, vote: Vote, place: int = 0):  # type: ignore[no-untyped-def]
    return holding(actor(cast.trustees[place]), "trustee", vote.question_id)


def test_a_key_is_kept_replaced_until_the_text_is_frozen_and_then_kept_for_good(
    cast: Cast, vote: Vote, now: datetime
) -> None:
    first, second = new_key(), new_key()
    operations.upload_trustee_key(trustee(cast, vote), vote, first, now)
    operations.upload_trustee_key(trustee(cast, vote), vote, second, now)
    assert queries.keys_ready(vote) == {cast.trustees[0]}
    vote.election_v = "frozen"
    held = operations.upload_trustee_key(trustee(cast, vote), vote, second, now)
    assert held.public_key["public_key"] == second["public_key"]
    with pytest.raises(Refused, match="frozen"):
        operations.upload_trustee_key(trustee(cast, vote), vote, first, now)


def test_a_key_without_its_proof_or_from_somebody_else_is_refused(cast: Cast, vote: Vote, now: datetime) -> None:
    good, other = new_key(), new_key()
    with pytest.raises(Refused, match="Only the trustees"):
        operations.upload_trustee_key(actor(cast.member), vote, good, now)
    for bad in (None, [], "key", {}, good | {"pok": other["pok"]}, good | {"public_key": "1"}):
        with pytest.raises(Refused, match="Nothing was stored"):
            operations.upload_trustee_key(trustee(cast, vote), vote, bad, now)
    operations.upload_trustee_key(trustee(cast, vote), vote, good, now)
    with pytest.raises(Refused, match="Another trustee"):
        operations.upload_trustee_key(trustee(cast, vote, 1), vote, good, now)
    assert queries.keys_ready(vote) == {cast.trustees[0]}


def test_a_name_that_comes_with_a_key_does_not_enter_the_record(cast: Cast, vote: Vote, now: datetime) -> None:
    held = operations.upload_trustee_key(trustee(cast, vote), vote, new_key() | {"name": "Vote B! " * 1000}, now)
    assert set(held.public_key) == {"pok", "public_key"}


def test_trustees_are_numbered_by_member_once_all_have_a_key(cast: Cast, vote: Vote, now: datetime) -> None:
    trusted = Trusted()
    trusted.make_keys([trustee(cast, vote, 1)], vote, now)
    with pytest.raises(Refused, match="Not every trustee has handed in"):
        operations.freeze_keys(vote, now)
    trusted.make_keys([trustee(cast, vote, 0)], vote, now)
    with pytest.raises(Refused, match="rehearsal"):
        operations.freeze_keys(vote, now)
    trusted.make_keys([trustee(cast, vote, 1)], vote, now)
    keys = operations.freeze_keys(vote, now)
    assert [(key.owner, key.member_id) for key in keys] == [(1, cast.trustees[0]), (2, cast.trustees[1])]
    public = [int(key.public_key["public_key"]) for key in keys]
    assert [each.public for each in numbered(queries.items(vote))] == public
    vote.election_v = "frozen"
    db.session.execute(db.delete(Appointment).where(Appointment.member_id == cast.trustees[0]))
    assert [key.owner for key in queries.trustee_keys(vote)] == [1, 2]


def test_a_wrong_second_proof_shows_no_key_file_in_the_rehearsal(cast: Cast, vote: Vote, now: datetime) -> None:
    trusted = Trusted()
    for place in (1, 0):
        trusted.make_keys([trustee(cast, vote, place)], vote, now)
    made = queries.rehearsal_of(vote.id)
    assert made is not None
    election = read_election(made.election.encode())
    product = read_encrypted_tally(election, made.encrypted.encode())
    part = trusted.part(vote, cast.trustees[1], election, [product])
    assert isinstance(part.second, dict)
    for wrong in (part.second | {"response": "7"}, "none"):
        with pytest.raises(Refused, match="part of trustee 2 is refused"):
            prove_key(trustee(cast, vote, 1), vote, part.owner, part.raw, now, wrong)
    assert queries.keys_proved(vote) == {cast.trustees[0]}
    prove_key(trustee(cast, vote, 1), vote, part.owner, part.raw, now, part.second)
    assert queries.keys_proved(vote) == set(cast.trustees)


def test_a_key_sent_twice_at_once_is_kept_once(app: Flask, cast: Cast, now: datetime) -> None:
    key = new_key()
    with app.test_request_context():
        with transaction(write=True):
            vote_id = make_set_up_vote(cast, now).id
        first = db.insert(TrusteeKey).values(vote_id=vote_id, member_id=cast.trustees[0], public_key=key, at=now)
        with wrote_elsewhere(vote_id, first), transaction(write=True) as session:
            vote = session.get_one(Vote, vote_id)
            held = operations.upload_trustee_key(trustee(cast, vote), vote, key, now + timedelta(seconds=1))
            assert held.at == now
