"""Challenges to the roll before its freeze, and the tellers' rulings on them. An upheld one holds at the freeze."""

from datetime import datetime

from forum.bodies import operations as bodies
from forum.bodies.acts import Body
from forum.bodies.models import BodyAct
from forum.kernel import audit
from forum.kernel.database import db
from forum.kernel.doors import Actor
from forum.kernel.errors import N_, refuse_unless
from forum.questions.models import Question
from forum.questions.queries import question_by_id
from forum.roll.queries import member
from forum.roll.rules import clean_number
from referendum.electorate import claim_queries, entry_queries, queries
from referendum.electorate.claim_forms import NewClaim
from referendum.electorate.claim_models import RollChallenge
from referendum.electorate.claim_rules import MOST_OPEN, may_claim

ACT = "rule_roll"
TOO_LATE = N_("The roll is challenged until its record date. That is past.")


class Act(audit.Act):
    """Acts on challenges to the roll."""

    CHALLENGE_ROLL = "challenge_roll"
    RULE_ROLL = "rule_roll"


def file_claim(actor: Actor, question: Question, new: NewClaim, *, now: datetime) -> RollChallenge:
    """A member asks that somebody may vote, or may not. Whether a number is anybody's is told to nobody."""
    vote, record_at = claim_queries.record_of(question)
    frozen = vote is not None and queries.electorate(vote.id) is not None
    refuse_unless(may_claim(record_at, now, frozen=frozen), TOO_LATE)
    number = clean_number(new.number) or member(actor.member_id).number
    waiting = [each for each in claim_queries.own_claims(question.id, actor.member_id) if not each.ruling]
    refuse_unless(
        len(waiting) < MOST_OPEN, N_("%(count)s of your challenges wait for a ruling. Wait for it."), count=len(waiting)
    )
    refuse_unless(
        all((each.number, each.admits) != (number, new.admits) for each in waiting),
        N_("You have filed this already. The tellers will rule on it."),
    )
    made = RollChallenge(
        question_id=question.id, member_id=actor.member_id, number=number, admits=new.admits, text=new.text, at=now,
        ruling="", ruling_reason="",
    )  # fmt: skip
    db.session.add(made)
    db.session.flush()
    audit.record(
        actor, Act.CHALLENGE_ROLL, f"roll challenge:{made.id}", now=now, office="member", admits=new.admits
    )
    return made


def propose_ruling(actor: Actor, claim_id: int, *, upheld: bool, reason: str, now: datetime) -> BodyAct:
    """Put a ruling before the tellers; neither who filed it nor whom it is about has a part in it."""
    found = _unruled(claim_id)
    question = question_by_id(found.question_id)
    wish = "may vote, who may not by the roll" if found.admits else "may not vote, who may by the roll"
    document = (
        f"# Ruling on challenge {found.id} to the roll of question {question.number}\n\n{question.title}\n\n"
        f"It asks that a member {wish}.\n\n"
        f"The challenge is {'upheld' if upheld else 'dismissed'}.\n\nPublic reason: {reason}\n"
    )
    facts = {"claim_id": found.id, "upheld": upheld, "reason": reason}
    barred = {found.member_id, *entry_queries.members_of_numbers([found.number])}
    return bodies.propose(
        actor, found.question_id, Body.TELLERS, ACT, document, facts, now, about=f"roll challenge:{found.id}",
        barred=barred,
    )  # fmt: skip


def ruled_by_act(act: BodyAct, now: datetime) -> None:
    """More than half of the tellers have signed."""
    found = _unruled(act.facts["claim_id"])
    found.ruling = "upheld" if act.facts["upheld"] else "dismissed"
    found.ruling_reason, found.ruled_at = act.facts["reason"], now
    db.session.flush()
    audit.record(
        None, Act.RULE_ROLL, f"roll challenge:{found.id}", now=now, office="teller", ruling=found.ruling,
        admits=found.admits, reason=found.ruling_reason,
    )  # fmt: skip


def _unruled(claim_id: int) -> RollChallenge:
    found = claim_queries.claim(claim_id)
    refuse_unless(not found.ruling, N_("This challenge was ruled on already."))
    vote, _ = claim_queries.record_of(question_by_id(found.question_id))
    refuse_unless(
        vote is None or queries.electorate(vote.id) is None,
        N_("The roll is frozen. It never changes again; this challenge was not ruled on in time."),
    )
    return found
