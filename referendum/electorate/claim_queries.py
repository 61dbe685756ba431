"""Reads of challenges to the roll, and of where a member stands before the freeze."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func

from forum.kernel.database import db
from forum.kernel.errors import Missing
from forum.questions.models import Question
from forum.questions.queries import process_of
from forum.roll.queries import member
from forum.roll.rules import clean_number
from referendum.electorate import claim_rules, entry_queries, queries
from referendum.electorate.claim_models import RollChallenge
from referendum.electorate.models import Electorate
from referendum.electorate.rules import Voter, is_eligible
from referendum.process.models import Vote
from referendum.process.queries import current_vote
from referendum.registration.queries import has_registration, registration


def claim(claim_id: int) -> RollChallenge:
    """One challenge, held until this write ends. Raises `Missing`."""
    found = db.session.get(RollChallenge, claim_id, with_for_update=True)
    if found is None:
        raise Missing
    return found


def open_claims(question_id: int, most: int = 100) -> list[RollChallenge]:
    """Challenges that wait for a ruling, the oldest first."""
    query = db.select(RollChallenge).where(RollChallenge.question_id == question_id, RollChallenge.ruling == "")
    return list(db.session.scalars(query.order_by(RollChallenge.id).limit(most)))


def own_claims(question_id: int, member_id: int) -> list[RollChallenge]:
    """What a member filed on this question."""
    mine = RollChallenge.question_id == question_id, RollChallenge.member_id == member_id
    return list(db.session.scalars(db.select(RollChallenge).where(*mine).order_by(RollChallenge.id).limit(50)))


def claim_counts(question_id: int) -> dict[str, int]:
    """How many challenges there are by their ruling; "" is those that wait."""
    query = db.select(RollChallenge.ruling, func.count()).where(RollChallenge.question_id == question_id)
    return {row[0]: row[1] for row in db.session.execute(query.group_by(RollChallenge.ruling))}


def rulings(question_id: int) -> dict[str, bool]:
    """Member number → whether that member may vote, by the newest upheld challenge."""
    upheld = db.select(RollChallenge).where(RollChallenge.question_id == question_id, RollChallenge.ruling == "upheld")
    rows = db.session.scalars(upheld.order_by(RollChallenge.ruled_at, RollChallenge.id))
    return {clean_number(each.number): each.admits for each in rows}


@dataclass(frozen=True, slots=True)
class RollPage:
    """What a member is told of the roll of a question's vote. Before the freeze `may_vote` is what holds today, `why`
    the restrictions in the way (claim_rules.reasons_against), `ruled` whether a ruling says it. `waiting` are
    challenges that the tellers still rule on, for them alone."""

    question: Question
    vote: Vote | None
    roll: Electorate | None
    record_at: datetime | None
    may_claim: bool
    may_vote: bool
    ruled: bool
    why: list[tuple[str, str, frozenset[str]]]
    own: list[RollChallenge]
    counts: dict[str, int]
    waiting: list[RollChallenge]
    names: dict[int, str]


def record_of(question: Question) -> tuple[Vote | None, datetime | None]:
    """The newest vote of a question, and when its roll is frozen: the published date while there is no vote."""
    vote = current_vote(question.id)
    return vote, queries.record_instant(vote) if vote else question.record_at


def roll_page(question: Question, member_id: int, now: datetime, *, rules_here: bool) -> RollPage:
    """The page "Am I on the roll?". Raises `Missing` where members do not vote."""
    process = process_of(question)
    if process.members_vote is None or question.published_at is None:
        raise Missing
    vote, record_at = record_of(question)
    roll = queries.electorate(vote.id) if vote else None
    person = member(member_id)
    voter = Voter(
        person.number, person.standing, person.country, person.local.council.name, person.local.number,
        not has_registration(question) or registration(question.id, member_id) is not None,
    )  # fmt: skip
    ruled = rulings(question.id).get(clean_number(person.number))
    frozen_in = vote is not None and roll is not None and entry_queries.entry_of(vote.id, member_id) is not None
    today = is_eligible(voter, process.electorate) if ruled is None else ruled
    waiting = open_claims(question.id) if rules_here else []
    return RollPage(
        question=question, vote=vote, roll=roll, record_at=record_at,
        may_claim=claim_rules.may_claim(record_at, now, frozen=roll is not None),
        may_vote=frozen_in if roll else today, ruled=ruled is not None,
        why=claim_rules.reasons_against(voter, process.electorate), own=own_claims(question.id, member_id),
        counts=claim_counts(question.id), waiting=waiting,
        names={each.member_id: member(each.member_id).name for each in waiting},
    )  # fmt: skip
