"""Bodies act on a question: `propose_…` puts an act before its body, `…_by_act` is what it does when it
takes effect.
"""

from datetime import datetime, timedelta
from typing import Any

from forum.bodies import operations as bodies
from forum.bodies import queries as body_queries
from forum.bodies.acts import Body
from forum.bodies.models import BodyAct
from forum.kernel import audit, slots
from forum.kernel.database import db
from forum.kernel.doors import Actor
from forum.kernel.errors import N_, Obstructed, refuse_unless
from forum.questions import models, queries, rules
from forum.questions.facts import QuestionFacts
from forum.questions.facts_queries import documents_of, gather_facts
from forum.questions.models import Question
from forum.questions.operations import begin_without_debate, move_question, tell_named
from forum.questions.states import QuestionMove, QuestionState, WithdrawalGround
from forum.roll import queries as roll

LONGEST_EXTENSION = 60
LATER_DATES = ("debate_closes_at", "record_at", "vote_opens_at", "vote_closes_at", "challenge_closes_at")


class Act(audit.Act):
    """Acts of bodies that are not moves."""

    GIVE_PLEDGE = "give_pledge"
    EXEMPT_LOCAL = "exempt_local"


def propose_pledge(actor: Actor, question: Question, *, now: datetime) -> BodyAct:
    """Put the pledge before the executive council. The question's text, process and dates are frozen in
    it.
    """
    _refuse_unpublished(question)
    refuse_unless(question.pledged_at is None, N_("The pledge on this question is already signed."))
    text = documents_of(question)["pledge"]
    return bodies.propose(actor, question.id, Body.COUNCIL, "pledge", text, {}, now)


def pledge_by_act(act: BodyAct, now: datetime) -> None:
    """The pledge took effect. Without a debate nothing else is waited for."""
    question = queries.question_by_id(act.question_id)
    refuse_unless(
        act.document_hash == audit.sha256(documents_of(question)["pledge"]),
        N_("The question was changed after this pledge was written. Write the pledge anew."),
    )
    question.pledged_at = now
    db.session.flush()
    audit.record(
        None,
        Act.GIVE_PLEDGE,
        f"question:{question.id}",
        now=now,
        office="officer",
        document_hash=act.document_hash,
    )
    slots.gather("question.moved", question, "pledge", now)
    facts = gather_facts(question)
    if not facts.has_debate:
        begin_without_debate(question, facts, now)


def propose_charge(actor: Actor, question: Question, *, now: datetime) -> BodyAct:
    """Put the charge before the executive council; everything else that is missing is told first, all at
    once.
    """
    _refuse_unpublished(question)
    obstacles = rules.obstacles_to(QuestionMove.CHARGE, gather_facts(question), now)
    others = [each for each in obstacles if each.code != "charge_unsigned"]
    if others:
        raise Obstructed(others)
    text = documents_of(question)["charge"]
    return bodies.propose(actor, question.id, Body.COUNCIL, "charge", text, {}, now)


def charge_by_act(act: BodyAct, now: datetime) -> None:
    """The charge took effect: the locals are charged."""
    question = queries.question_by_id(act.question_id)
    move_question(question, QuestionMove.CHARGE, gather_facts(question), now)
    tell_named(question, [(each.role, each.member_id) for each, _ in queries.named_people(question.id)], now)


def _refuse_unpublished(question: Question) -> None:
    refuse_unless(question.state == QuestionState.DRAFTED, N_("This question is no longer a draft."))
    refuse_unless(question.published_at is not None, N_("Publish the process and the timetable first."))


def propose_withdrawal(
    actor: Actor, question: Question, reason: str, ground: WithdrawalGround | None, *, now: datetime
) -> BodyAct:
    """Put the withdrawal before the executive council, or after the charge before the tellers."""
    body = Body.COUNCIL if question.state == QuestionState.DRAFTED else Body.TELLERS
    facts = gather_facts(question, withdrawal_reason=reason, withdrawal_ground=ground)
    obstacles = rules.obstacles_to(QuestionMove.WITHDRAW, facts, now)
    others = [each for each in obstacles if each.code != "withdrawal_unsigned"]
    if others:
        raise Obstructed(others)
    text = _order(question, "Withdrawal", "The question is withdrawn.", reason)
    values = {"reason": reason, "ground": str(ground or "")}
    return bodies.propose(actor, question.id, body, "withdraw", text, values, now)


