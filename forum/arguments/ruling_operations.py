"""The tellers rule on a merge that lacks a mover's consent. Origins and readings of both arguments are kept."""

from datetime import datetime

from forum.arguments import merge_queries, rules
from forum.arguments.documents import merge_document
from forum.arguments.forms import NewMergeRuling
from forum.arguments.merge_operations import end_merge, join, locked, refuse_what_cannot_merge
from forum.arguments.models import Argument, Merge
from forum.arguments.rules import MergeOutcome
from forum.bodies import operations as bodies
from forum.bodies.acts import Body
from forum.bodies.models import BodyAct
from forum.bodies.queries import recipients
from forum.kernel import audit, mail
from forum.kernel.database import db
from forum.kernel.doors import Actor
from forum.kernel.errors import N_, Refused, refuse_unless
from forum.questions.models import Question


class Act(audit.Act):
    """The tellers' act over two arguments."""

    RULE_MERGE = "rule_merge"


def propose_ruling(actor: Actor, merge_id: int, new: NewMergeRuling, *, now: datetime) -> BodyAct:
    """A teller puts a ruling before the tellers; it holds when more than half of them have signed it."""
    merge = merge_queries.merge(merge_id)
    source, target, question = _parts(merge)
    facts = merge_queries.facts_of(merge)
    if reason := rules.why_not_rule(actor, actor.member_id, facts, now):
        raise Refused(reason)
    _refuse_what_was_ruled(merge)
    refuse_what_cannot_merge(source, target, question)
    ruling = "merged" if new.merged else "apart"
    document = merge_document(
        merge.id, (source.label, source.claim), (target.label, target.claim),
        merge.outcome or ("gone" if facts.gone else "silent"), ruling, new.reason,
    )  # fmt: skip
    return bodies.propose(
        actor, question.id, Body.TELLERS, "rule_merge", document,
        {"merge_id": merge.id, "merged": new.merged, "reason": new.reason}, now,
        about=f"merge:{merge.id}", barred=rules.barred_from_ruling(facts),
    )  # fmt: skip


def rule_merge_by_act(act: BodyAct, now: datetime) -> None:
    """The tellers' ruling takes effect: the two are merged without the missing consent, or stay apart."""
    merge = db.session.get_one(Merge, int(act.facts["merge_id"]), with_for_update=True)
    source, target, question = _parts(merge)
    refuse_unless(merge.outcome in ("", MergeOutcome.DECLINED), N_("This proposal has ended."))
    _refuse_what_was_ruled(merge)
    refuse_what_cannot_merge(source, target, question)
    outcome = MergeOutcome.RULED if act.facts["merged"] else MergeOutcome.APART
    end_merge(merge, outcome, question.id, now)
    if outcome is MergeOutcome.RULED:
        join(source, target, now)
    audit.record(
        None, Act.RULE_MERGE, f"argument:{source.id}", now=now, office="teller", merge=merge.id, into=target.number,
        ruling=outcome.value, reason=act.facts["reason"], body_act=act.id,
    )  # fmt: skip
    for address, language in recipients(frozenset({source.mover_id, target.mover_id})):
        mail.send(
            "merge_ruled", address, language=language, now=now, merge=merge, source=source, target=target,
            merged=outcome is MergeOutcome.RULED, reason=act.facts["reason"],
        )  # fmt: skip


def _parts(merge: Merge) -> tuple[Argument, Argument, Question]:
    source = locked(merge.argument_id)
    return source, db.session.get_one(Argument, merge.into_id), db.session.get_one(Question, source.question_id)


def _refuse_what_was_ruled(merge: Merge) -> None:
    apart = merge_queries.is_ruled_apart(merge.argument_id, merge.into_id)
    refuse_unless(not apart, N_("The tellers have ruled that these two stay apart."))
