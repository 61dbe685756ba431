"""A vote that is set up, with three trustees who make a key together; two of them are enough."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from flask import Flask

from forum.kernel.database import db
from forum.kernel.doors import Actor
from forum.questions.models import Appointment, Option
from referendum.casting import operations as casting
from referendum.casting.box_operations import seal_box
from referendum.casting.models import Arrival
from referendum.crypto.ceremony import (
    check_certs,
    check_polynomial,
    input_of,
    make_cert,
    make_output,
    make_polynomial,
    new_seed,
)
from referendum.crypto.credentials import new_code
from referendum.crypto.joint import joint_key, trustees_bytes
from referendum.electorate.models import Electorate
from referendum.process.ballot_text import BallotFacts, vote_election
from referendum.process.models import Vote
from referendum.trustees import ceremony_operations, queries
from referendum.trustees.models import Ceremony
from referendum.trustees.operations import freeze_keys
from tests.build_votes import Ballots, issue
from tests.people import Cast, actor, holding
from tests.referendum.electorate.conftest import make_set_up_vote


@dataclass
class Group:
    """The vote and its trustees in the order of their places; each has a seed."""

    vote: Vote
    members: list[int]
    seeds: list[str]
    now: datetime

    def trustee(self, place: int) -> Actor:
        return holding(actor(self.members[place]), "trustee", self.vote.question_id)

    @property
    def ceremony(self) -> Ceremony:
        found = queries.ceremony_of(self.vote.id)
        assert found is not None
        return found

    def shares_of(self, place: int) -> str:
        certs = check_certs(queries.certificates(self.ceremony))
        return make_polynomial(self.seeds[place], certs, self.ceremony.threshold).text

    def key_of(self, place: int) -> str:
        certs, given = check_certs(queries.certificates(self.ceremony)), queries.shares(self.ceremony)
        polynomials = [
            check_polynomial(certs, self.ceremony.threshold, number, text) for number, text in enumerate(given, start=1)
        ]
        return make_output(self.seeds[place], certs, input_of(polynomials, place + 1)).text

    def join(self, *places: int) -> None:
        for place in places:
            text = make_cert(self.seeds[place]).text
            ceremony_operations.send_certificate(self.trustee(place), self.vote, text, self.now)

    def share(self, *places: int) -> None:
        for place in places:
            ceremony_operations.send_shares(self.trustee(place), self.vote, self.shares_of(place), self.now)

    def finish(self, *places: int) -> None:
        for place in places:
            ceremony_operations.send_key(self.trustee(place), self.vote, self.key_of(place), self.now)


def make_group(cast: Cast, now: datetime, more: int = 0) -> Group:
    """Three trustees, or so many more."""
    others = (cast.seconder, cast.elsewhere)[: 1 + more]
    vote = make_set_up_vote(cast, now, params={"opening": "majority"})
    members = sorted((*cast.trustees, *others))
    for member in members:
        db.session.add(Appointment(question_id=vote.question_id, member_id=member, role="trustee", named_at=now))
    for position, title in enumerate(("Accept", "Reject")):
        db.session.add(Option(question_id=vote.question_id, position=position, title=title))
    db.session.flush()
    return Group(vote, members, [new_seed() for _ in members], now)


def fill_box(vote: Vote, now: datetime) -> None:
    """Fix the ballot's text with the trustees' keys, let three members vote, seal the box."""
    freeze_keys(vote, now)
    items = queries.items(vote)
    facts = BallotFacts(
        union_name="United Test Workers", title="Accept?", lot="lot", blank=True, choose=(1, 1), weighed=True,
        options=(("A", "Accept"), ("B", "Reject")), digest=(), description={"test": True}, minimum_votes=1,
    )  # fmt: skip
    vote.trustees = trustees_bytes(items).decode()
    vote.election_v = vote_election(facts, vote.uuid_v, joint_key(items)).raw.decode()
    vote.params = {**vote.params, "min_ballots": 1}
    vote.state, vote.opened_at = "open", now - timedelta(hours=1)
    vote.opens_at, vote.closes_at = now - timedelta(hours=1), now + timedelta(hours=1)
    codes = [new_code() for _ in range(3)]
    for code in codes:
        issue(vote, code)
    db.session.add(
        Electorate(vote_id=vote.id, frozen_at=now, size=3, spare_count=0, roll_hash="0" * 64, codes="ready")
    )
    db.session.flush()
    for voter in range(3):
        casting.cast_pair(vote, Ballots(vote, codes, "", []).pair(voter, voter % 2), now=now)
    for arrival in db.session.scalars(db.select(Arrival)).all():
        casting.settle_arrival(arrival)
    seal_box(vote, now=now)
    vote.state, vote.closed_at = "counting", now


@pytest.fixture
def group(ground: Flask, cast: Cast, now: datetime) -> Group:
    return make_group(cast, now)
