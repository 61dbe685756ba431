"""A host invites officers to the hall, and takes an invitation back. What was said under it stays, marked."""

from datetime import datetime

from forum.bodies.queries import recipients
from forum.halls import invitation_queries, queries, rules
from forum.halls.invitation_models import Invitation
from forum.halls.queries import HallView
from forum.kernel import audit, mail
from forum.kernel.database import db
from forum.kernel.doors import Actor
from forum.kernel.errors import N_, Invalid, Problem, Refused
from forum.questions.queries import member_named
from forum.questions.rules import QuestionState
from forum.roll.models import Member


class Act(audit.Act):
    """A host's acts over who else speaks in the hall."""

    INVITE_OFFICER = "invite_officer"
    WITHDRAW_INVITATION = "withdraw_invitation"


def invite_officer(actor: Actor, hall_id: int, words: str, *, now: datetime) -> Invitation:
    """Let an officer, named by member number or exact name, speak in the hall. Inviting twice is no error."""
    view = _view(actor, hall_id)
    officer = _officer(words, view)
    standing = invitation_queries.standing_invitation(hall_id, officer.id)
    if standing is not None:
        return standing
    made = Invitation(hall_id=hall_id, member_id=officer.id, invited_by_id=actor.member_id, at=now)
    db.session.add(made)
    db.session.flush()
    _record(actor, Act.INVITE_OFFICER, view, officer, now)
    for address, language in recipients(frozenset({officer.id})):
        mail.send("officer_invited", address, language=language, now=now, view=view, person=officer.name)
    return made


def withdraw_invitation(actor: Actor, hall_id: int, invitation_id: int, *, now: datetime) -> Invitation:
    """From now on the officer only reads there. Withdrawing twice is no error."""
    view = _view(actor, hall_id)
    found = invitation_queries.invitation(hall_id, invitation_id)
    if found.withdrawn_at is None:
        found.withdrawn_at, found.withdrawn_by_id = now, actor.member_id
        db.session.flush()
        _record(actor, Act.WITHDRAW_INVITATION, view, db.session.get_one(Member, found.member_id), now)
    return found


def _view(actor: Actor, hall_id: int) -> HallView:
    view = queries.hall(hall_id)
    state = QuestionState(view.question.state)
    if reason := rules.why_not_invite(actor, view.question.id, state, view.hall.local_id):
        raise Refused(reason)
    return view


def _officer(words: str, view: HallView) -> Member:
    """The officer meant; raises `Invalid` at the field. Of others it says no more than that they are none."""
    found = [each for each in member_named(words) if each.office == "officer"]
    if not found:
        raise Invalid([Problem("officer", N_("No officer has this number, or exactly this name."))])
    if len(found) > 1:
        raise Invalid([Problem("officer", N_("Several members have this name. Give the member number."))])
    if found[0].local_id == view.hall.local_id:
        raise Invalid([Problem("officer", N_("This officer is a member of your local and speaks here anyway."))])
    return found[0]


def _record(actor: Actor, act: Act, view: HallView, officer: Member, now: datetime) -> None:
    audit.record(
        actor, act, f"hall:{view.hall.id}", now=now, office="host", officer=officer.public_id,
        question=view.question.number,
    )  # fmt: skip
