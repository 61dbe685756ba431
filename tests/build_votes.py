"""Plain builders for the referendum's tests: a vote with real keys, real codes and real ballots."""

import random
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from forum.kernel.database import db
from forum.questions.models import Option, Question
from referendum.casting.forms import SentPair
from referendum.crypto.ballot import make_ballot
from referendum.crypto.credentials import new_code, public_of
from referendum.crypto.election import Election, new_uuid, read_election
from referendum.crypto.joint import joint_key, trustees_bytes
from referendum.crypto.trustee import new_private_key, public_key_of
from referendum.electorate.models import Electorate, PublicCredential
from referendum.electorate.queries import digest_of
from referendum.process.ballot_text import BallotFacts, citation_election, vote_election
from referendum.process.models import Vote
from referendum.trustees.models import TrusteeKey
from tests.build_halls import weiner
from tests.people import Cast

DIGEST = (("A-01", "The fund lasts nine weeks"), ("A-02", "Two-tier pay stays until 2030"))


@dataclass
class Ballots:
    """A vote with what its voters and trustees hold: one code a voter, one spare code, the trustees' private keys."""

    vote: Vote
    codes: list[str]
    spare: str
    private_keys: list[int]

    @property
    def v(self) -> Election:
        return read_election(self.vote.election_v.encode())

    @property
    def c(self) -> Election:
        return read_election(self.vote.election_c.encode())

    def pair(self, voter: int, choice: int | None = 0, cited: tuple[int, ...] = (), code: str = "") -> SentPair:
        """The ballots of one voter: `choice` is the answer's place on the paper, None is blank."""
        code = code or self.codes[voter]
        options = len(self.v.questions[0].answers)
        chosen = None if choice is None else [int(place == choice) for place in range(options)]
        c = b""
        if self.vote.election_c:
            width = len(self.c.questions[0].answers)
            c = make_ballot(self.c, code, [[int(place in cited) for place in range(width)], [0, 0, 0]])
        return SentPair(make_ballot(self.v, code, [chosen]), c)


def make_vote(
    cast: Cast, *, now: datetime, voters: int = 3, trustees: int = 1, citations: bool = True, state: str = "open",
    revote: bool = False, options: tuple[str, ...] = ("Accept", "Reject"),
    digest: tuple[tuple[str, str], ...] = DIGEST,
) -> Ballots:  # fmt: skip
    """A vote on a bare question, open now for a day, with issued credentials and one spare."""
    question = make_bare_question(cast, now=now, options=options)
    keys = [new_private_key() for _ in range(trustees)]
    public = [public_key_of(key) for key in keys]
    facts = BallotFacts(
        union_name="United Test Workers", title=question.title, lot="lot", blank=True, choose=(1, 1), weighed=True,
        options=tuple((option.letter, option.title) for option in question.options), digest=digest if citations else (),
        description={"test": True},
    )  # fmt: skip
    vote = Vote(
        public_id=secrets.token_urlsafe(12), question_id=question.id, state=state,
        params={"revote": revote, "weighed": True},
        opens_at=now - timedelta(hours=1), closes_at=now + timedelta(days=1), uuid_v=new_uuid(), uuid_c=new_uuid(),
        opened_at=now - timedelta(hours=1), trustees=trustees_bytes(public).decode(),
    )  # fmt: skip
    vote.election_v = vote_election(facts, vote.uuid_v, joint_key(public)).raw.decode()
    if citations:
        vote.election_c = citation_election(facts, vote.uuid_c, joint_key(public)).raw.decode()
    db.session.add(vote)
    db.session.flush()
    for owner, (member, key) in enumerate(zip(cast.trustees, public, strict=False), 1):
        db.session.add(TrusteeKey(vote_id=vote.id, member_id=member, owner=owner, public_key=key.as_json(), at=now))
    codes = [new_code() for _ in range(voters + 1)]
    for place, code in enumerate(codes):
        issue(vote, code, state="issued" if place < voters else "spare")
    db.session.add(
        Electorate(vote_id=vote.id, frozen_at=now, size=voters, spare_count=1, roll_hash="0" * 64, codes="ready")
    )
    db.session.flush()
    return Ballots(vote, codes[:-1], codes[-1], keys)


def issue(vote: Vote, code: str, *, state: str = "issued") -> None:
    for archive, uuid in (("V", vote.uuid_v), ("C", vote.uuid_c)):
        value = public_of(code, uuid)
        db.session.add(
            PublicCredential(vote_id=vote.id, archive=archive, value=value, digest=digest_of(value), state=state)
        )


def make_bare_question(cast: Cast, *, now: datetime, options: tuple[str, ...] = ("Accept", "Reject")) -> Question:
    """A closed question, its rows written directly."""
    question = Question(
        public_id=secrets.token_urlsafe(12), number=random.randrange(1, 10**6), state="closed",
        template="weiner", process=weiner(), title="Shall we accept the Meridian agreement?",
        created_at=now, created_by_id=cast.officer,
        options=[Option(position=place, title=title) for place, title in enumerate(options)],
    )  # fmt: skip
    db.session.add(question)
    db.session.flush()
    return question
