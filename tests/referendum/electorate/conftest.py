"""A called vote with a frozen roll and three tellers' keys, and a real SMTP server on loopback that keeps its mail."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from forum.kernel.database import db, transaction
from forum.kernel.doors import Actor
from forum.questions.models import Question
from forum.questions.templates import as_tables, load_shipped
from forum.roll.models import Local, Member
from referendum.crypto.election import new_uuid
from referendum.crypto.trustee import new_private_key, public_key_of
from referendum.electorate import operations, sealed_file
from referendum.electorate.sealed_file import OpenedList
from referendum.process.models import Vote
from tests.people import Cast, actor, holding, make_member
from tests.post_office import PostOffice, serving

CODE = re.compile(r"#code=([1-9A-HJ-NP-Za-km-z-]{19})")


@dataclass
class Called:
    """A vote as the call left it. `private_keys` are the tellers', by member id."""

    vote_id: int
    question_id: int
    tellers: tuple[int, ...]
    private_keys: dict[int, int]

    @property
    def vote(self) -> Vote:
        return db.session.get_one(Vote, self.vote_id)

    def teller(self, place: int = 0) -> Actor:
        return holding(actor(self.tellers[place]), "teller", self.question_id)


def whole_list(path: Path, digest: str, private: int) -> OpenedList:
    """A sealed list with everything in it."""
    found = OpenedList()
    for chunk in sealed_file.open_chunks(path, digest, private):
        found.assigned += chunk.assigned
        found.spares += chunk.spares
    return found


def make_set_up_vote(cast: Cast, now: datetime, **changes: Any) -> Vote:
    question = Question(
        public_id="q" * 22, number=14, state="closed", template="ratification", title="Shall we accept?",
        created_at=now, created_by_id=cast.officer, record_at=now - timedelta(hours=1),
        process=as_tables(load_shipped("ratification")),
    )  # fmt: skip
    db.session.add(question)
    db.session.flush()
    values: dict[str, Any] = {
        "public_id": "pub" + new_uuid(), "question_id": question.id, "state": "set_up",
        "uuid_v": new_uuid(), "uuid_c": new_uuid(),
        "opens_at": now + timedelta(days=1), "closes_at": now + timedelta(days=8), "called_at": now,
    }  # fmt: skip
    vote = Vote(**(values | changes))
    db.session.add(vote)
    db.session.flush()
    return vote


def make_members(count: int, local_id: int, *, email: bool = True, first: int = 7000) -> None:
    local = db.session.get_one(Local, local_id)
    for number in range(first, first + count):
        member_id = make_member(str(number), f"Member {number}", local)
        if not email:
            db.session.get_one(Member, member_id).email = ""
    db.session.flush()


def call(cast: Cast, now: datetime) -> Called:
    """Freeze the roll and hand in the tellers' keys, inside an open write."""
    vote = make_set_up_vote(cast, now)
    made = Called(vote.id, vote.question_id, cast.tellers, {})
    operations.freeze_roll(made.teller(), vote, now=now)
    for place, teller in enumerate(cast.tellers):
        private = new_private_key()
        made.private_keys[teller] = private
        operations.upload_teller_key(made.teller(place), vote, public_key_of(private).as_json(), now)
    return made


@pytest.fixture
def called(app: Flask, cast: Cast, now: datetime) -> Called:
    """60 members with e-mail beside the cast, 3 without; everything up to the call."""
    with app.app_context(), transaction(write=True):
        make_members(60, cast.local)
        make_members(3, cast.other_local, email=False, first=8000)
        return call(cast, now)


@dataclass
class Sink(PostOffice):
    """A post office that refuses the mails of the members in `refuse`, and finds the codes in what it took."""

    refuse: set[int] = field(default_factory=set)

    def refusal_of(self, address: str) -> str:
        return "550 nobody here" if any(f"{number}@" in address for number in self.refuse) else ""

    def codes(self) -> list[str]:
        return [found.group(1) for each in self.messages if (found := CODE.search(text_of(each)))]


def text_of(message: EmailMessage) -> str:
    body = message.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


@pytest.fixture
def sink(app: Flask) -> Iterator[Sink]:
    taken = Sink()
    with serving(app, taken):
        yield taken
