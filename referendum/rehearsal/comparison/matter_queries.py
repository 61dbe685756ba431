"""Reads a question of this installation as a matter to compare processes on: its options, its roll in numbers, what
its members' vote said. No member is read."""

from fractions import Fraction

from sqlalchemy import func

from forum.kernel.database import db
from forum.questions.models import Question
from forum.questions.queries import options, process_of
from forum.questions.queries import question as question_by_number
from forum.roll.models import Council, Local, Member
from referendum.process.facts import VoteState
from referendum.process.queries import cited_vote
from referendum.rehearsal.comparison.matter import MADE_UP, Matter, scaled
from referendum.rehearsal.comparison.places import Place
from referendum.results.queries import totals_of

FROM_VOTE = "What the certified vote said of those who voted is taken as the opinion of all members."


def of_question(number: int, members: int | None) -> Matter:
    """The question with this number. Raises `Missing`."""
    found = question_by_number(number)
    choices = options(found.id)
    shares = _shares(found)
    places = scaled(roll_in_numbers(), members)
    return Matter(
        name=f"question {number}", title=found.title, titles=tuple(each.title for each in choices),
        slates=tuple(each.slate for each in choices), shares=shares,
        shares_from=MADE_UP if shares is None else FROM_VOTE, members=sum(each.members for each in places),
        places=places, officers=_officers(), own=process_of(found) if found.process else None,
    )  # fmt: skip


def roll_in_numbers() -> list[Place]:
    """How many members each local has, by standing and country."""
    query = (
        db.select(Council.name, Local.number, Member.standing, Member.country, func.count())
        .select_from(Member)
        .join(Local, Local.id == Member.local_id)
        .join(Council, Council.id == Local.council_id)
        .where(Member.left_at.is_(None))
        .group_by(Council.name, Local.number, Member.standing, Member.country)
    )
    return sorted((Place(*row) for row in db.session.execute(query)), key=_order)


def _order(place: Place) -> tuple[str, str, str, str]:
    return place.council, place.local, place.standing, place.country


def _officers() -> int:
    query = db.select(func.count()).select_from(Member).where(Member.office == "officer", Member.left_at.is_(None))
    return db.session.scalar(query) or 0


def _shares(found: Question) -> tuple[Fraction, ...] | None:
    """Each option's part of the ballots of the certified members' vote; None where there is none, or nothing opened."""
    vote = cited_vote(found.id)
    totals = totals_of(vote) if vote is not None and vote.state == VoteState.CERTIFIED else None
    if totals is None or totals.counts is None or not sum(totals.counts):
        return None
    counts = {choice.letter: count for choice, count in zip(totals.choices, totals.counts, strict=True)}
    return tuple(Fraction(counts.get(each.letter, 0), sum(totals.counts)) for each in options(found.id))
