"""A mandate begins at certification, is answered by acts, disputed by members, and ended by the clock."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from forum.bodies import operations as bodies
from forum.bodies.acts import MEMBERS_ONLY, Body
from forum.bodies.models import BodyAct
from forum.kernel import audit, slots, text
from forum.kernel.database import db
from forum.kernel.doors import Actor
from forum.kernel.errors import N_, Invalid, Missing, Obstructed, Problem, Refused, refuse_unless
from forum.questions.documents import instant
from forum.questions.models import Obligation, Option
from forum.questions.queries import options, process_of, question_by_id
from referendum.mandate import queries, rules
from referendum.mandate.forms import NewAct, NewDisputeRuling
from referendum.mandate.models import Dispute, Duty, FiledAct, Mandate, Quotation
from referendum.mandate.quote_rules import CitedArgument, arguments_to_quote, speaks_for
from referendum.mandate.rules import MandateMove, MandateState
from referendum.process.models import Vote
from referendum.process.queries import cited_vote
from referendum.results.queries import cited_lines


class Act(audit.Act):
    """Acts of power on mandates."""

    OPEN_MANDATE = "open_mandate"
    FILE_ACT = "file_act"
    FILE_DISPUTE = "file_dispute"
    RULE_DISPUTE = "rule_dispute"
    MOVE_MANDATE = "move_mandate"
    QUOTE_ARGUMENTS = "quote_arguments"


TIME_TO_ANSWER = timedelta(days=14)


def open_mandate(vote: Vote, now: datetime) -> Mandate | None:
    """Bind the leadership to what a certified vote elected; None where nobody was."""
    if vote.outcome != "elected" or vote.certified_at is None:
        return None
    return bind(vote, vote.elected, vote.certified_at, now)


def bind(vote: Vote, elected: Sequence[Option], since: datetime, now: datetime) -> Mandate | None:
    """Bind the leadership to these options, their obligations due from `since` on; None where the process has no
    mandate. `vote` is the members' vote that elected them, or sent them on to those who did."""
    question = question_by_id(vote.question_id)
    if process_of(question).mandate is None:
        return None
    found = queries.mandate_of_vote(vote.id)
    if found is not None:
        return found
    mandate = Mandate(vote_id=vote.id, question_id=question.id, options=list(elected), state=MandateState.DUE, at=now)
    db.session.add(mandate)
    db.session.flush()
    ids = [each.id for each in elected]
    query = db.select(Obligation).where(Obligation.option_id.in_(ids)).order_by(Obligation.option_id, Obligation.id)
    for each in db.session.scalars(query):
        due_at = rules.due_at(since, each.due_days)
        db.session.add(Duty(mandate_id=mandate.id, obligation_id=each.id, text=each.text, due_at=due_at))
    _quote(mandate)
    db.session.flush()
    db.session.refresh(mandate)
    audit.record(
        None, Act.OPEN_MANDATE, f"mandate:{mandate.id}", now=now, question=question.number, duties=len(mandate.duties)
    )
    slots.gather("mandate.moved", mandate, "due", now)
    for earlier in queries.due_on_the_same_matter(question):
        _supersede(earlier, question.number, now)
    return mandate


def _supersede(mandate: Mandate, number: int, now: datetime) -> None:
    """A later certified question on the same matter replaces a mandate that is still due.

    What the clock would have ended by now ends so first: a breach is not covered up by a later vote.
    """
    if _tend(mandate, now):
        return
    facts = replace(queries.facts_of(mandate), superseded_by_certified=True)
    if missing := rules.obstacles_to(MandateMove.SUPERSEDE, facts, now):
        raise Obstructed(missing)
    _move(mandate, MandateMove.SUPERSEDE, facts, now, by_question=number)


