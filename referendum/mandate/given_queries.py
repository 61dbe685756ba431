"""Where arguments went: the ballot or why not, the marks on it, the mandate and its answers; by hall, and by member.

Everything is read for a whole page of arguments at once. Marks are the sums of all ballots of the union, which are only
there where enough came to be opened.
"""

from collections import Counter
from dataclasses import dataclass

from sqlalchemy import func
from sqlalchemy.orm import aliased

from forum.arguments.list_queries import Tag, tag_of
from forum.arguments.models import Argument
from forum.arguments.rules import label_of
from forum.halls.queries import HallView
from forum.kernel.database import db
from forum.kernel.doors import Actor
from forum.kernel.errors import Missing
from forum.questions.models import Option
from forum.questions.phrase import Phrase
from forum.roll.models import Member
from forum.roll.naming import nameable_locals
from referendum.digest.models import DigestOutcome
from referendum.digest.rules import Reason, in_words
from referendum.mandate.models import Duty, FiledAct, Quotation
from referendum.process.models import Vote
from referendum.process.queries import cited_vote
from referendum.results.models import CitedArgument

ARGUMENTS_A_PAGE = 20


@dataclass(frozen=True)
class Went:
    """Where one argument went. `on_ballot` is None before the digest is frozen, `reason` why it was not taken; `moved`
    is None where no marks were opened. Of a mandate that quotes it: how many duties there are and how many acts answer
    it."""

    on_ballot: bool | None
    reason: Phrase | None
    moved: int | None
    weighed: int | None
    quoted: bool
    duties: int
    answered: int


@dataclass(frozen=True)
class GivenRow:
    """An argument of a hall and where it went."""

    tag: Tag
    argument: Argument
    into: str
    went: Went


@dataclass(frozen=True)
class Given:
    """What a hall gave: one page of its arguments, and sums over all of them. `seconded_elsewhere` are arguments of
    other halls that a member of this local seconded; None for the national hall."""

    rows: list[GivenRow]
    more: bool
    moved_here: int
    seconded: int
    on_ballot: int
    ballots_moved: int | None
    ballots_weighed: int | None
    quoted: int
    seconded_elsewhere: int | None


def went(argument_ids: list[int]) -> dict[int, Went]:
    """Where these arguments went, in the newest vote on each that was not annulled."""
    outcomes = {
        each.argument_id: each
        for each in db.session.scalars(db.select(DigestOutcome).where(DigestOutcome.argument_id.in_(argument_ids)))
    }
    cited = _cited(argument_ids)
    quoted = _quoted(argument_ids)
    return {each: _went(outcomes.get(each), cited.get(each), quoted.get(each)) for each in argument_ids}


def _went(outcome: DigestOutcome | None, cited: CitedArgument | None, quoted: tuple[int, int] | None) -> Went:
    reason = None
    if outcome is not None and not outcome.taken:
        reason = in_words(Reason(outcome.reason), outcome.other)
    duties, answered = quoted or (0, 0)
    return Went(
        None if outcome is None else outcome.taken, reason, cited.moved if cited else None,
        cited.weighed if cited else None, quoted is not None, duties, answered,
    )  # fmt: skip


def _cited(argument_ids: list[int]) -> dict[int, CitedArgument]:
    query = (
        db.select(CitedArgument)
        .join(Vote, Vote.id == CitedArgument.vote_id)
        .where(CitedArgument.argument_id.in_(argument_ids), Vote.state != "annulled")
        .order_by(Vote.number)
    )
    return {each.argument_id: each for each in db.session.scalars(query)}


def _quoted(argument_ids: list[int]) -> dict[int, tuple[int, int]]:
    """Argument id → how many duties the mandate has that quotes it, and for how many an act answers it."""
    query = db.select(Quotation.argument_id, Quotation.mandate_id).where(Quotation.argument_id.in_(argument_ids))
    mandate_of: dict[int, int] = dict(db.session.execute(query.order_by(Quotation.mandate_id)).all())
    wanted = set(mandate_of.values())
    of_duty = db.select(Duty.id, Duty.mandate_id).where(Duty.mandate_id.in_(wanted))
    duty_of: dict[int, int] = dict(db.session.execute(of_duty).all())
    acts = list(db.session.scalars(db.select(FiledAct).where(FiledAct.duty_id.in_(duty_of))))
    duties = Counter(duty_of.values())
    return {
        argument_id: (duties[mandate_id], _answered(argument_id, mandate_id, acts, duty_of))
        for argument_id, mandate_id in mandate_of.items()
    }


def _answered(argument_id: int, mandate_id: int, acts: list[FiledAct], duty_of: dict[int, int]) -> int:
    key = str(argument_id)
    return len({each.duty_id for each in acts if duty_of[each.duty_id] == mandate_id and key in each.answers})


def refuse_unless_shown(actor: Actor, view: HallView) -> None:
    """A hall of a local under thirty members does not exist for visitors."""
    if actor.is_member or view.local is None or nameable_locals([view.local.id]):
        return
    raise Missing


def given(view: HallView, page: int) -> Given:
    """What came from a hall, oldest first."""
    into = aliased(Argument)
    query = (
        db.select(Argument, Option, into.number)
        .join(Option, Option.id == Argument.option_id)
        .outerjoin(into, into.id == Argument.merged_into_id)
        .where(Argument.hall_id == view.hall.id)
        .order_by(Argument.number)
        .offset((page - 1) * ARGUMENTS_A_PAGE)
        .limit(ARGUMENTS_A_PAGE + 1)
    )
    found = db.session.execute(query).all()
    places = went([argument.id for argument, *_ in found])
    rows = [
        GivenRow(tag_of(argument, option.letter), argument, label_of(number) if number else "", places[argument.id])
        for argument, option, number in found
    ]
    return Given(rows[:ARGUMENTS_A_PAGE], len(rows) > ARGUMENTS_A_PAGE, *_sums(view), _seconded_elsewhere(view))


def _sums(view: HallView) -> tuple[int, int, int, int | None, int | None, int]:
    """An argument that was merged away counts by the one it is in; one that two of this hall are in counts once."""
    here = db.select(func.count(Argument.id), func.count(Argument.seconded_at)).where(Argument.hall_id == view.hall.id)
    moved_here, seconded = db.session.execute(here).one()
    root = func.coalesce(Argument.merged_into_id, Argument.id)
    ids = db.select(root).where(Argument.hall_id == view.hall.id)
    taken = db.select(func.count(DigestOutcome.number)).where(DigestOutcome.taken, DigestOutcome.argument_id.in_(ids))
    cited = cited_vote(view.question.id)
    marks = (
        db.select(func.sum(CitedArgument.moved), func.sum(CitedArgument.weighed))
        .where(CitedArgument.argument_id.in_(ids), CitedArgument.vote_id == (cited.id if cited else None))
    )  # fmt: skip
    moved, weighed = db.session.execute(marks).one()
    quoted = db.select(func.count(Quotation.argument_id.distinct())).where(Quotation.argument_id.in_(ids))
    return moved_here, seconded, db.session.scalar(taken) or 0, moved, weighed, db.session.scalar(quoted) or 0


def _seconded_elsewhere(view: HallView) -> int | None:
    if view.local is None:
        return None
    query = (
        db.select(func.count(Argument.id))
        .join(Member, Member.id == Argument.seconder_id)
        .where(
            Argument.question_id == view.question.id, Argument.hall_id != view.hall.id, Member.local_id == view.local.id
        )
    )
    return db.session.scalar(query) or 0