def withdraw_by_act(act: BodyAct, now: datetime) -> None:
    """The withdrawal took effect."""
    question = queries.question_by_id(act.question_id)
    ground = act.facts["ground"]
    facts = gather_facts(
        question,
        withdrawal_reason=act.facts["reason"],
        withdrawal_ground=WithdrawalGround(ground) if ground else None,
        withdrawal_signers=body_queries.signing_of(act).signed,
    )
    move_question(question, QuestionMove.WITHDRAW, facts, now, act.facts["reason"])


def propose_extension(actor: Actor, question: Question, days: int, reason: str, *, now: datetime) -> BodyAct:
    """Put one extension of the debate before the tellers; every later date moves by the same days."""
    refuse_unless(0 < days <= LONGEST_EXTENSION, N_("Extend by 1 to %(most)s days."), most=LONGEST_EXTENSION)
    sentence = f"The debate is extended by {days} days; every later date moves by as much."
    return _propose_override(
        actor, question, QuestionMove.EXTEND, "extend_debate", sentence, reason, {"days": days}, now
    )


def propose_close_anyway(actor: Actor, question: Question, reason: str, *, now: datetime) -> BodyAct:
    """Put the close below the floor before the tellers."""
    sentence = "The debate closes although its floor is not met; the process label names the locals."
    return _propose_override(
        actor, question, QuestionMove.CLOSE_ANYWAY, "close_debate_anyway", sentence, reason, {}, now
    )


def _propose_override(
    actor: Actor, question: Question, move: QuestionMove, act: str, sentence: str, reason: str,
    values: dict[str, Any], now: datetime,
) -> BodyAct:  # fmt: skip
    obstacles = rules.obstacles_to(move, gather_facts(question, override_reason=reason), now)
    others = [each for each in obstacles if each.code != "override_unsigned"]
    if others:
        raise Obstructed(others)
    text = _order(question, "Ruling on the debate", sentence, reason)
    return bodies.propose(actor, question.id, Body.TELLERS, act, text, {**values, "reason": reason}, now)


def _override_facts(question: Question, act: BodyAct) -> QuestionFacts:
    return gather_facts(
        question, override_reason=act.facts["reason"], override_signers=body_queries.signing_of(act).signed
    )


def close_anyway_by_act(act: BodyAct, now: datetime) -> None:
    """The tellers' close below the floor took effect."""
    question = queries.question_by_id(act.question_id)
    move_question(question, QuestionMove.CLOSE_ANYWAY, _override_facts(question, act), now, act.facts["reason"])


def extend_by_act(act: BodyAct, now: datetime) -> None:
    """The extension took effect: the close and every later date move by the same days."""
    question = queries.question_by_id(act.question_id)
    by = timedelta(days=act.facts["days"])
    facts = _override_facts(question, act)
    for name in LATER_DATES:
        at = getattr(question, name)
        if at is not None:
            setattr(question, name, at + by)
    move_question(question, QuestionMove.EXTEND, facts, now, act.facts["reason"])


def propose_exemption(actor: Actor, question: Question, local_id: int, reason: str, *, now: datetime) -> BodyAct:
    """Put the exemption of one local before the tellers, with the public reason."""
    refuse_unless(
        question.state in (QuestionState.CHARGED, QuestionState.DEBATING),
        N_("Locals are exempted between the charge and the close."),
    )
    refuse_unless(reason.strip(), N_("Write the reason; everyone will read it."))
    refuse_unless(local_id not in queries.exemptions(question.id), N_("This local is already exempt."))
    number = roll.local(local_id).number
    text = _order(question, "Exemption", f"Local {number} need not honour the charge.", reason)
    values = {"local_id": local_id, "reason": reason}
    return bodies.propose(
        actor, question.id, Body.TELLERS, "rule_exemption", text, values, now, about=f"local:{local_id}"
    )


def exempt_by_act(act: BodyAct, now: datetime) -> None:
    """The exemption took effect."""
    question = queries.question_by_id(act.question_id)
    local_id, reason = act.facts["local_id"], act.facts["reason"]
    refuse_unless(
        question.state in (QuestionState.CHARGED, QuestionState.DEBATING),
        N_("Locals are exempted between the charge and the close."),
    )
    db.session.add(models.Exemption(question_id=question.id, local_id=local_id, reason=reason, at=now))
    db.session.flush()
    audit.record(
        None,
        Act.EXEMPT_LOCAL,
        f"question:{question.id}",
        now=now,
        office="teller",
        local=local_id,
        reason=reason,
    )


def _order(question: Question, heading: str, sentence: str, reason: str) -> str:
    return f"# {heading}, question {question.number}\n\n{question.title}\n\n{sentence}\n\nPublic reason: {reason}\n"
