"""The tellers name an observer where one has left, or where a single one could not rule on their own challenge."""

from datetime import datetime

from forum.bodies import queries as body_queries
from forum.bodies.models import BodyAct
from forum.kernel import audit
from forum.kernel.database import db
from forum.kernel.doors import Actor
from forum.kernel.errors import N_, Invalid, Problem, refuse_unless
from forum.questions.models import Appointment
from forum.questions.operations import tell_named
from forum.questions.queries import appointments, member_named, named_people, question_by_id
from forum.roll.models import Member
from referendum.conduct.facts_queries import vote_of
from referendum.conduct.forms import NewObserver
from referendum.conduct.tellers_operations import propose_person, refuse_unless_teller
from referendum.process.facts import VoteState
from referendum.process.models import Vote
from referendum.process.queries import challenges

NAME_OBSERVER = "name_observer"
OVER = (VoteState.CERTIFIED, VoteState.ANNULLED)
ENOUGH = 2
UNSUITABLE = N_("Officers, and members who hold an office for this question, are not named observers.")


class Act(audit.Act):
    """The act of power that names an observer."""

    NAME_OBSERVER = "name_observer"


def observer_wanted(vote: Vote, apart: BodyAct | None = None) -> bool:
    """Whether fewer observers are there than were first named, or only one; while the vote is not over. `apart` is the
    act that names one just now.
    """
    present = appointments(vote.question_id, "observer")
    named = [each for each, _ in named_people(vote.question_id) if each.role == "observer"]
    acts = body_queries.acts_of(vote.question_id)
    added = sum(1 for each in acts if each.act == NAME_OBSERVER and each.took_effect_at and each is not apart)
    return vote.state not in OVER and len(present) < max(len(named) - added, ENOUGH)


def propose_observer(actor: Actor, vote: Vote, new: NewObserver, now: datetime) -> BodyAct:
    """Put an observer's name before the tellers, with the public reason."""
    refuse_unless_teller(actor, vote)
    _refuse_unless_wanted(vote)
    member = _meant(new.member)
    if not _suitable(vote.question_id, member):
        raise Invalid([Problem("member", UNSUITABLE)])
    sentence = f"The tellers name {member.name} observer of this question."
    return propose_person(actor, vote, NAME_OBSERVER, member, "Naming an observer", sentence, new.reason, now)


def observer_named_by_act(act: BodyAct, now: datetime) -> None:
    """The naming took effect, if an observer is still wanted and this member may still be one."""
    vote = vote_of(act)
    _refuse_unless_wanted(vote, apart=act)
    member = db.session.scalars(db.select(Member).where(Member.public_id == act.facts["member"])).one()
    refuse_unless(_suitable(vote.question_id, member), UNSUITABLE)
    question = question_by_id(vote.question_id)
    db.session.add(Appointment(question_id=question.id, member_id=member.id, role="observer", named_at=now))
    db.session.flush()
    audit.record(
        None, Act.NAME_OBSERVER, f"question:{question.id}", now=now, office="teller", named=member.public_id,
        reason=act.facts["reason"],
    )  # fmt: skip
    tell_named(question, [("observer", member.id)], now)


def _refuse_unless_wanted(vote: Vote, apart: BodyAct | None = None) -> None:
    refuse_unless(
        observer_wanted(vote, apart),
        N_("The tellers name an observer only in place of one who has left, or beside the only one there is."),
    )
    present = set(appointments(vote.question_id, "observer"))
    waiting = [each for each in challenges(vote.id) if each.to_tellers and not each.ruling]
    refuse_unless(
        not any(present - {each.member_id} for each in waiting),
        N_("A challenge to the tellers waits for the observers. Until they have ruled, the tellers name nobody."),
    )


def _meant(words: str) -> Member:
    found = member_named(words)
    if len(found) != 1:
        raise Invalid([Problem("member", N_("Give the number, or exactly the name, of one member on the roll."))])
    return found[0]


def _suitable(question_id: int, member: Member) -> bool:
    """Whether a member is on the roll and holds no office of the council and none for this question."""
    held = {each.member_id for each, _ in named_people(question_id)}
    return member.left_at is None and member.office != "officer" and member.id not in held
