"""The tellers go on without a trustee for whom the others wait: before the ballot's text is fixed, and only then.

A trustee who answers nobody would otherwise keep the vote from ever opening. One who has done every step is not sent
away by anybody.
"""

from datetime import datetime

from forum.bodies import operations as bodies
from forum.bodies.acts import Body
from forum.bodies.models import BodyAct
from forum.kernel.database import db
from forum.kernel.doors import Actor
from forum.kernel.errors import N_, Invalid, Problem, refuse_unless
from forum.questions.operations import end_office
from forum.questions.queries import appointments, question_by_id
from forum.roll.models import Member
from referendum.conduct.facts_queries import about, vote_of
from referendum.conduct.forms import NewDropping
from referendum.process.facts import VoteState
from referendum.process.models import Vote
from referendum.trustees import queries, rules
from referendum.trustees.ceremony_operations import keep_up

DROP_TRUSTEE = "drop_trustee"
NOT_AWAITED = N_("Only a trustee for whom the others wait is gone on without, and only while another one is left.")


def awaited_trustees(vote: Vote) -> list[Member]:
    """The trustees for whom the others wait, while going on without one of them would leave anybody."""
    named = appointments(vote.question_id, "trustee")
    if vote.state != VoteState.SET_UP or vote.election_v or len(named) < 2:
        return []
    wanted = queries.division(vote)
    missing = rules.awaited(wanted.group, (*wanted.needed, *wanted.group), queries.progress(vote))
    return list(db.session.scalars(db.select(Member).where(Member.id.in_(missing)).order_by(Member.name, Member.id)))


def propose_dropping(actor: Actor, vote: Vote, new: NewDropping, now: datetime) -> BodyAct:
    """Put it before the tellers, with the public reason."""
    refuse_unless(actor.holds("teller", vote.question_id), N_("Only the tellers of this question do this."))
    waiting = awaited_trustees(vote)
    refuse_unless(waiting, NOT_AWAITED)
    member = next((each for each in waiting if each.public_id == new.trustee), None)
    if member is None:
        raise Invalid([Problem("trustee", NOT_AWAITED)])
    question = question_by_id(vote.question_id)
    document = (
        f"# Going on without a trustee, question {question.number}, vote {vote.number}\n\n{question.title}\n\n"
        f"{member.name} is trustee of this question no more. The others go on, where need be from the beginning.\n\n"
        f"Public reason: {new.reason}\n"
    )
    values = {"member": member.public_id, "reason": new.reason}
    return bodies.propose(
        actor, vote.question_id, Body.TELLERS, DROP_TRUSTEE, document, values, now, about=about(vote),
        names=[member.name],
    )  # fmt: skip


def dropped_by_act(act: BodyAct, now: datetime) -> None:
    """It took effect, if the others still wait for this trustee."""
    vote = vote_of(act)
    member = next((each for each in awaited_trustees(vote) if each.public_id == act.facts["member"]), None)
    refuse_unless(member is not None, NOT_AWAITED)
    assert member is not None
    end_office(question_by_id(vote.question_id), member, "trustee", act.facts["reason"], now)
    keep_up(vote, now)
