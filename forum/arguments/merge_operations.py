"""Two arguments that say the same become one, when both movers agree. Origins and readings of both are kept.

Without that agreement the tellers may rule (`ruling_operations`).
"""

from datetime import datetime

from sqlalchemy import func

from forum.arguments import queries, rules
from forum.arguments.models import Argument, Merge, Reading
from forum.arguments.rules import MergeOutcome
from forum.bodies.operations import drop_pending
from forum.bodies.queries import recipients
from forum.halls import queries as halls
from forum.halls.rules import keeps_order, why_not_take_part
from forum.kernel import audit, mail
from forum.kernel.database import db
from forum.kernel.doors import Actor
from forum.kernel.errors import N_, Invalid, Missing, Problem, Refused
from forum.questions.models import Option, Question
from forum.questions.rules import QuestionState


class Act(audit.Act):
    """Acts of power over arguments."""

    PROPOSE_MERGE = "propose_merge"


def propose_merge(actor: Actor, argument_id: int, into_number: int, *, now: datetime) -> Merge:
    """Propose that an argument be merged into another. A mover's proposal is that mover's consent."""
    argument = locked(argument_id)
    target = queries.argument_by_number(argument.question_id, into_number)
    if target is None or target.id == argument.id:
        raise Invalid([Problem("into", N_("There is no such argument to merge into."))])
    question = db.session.get_one(Question, argument.question_id)
    refuse_what_cannot_merge(argument, target, question)
    host = _keeps_order_over(actor, argument) or _keeps_order_over(actor, target)
    facts, into_facts = queries.facts_of(argument, question), queries.facts_of(target, question)
    if not rules.may_propose_merge(actor.member_id, facts, into_facts, keeps_order=host):
        raise Refused(N_("A merge is proposed by one of the two movers, or by the host of one of their halls."))
    if _pending(argument.id) is not None:
        raise Refused(N_("A merge of this argument is proposed already. It must be answered first."))
    merge = Merge(argument_id=argument.id, into_id=target.id, proposed_by_id=actor.member_id, proposed_at=now)
    db.session.add(merge)
    if actor.member_id not in (argument.mover_id, target.mover_id):
        audit.record(actor, Act.PROPOSE_MERGE, f"argument:{argument.id}", now=now, into=target.number)
    db.session.flush()
    _consent(actor.member_id, merge, argument, target, now)
    _ask_movers(merge, argument, target, now)
    return merge


def _ask_movers(merge: Merge, argument: Argument, target: Argument, now: datetime) -> None:
    """Tell those whose consent is wanting that they are asked."""
    agreed = ((argument.mover_id, merge.mover_agreed_at), (target.mover_id, merge.into_mover_agreed_at))
    silent = frozenset(mover for mover, at in agreed if at is None)
    for address, language in recipients(silent):
        mail.send("merge_proposed", address, language=language, now=now, source=argument, target=target)


def answer_merge(actor: Actor, merge_id: int, agreed: bool, *, now: datetime) -> Merge:
    """A mover agrees or declines. When both have agreed the merge is done; one no ends the proposal."""
    merge = db.session.get(Merge, merge_id)
    if merge is None:
        raise Missing
    argument, target = locked(merge.argument_id), queries.argument(merge.into_id)
    db.session.refresh(merge)
    if actor.member_id not in (argument.mover_id, target.mover_id):
        raise Refused(N_("Only the two members who moved these arguments can answer this."))
    if merge.ended_at is not None:
        raise Refused(N_("This proposal has ended."))
    if not agreed:
        merge.ended_at, merge.outcome = now, MergeOutcome.DECLINED.value
        db.session.flush()
        return merge
    question = db.session.get_one(Question, argument.question_id)
    if reason := why_not_take_part(actor, question.id, QuestionState(question.state)):
        raise Refused(reason)
    refuse_what_cannot_merge(argument, target, question)
    _consent(actor.member_id, merge, argument, target, now)
    return merge


def refuse_what_cannot_merge(argument: Argument, target: Argument, question: Question) -> None:
    if question.state != QuestionState.DEBATING:
        raise Refused(N_("The debate is closed. Everything said stays here to read."))
    options = list(db.session.scalars(db.select(Option.id).where(Option.question_id == question.id)))
    facts, into_facts = queries.facts_of(argument, question), queries.facts_of(target, question)
    if reason := rules.why_not_merge(facts, into_facts, options):
        raise Refused(reason)


def _consent(member_id: int, merge: Merge, argument: Argument, target: Argument, now: datetime) -> None:
    if member_id == argument.mover_id and merge.mover_agreed_at is None:
        merge.mover_agreed_at = now
    if member_id == target.mover_id and merge.into_mover_agreed_at is None:
        merge.into_mover_agreed_at = now
    if merge.mover_agreed_at and merge.into_mover_agreed_at:
        end_merge(merge, MergeOutcome.MERGED, argument.question_id, now)
        join(argument, target, now)
    db.session.flush()


def end_merge(merge: Merge, outcome: MergeOutcome, question_id: int, now: datetime) -> None:
    """Note how a proposal ended for good. What the tellers have before them about it is dropped."""
    merge.ended_at, merge.outcome = now, outcome.value
    db.session.flush()
    drop_pending(question_id, ("rule_merge",), now, about=f"merge:{merge.id}")


def join(argument: Argument, target: Argument, now: datetime) -> None:
    """Point the argument, and all that were merged into it before, to the target; count the readings anew."""
    locked(target.id)
    argument.merged_into_id, argument.merged_at = target.id, now
    earlier = db.select(Argument).where(Argument.merged_into_id == argument.id)
    for each in db.session.scalars(earlier):
        each.merged_into_id = target.id
    answers = db.select(Argument).where(Argument.answers_id == argument.id, Argument.id != target.id)
    for each in db.session.scalars(answers):
        each.answers_id = target.id
    if target.answers_id == argument.id:
        target.answers_id = None
    db.session.flush()
    readings = queries.effective_readings(target.question_id).subquery()
    counted = db.select(readings.c.value, func.count()).where(readings.c.argument_id == target.id)
    counts = dict(db.session.execute(counted.group_by(readings.c.value)).all())
    target.agree_count, target.pass_count, target.disagree_count = (counts.get(each, 0) for each in (1, 0, -1))
    given = db.select(func.count(Reading.local_id.distinct())).join(Argument, Argument.id == Reading.argument_id)
    of_both = (Argument.id == target.id) | (Argument.merged_into_id == target.id)
    target.local_count = db.session.scalar(given.where(of_both)) or 0


def _pending(argument_id: int) -> Merge | None:
    found: Merge | None = db.session.scalar(
        db.select(Merge).where(Merge.argument_id == argument_id, Merge.ended_at.is_(None))
    )
    return found


def _keeps_order_over(actor: Actor, argument: Argument) -> bool:
    hall = halls.hall(argument.hall_id)
    return keeps_order(actor, argument.question_id, hall.hall.local_id)


def locked(argument_id: int) -> Argument:
    argument = db.session.get(Argument, argument_id, with_for_update=True)
    if argument is None:
        raise Missing
    return argument
