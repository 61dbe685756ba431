"""Reads of proposed merges: what waits for a mover, what the tellers may rule on, what they have ruled."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select
from sqlalchemy.orm import aliased

from forum.arguments import rules
from forum.arguments.list_queries import Tag, tag_of
from forum.arguments.models import Argument, Merge
from forum.arguments.rules import MergeFacts, MergeOutcome
from forum.bodies import queries as bodies
from forum.bodies.models import BodyAct
from forum.kernel.database import db
from forum.kernel.doors import Actor
from forum.kernel.errors import Missing
from forum.questions import queries as questions
from forum.questions.models import Option, Question
from forum.questions.rules import SPEAKING, QuestionState
from forum.roll.models import Member

MOST_ON_A_DESK = 20


@dataclass(frozen=True)
class MergeView:
    """A proposed merge as this reader sees it. `ruling` is the tellers' act that took effect."""

    merge: Merge
    source: Tag
    target: Tag
    by: str
    facts: MergeFacts
    may_answer: bool = False
    ruling: BodyAct | None = None


def merge(merge_id: int) -> Merge:
    """One proposed merge. Raises `Missing`."""
    found = db.session.get(Merge, merge_id)
    if found is None:
        raise Missing
    return found


def facts_of(found: Merge) -> MergeFacts:
    """A proposed merge as the rules see it."""
    source, target = db.session.get_one(Argument, found.argument_id), db.session.get_one(Argument, found.into_id)
    return _facts(found, source, target)


def _facts(found: Merge, source: Argument, target: Argument) -> MergeFacts:
    agreed = {source.mover_id} if found.mover_agreed_at else set()
    agreed |= {target.mover_id} if found.into_mover_agreed_at else set()
    movers = frozenset({source.mover_id, target.mover_id})
    silent = movers - agreed if not found.outcome else frozenset()
    gone = frozenset(each for each in silent if _takes_no_part(each, source.question_id))
    return MergeFacts(
        source.question_id, found.proposed_by_id, found.proposed_at, movers, silent, gone, found.outcome
    )  # fmt: skip


def _takes_no_part(member_id: int, question_id: int) -> bool:
    member = db.session.get_one(Member, member_id)
    held = questions.appointments_of(member_id)
    impartial = ("teller", question_id) in held or ("observer", question_id) in held
    return member.left_at is not None or member.standing not in SPEAKING or impartial


def view(actor: Actor, merge_id: int) -> MergeView:
    """One proposed merge. Raises `Missing`."""
    found = _views(actor, _joined().where(Merge.id == merge_id))
    if not found:
        raise Missing
    return found[0]


def waiting(actor: Actor, argument_id: int) -> list[MergeView]:
    """Merges of an argument that are proposed and have not ended."""
    return _views(actor, _joined().where(Merge.ended_at.is_(None), _of(argument_id)))


def lacking_consent(actor: Actor, argument_id: int, now: datetime) -> list[MergeView]:
    """Refused or unanswered merges of an argument on which this teller may rule."""
    if not actor.holds("teller"):
        return []
    found = _views(actor, _open_to_ruling().where(_of(argument_id)))
    return [each for each in _newest_of_pair(found) if rules.may_rule(actor, actor.member_id, each.facts, now)]


def to_rule(actor: Actor, now: datetime) -> list[MergeView]:
    """For a teller's desk: merges that lack consent, leaving out what touches this teller."""
    told = [question_id for role, question_id in actor.appointments if role == "teller"]
    if not told:
        return []
    found = _views(actor, _open_to_ruling().where(Question.id.in_(told)))
    ready = [each for each in _newest_of_pair(found) if rules.may_rule(actor, actor.member_id, each.facts, now)]
    return ready[:MOST_ON_A_DESK]


def ruled(actor: Actor, argument_id: int) -> list[MergeView]:
    """What the tellers have ruled on merges of an argument, for everybody to read; oldest first."""
    return _views(actor, _joined().where(Merge.outcome.in_((MergeOutcome.RULED, MergeOutcome.APART)), _of(argument_id)))


def ruling_acts(found: Merge, question_id: int) -> list[BodyAct]:
    """Rulings on this merge that were put before the tellers and not replaced."""
    acts = [each for each in bodies.acts_of(question_id) if each.act == "rule_merge"]
    return [each for each in acts if each.facts.get("merge_id") == found.id]


def is_ruled_apart(argument_id: int, into_id: int) -> bool:
    """Whether the tellers have ruled that these two, in either direction, stay apart."""
    pair = (argument_id, into_id)
    query = db.select(Merge.id).where(Merge.argument_id.in_(pair), Merge.into_id.in_(pair))
    return db.session.scalar(query.where(Merge.outcome == MergeOutcome.APART).limit(1)) is not None


def _of(argument_id: int) -> ColumnElement[bool]:
    return (Merge.argument_id == argument_id) | (Merge.into_id == argument_id)


SOURCE, TARGET = aliased(Argument), aliased(Argument)


def _joined() -> Select[Any]:
    query: Select[Any] = (
        db.select(Merge, SOURCE, TARGET, Member.name)
        .join(SOURCE, SOURCE.id == Merge.argument_id)
        .join(TARGET, TARGET.id == Merge.into_id)
        .join(Question, Question.id == SOURCE.question_id)
        .join(Member, Member.id == Merge.proposed_by_id)
        .order_by(Merge.id)
    )
    return query


def _open_to_ruling() -> Select[Any]:
    standing = [
        column.is_(None)
        for each in (SOURCE, TARGET)
        for column in (each.merged_into_id, each.withdrawn_at, each.hidden_at)
    ]
    undecided = Merge.outcome.in_(("", MergeOutcome.DECLINED))
    return _joined().where(undecided, Question.state == QuestionState.DEBATING, *standing)


def _newest_of_pair(found: list[MergeView]) -> list[MergeView]:
    """One proposal of each pair, the newest; none of a pair on which the tellers have ruled."""
    pairs = {frozenset((each.merge.argument_id, each.merge.into_id)): each for each in found}
    return [each for pair, each in pairs.items() if not is_ruled_apart(*pair)]


def _views(actor: Actor, query: Select[Any]) -> list[MergeView]:
    rows = db.session.execute(query).all()
    wanted = {each.option_id for _, source, target, _ in rows for each in (source, target)}
    letters = {each.id: each.letter for each in db.session.scalars(db.select(Option).where(Option.id.in_(wanted)))}
    return [_view(actor, found, source, target, name, letters) for found, source, target, name in rows]


def _view(
    actor: Actor, found: Merge, source: Argument, target: Argument, name: str, letters: dict[int, str]
) -> MergeView:
    acts = ruling_acts(found, source.question_id) if found.outcome in (MergeOutcome.RULED, MergeOutcome.APART) else []
    answers = not found.ended_at and (
        (actor.member_id == source.mover_id and found.mover_agreed_at is None)
        or (actor.member_id == target.mover_id and found.into_mover_agreed_at is None)
    )
    return MergeView(
        found, tag_of(source, letters[source.option_id]), tag_of(target, letters[target.option_id]),
        name if actor.is_member else "", _facts(found, source, target), may_answer=bool(answers) and actor.is_member,
        ruling=next((each for each in acts if each.took_effect_at is not None), None),
    )  # fmt: skip
