"""The tellers go on without a trustee for whom the others wait: before the ballot's text is fixed, and only then.

A trustee who answers nobody would otherwise keep the vote from ever opening. One who has done every step is not sent
away by anybody.
"""

from datetime import datetime

from forum.bodies.models import BodyAct
from forum.kernel.database import db
from forum.kernel.doors import Actor
from forum.kernel.errors import N_, Invalid, Problem, refuse_unless
from forum.questions.operations import end_office
from forum.questions.queries import appointments, question_by_id
from forum.roll.models import Member
from referendum.conduct.facts_queries import vote_of
from referendum.conduct.forms import NewDropping
from referendum.conduct.tellers_operations import propose_person, refuse_unless_teller
from referendum.process.facts import VoteState
from referendum.process.models import Vote
from referendum.trustees import queries, rules
from referendum.trustees.ceremony_operations import keep_up

DROP_TRUSTEE = "drop_trustee"
NOT_AWAITED = N_("The others can go on only without a trustee they are waiting for, and only while another is left.")


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
    refuse_unless_teller(actor, vote)
    waiting = awaited_trustees(vote)
    refuse_unless(waiting, NOT_AWAITED)
    member = next((each for each in waiting if each.public_id == new.trustee), None)
    if member is None:
        raise Invalid([Problem("trustee", NOT_AWAITED)])
    sentence = f"{member.name} is trustee of this question no more. The others go on, where need be from the beginning."
    return propose_person(actor, vote, DROP_TRUSTEE, member, "Going on without a trustee", sentence, new.reason, now)


def dropped_by_act(act: BodyAct, now: datetime) -> None:
    """It took effect, if the others still wait for this trustee."""
    vote = vote_of(act)
    member = next((each for each in awaited_trustees(vote) if each.public_id == act.facts["member"]), None)
    refuse_unless(member is not None, NOT_AWAITED)
    assert member is not None
    end_office(question_by_id(vote.question_id), member, "trustee", act.facts["reason"], now)
    keep_up(vote, now)
