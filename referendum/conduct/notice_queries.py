"""Whom a notice goes to, and what it says."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, or_

from forum.kernel.database import db
from forum.questions.models import Option
from forum.questions.queries import appointments, question_by_id
from forum.roll.models import Member
from forum.roll.queries import officer_ids
from forum.signin.models import Account
from referendum.conduct.notice_rules import Notice
from referendum.electorate.models import RollEntry
from referendum.mandate.models import Mandate
from referendum.process.facts import VoteKind
from referendum.process.models import Vote, VoteMove
from referendum.process.queries import options_on
from referendum.process.voting import REASONS, Reason
from referendum.results.tie_queries import tie_break_of


@dataclass(frozen=True, slots=True)
class Reader:
    """One person to tell."""

    member_id: int
    address: str
    language: str


def readers(vote: Vote, notice: Notice, after: int, most: int) -> list[Reader]:
    """The next persons whom a notice concerns, in the order of their numbers in the database; each once.

    Who was on the frozen roll is told to the end, also after having left the union: the ballot was theirs.
    """
    concerned: ColumnElement[bool] = Member.id.in_(_office_holders(vote, notice.offices))
    if notice.roll:
        on_roll = db.select(RollEntry.id).where(RollEntry.vote_id == vote.id, RollEntry.member_id == Member.id)
        concerned = or_(concerned, on_roll.exists())
    query = db.select(Member.id, Member.email, Account.language).outerjoin(Account, Account.member_id == Member.id)
    query = query.where(Member.id > after, Member.email != "", concerned).order_by(Member.id).limit(most)
    return [Reader(member_id, email, language or "") for member_id, email, language in db.session.execute(query)]


def _office_holders(vote: Vote, offices: tuple[str, ...]) -> list[int]:
    found = set(officer_ids()) if "officer" in offices else set()
    for role in offices:
        if role != "officer":
            found.update(appointments(vote.question_id, role))
    return sorted(found)


def facts_of_vote(vote: Vote) -> dict[str, Any]:
    """What the mails about a vote may say. `elected` are the options elected, `tie` whether it took the call's way to
    break one, `why` the outcome in words, `reason` the public reason of the newest move, `between` those of a run-off.
    """
    newest = db.select(VoteMove.reason).where(VoteMove.vote_id == vote.id).order_by(VoteMove.id.desc()).limit(1)
    return {
        "vote": vote, "question": question_by_id(vote.question_id), "elected": _named(vote.elected),
        "between": _named(options_on(vote)) if vote.kind == VoteKind.RUN_OFF else "",
        "tie": tie_break_of(vote) is not None,
        "why": REASONS[Reason(vote.outcome_reason)] if vote.outcome_reason else "",
        "reason": db.session.scalar(newest) or "",
    }  # fmt: skip


def facts_of_mandate(mandate: Mandate) -> dict[str, Any]:
    """What the mails about a mandate may say."""
    return {
        "mandate": mandate, "question": question_by_id(mandate.question_id), "elected": _named(mandate.options),
    }  # fmt: skip


def _named(options: Sequence[Option]) -> str:
    """Options as a sentence names them; nothing where there is none."""
    return "; ".join(f"{each.letter} {each.title}" for each in options)