def quote_late(vote: Vote, now: datetime) -> None:
    """The citations were opened after the mandate had begun: it quotes them now, as long as it is due.

    What was breached by now is so first. Acts must answer what is quoted, so each duty is given fourteen days from now
    at least.
    """
    mandate = queries.mandate_of(vote.question_id)
    if mandate is None or mandate.state != MandateState.DUE or mandate.quotations:
        return
    if _tend(mandate, now, MandateMove.BREACH):
        return
    _quote(mandate)
    db.session.flush()
    db.session.refresh(mandate)
    if not mandate.quotations:
        return
    for each in mandate.duties:
        each.due_at = max(each.due_at, now + TIME_TO_ANSWER)
    db.session.flush()
    audit.record(
        None, Act.QUOTE_ARGUMENTS, f"mandate:{mandate.id}", now=now, office="clock", quoted=len(mandate.quotations)
    )
    slots.gather("mandate.moved", mandate, "quote", now)


def _quote(mandate: Mandate) -> None:
    vote = cited_vote(mandate.question_id)
    lines = cited_lines(vote) if vote else []
    ids = {each.argument.number: each.argument.id for each in lines}
    elected, count = {each.id for each in mandate.options}, len(options(mandate.question_id))
    chosen = arguments_to_quote(
        (
            CitedArgument(
                each.argument.number,
                speaks_for(
                    each.argument.side, on_elected=each.argument.option_id in elected, options_count=count
                ),
                each.moved,
                each.weighed,
            )
            for each in lines
        ),
        question_by_id(mandate.question_id).close_lot,
    )
    for kind, numbers in (("moved", chosen.moved), ("weighed", chosen.weighed)):
        for number in numbers:
            db.session.add(Quotation(mandate_id=mandate.id, argument_id=ids[number], kind=kind))


def file_act(actor: Actor, duty_id: int, new: NewAct, *, now: datetime) -> FiledAct:
    """The leadership says what it did for one duty, answering the arguments quoted; one officer suffices."""
    refuse_unless(actor.is_officer, N_("Acts are filed by officers."))
    refuse_unless(actor.fresh, N_("Please show once more that it is you, then file it."))
    duty = queries.duty(duty_id)
    mandate = db.session.get_one(Mandate, duty.mandate_id, with_for_update=True)
    refuse_unless(mandate.state == MandateState.DUE, N_("This mandate has already ended."))
    ids = {each.argument.number: each.argument.id for each in queries.quoted(mandate)}
    unknown = [number for number in new.answers if number not in ids]
    refuse_unless(not unknown, N_("The mandate does not quote that argument."))
    act = FiledAct(
        duty_id=duty.id, source=new.text, html=text.render(new.text), filed_by_id=actor.member_id, at=now,
        answers={str(ids[number]): answer for number, answer in new.answers.items()},
    )  # fmt: skip
    db.session.add(act)
    for dispute in queries.disputes(mandate):
        disputed = queries.filed_act(dispute.act_id)
        if dispute.ruling == "upheld" and dispute.mended_at is None and disputed.duty_id == duty.id:
            dispute.mended_at = now
    db.session.flush()
    db.session.refresh(duty)
    audit.record(
        actor, Act.FILE_ACT, f"mandate:{mandate.id}", now=now, office="officer", duty=duty.id, filed=act.id,
        answers=sorted(new.answers),
    )  # fmt: skip
    slots.gather("mandate.moved", mandate, "file_act", now)
    return act


def dispute(actor: Actor, act_id: int, words: str, *, now: datetime) -> Dispute:
    """A member says that an act does not do what it says."""
    act = queries.filed_act(act_id)
    mandate = db.session.get_one(Mandate, queries.duty(act.duty_id).mandate_id)
    refuse_unless(actor.is_member, N_("Members dispute acts."))
    refuse_unless(rules.may_dispute(queries.facts_of(mandate), now), N_("The time to dispute this act is over."))
    own = db.select(Dispute.id).where(Dispute.act_id == act.id, Dispute.member_id == actor.member_id)
    refuse_unless(db.session.scalar(own) is None, N_("You have disputed this act already."))
    made = Dispute(act_id=act.id, member_id=actor.member_id, text=words, at=now)
    db.session.add(made)
    db.session.flush()
    audit.record(actor, Act.FILE_DISPUTE, f"mandate:{mandate.id}", now=now, office="member", filed=act.id)
    slots.gather("mandate.moved", mandate, "dispute", now)
    return made


