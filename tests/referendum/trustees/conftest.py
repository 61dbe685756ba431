"""A vote that is set up, with three trustees who make a key together; two of them are enough."""

from dataclasses import dataclass
from datetime import datetime

import pytest
from flask import Flask

from forum.kernel.database import db
from forum.kernel.doors import Actor
from forum.questions.models import Appointment
from referendum.crypto.ceremony import (
    check_certs,
    check_polynomial,
    input_of,
    make_cert,
    make_output,
    make_polynomial,
    new_seed,
)
from referendum.process.models import Vote
from referendum.trustees import ceremony_operations, queries
from referendum.trustees.models import Ceremony
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
    db.session.flush()
    return Group(vote, members, [new_seed() for _ in members], now)


@pytest.fixture
def group(ground: Flask, cast: Cast, now: datetime) -> Group:
    return make_group(cast, now)