def propose_dispute_ruling(actor: Actor, dispute_id: int, new: NewDisputeRuling, *, now: datetime) -> BodyAct:
    """Put a ruling on a dispute before the tellers of the question."""
    found = _open_dispute(dispute_id)
    mandate = db.session.get_one(Mandate, queries.duty(queries.filed_act(found.act_id).duty_id).mandate_id)
    if new.upheld and (new.mend_by is None or new.mend_by <= now):
        raise Invalid([Problem("mend_by", N_("Give a day that is still to come."))])
    sentence = "The dispute is dismissed."
    if new.upheld and new.mend_by:
        sentence = f"The dispute is upheld. What it found must be mended by {instant(new.mend_by)}."
    document, public = (
        f"# Ruling on dispute {found.id}\n\nThe dispute:\n\n{words}\n\n{sentence}\n\nPublic reason: {new.reason}\n"
        for words in (found.text, MEMBERS_ONLY)
    )
    facts = {
        "public": public,
        "dispute_id": found.id, "upheld": new.upheld, "reason": new.reason,
        "mend_by": new.mend_by.isoformat() if new.mend_by else "",
    }  # fmt: skip
    return bodies.propose(
        actor, mandate.question_id, Body.TELLERS, "rule_dispute", document, facts, now,
        about=f"dispute:{found.id}", barred=[found.member_id],
    )  # fmt: skip


def rule_dispute_by_act(act: BodyAct, now: datetime) -> None:
    """The ruling took effect."""
    found = _open_dispute(act.facts["dispute_id"])
    found.ruling = "upheld" if act.facts["upheld"] else "dismissed"
    found.ruling_reason, found.ruled_at = act.facts["reason"], now
    if act.facts["mend_by"]:
        found.mend_by = datetime.fromisoformat(act.facts["mend_by"])
    db.session.flush()
    audit.record(
        None, Act.RULE_DISPUTE, f"dispute:{found.id}", now=now, office="teller", ruling=found.ruling,
        reason=found.ruling_reason,
    )  # fmt: skip


def _open_dispute(dispute_id: int) -> Dispute:
    found = db.session.get(Dispute, dispute_id, with_for_update=True)
    if found is None:
        raise Missing
    if found.ruling:
        raise Refused(N_("This dispute was ruled on already."))
    return found


def tend_mandates(now: datetime) -> list[Mandate]:
    """The clock's part: end every mandate that is breached or discharged now. Returns those that ended."""
    return [mandate for mandate in queries.due_mandates() if _tend(mandate, now)]


def _tend(mandate: Mandate, now: datetime, *moves: MandateMove) -> bool:
    facts = queries.facts_of(mandate)
    for move in moves or (MandateMove.BREACH, MandateMove.DISCHARGE):
        if not rules.obstacles_to(move, facts, now):
            _move(mandate, move, facts, now)
            return True
    return False


def _move(mandate: Mandate, move: MandateMove, facts: rules.MandateFacts, now: datetime, **told: object) -> None:
    after = rules.next_state(facts.state, move)
    if after is None:
        raise RuntimeError("the facts speak of another state than the mandate's own")
    overdue, _ = rules.breaches(facts, now)
    for number, each in enumerate(mandate.duties, start=1):
        if number in overdue:
            each.breached_at = now
    mandate.state, mandate.ended_at = str(after), now
    db.session.flush()
    audit.record(
        None, Act.MOVE_MANDATE, f"mandate:{mandate.id}", now=now, office="clock", move=str(move), after=str(after),
        **told,
    )  # fmt: skip
    slots.gather("mandate.moved", mandate, move, now)
