"""Questions put to a session beforehand: asked by those who may write in its hall, settled by whoever runs it."""

from datetime import datetime

from forum.halls.rules import office_shown
from forum.halls.stopping_queries import why_not_post
from forum.kernel import audit, live, text
from forum.kernel.database import db
from forum.kernel.doors import Actor
from forum.kernel.errors import N_, Missing, Refused, Stale
from forum.sittings import enquiry_queries, queries
from forum.sittings.enquiry_forms import NewEnquiry
from forum.sittings.enquiry_models import Enquiry
from forum.sittings.enquiry_rules import EnquiryMove, next_state, why_not_ask, why_not_settle
from forum.sittings.operations import run_room


class EnquiryAct(audit.Act):
    """Acts of power over what was asked."""

    ANSWER_ENQUIRY = "answer_enquiry"
    DEFER_ENQUIRY = "defer_enquiry"
    TAKE_UP_ENQUIRY = "take_up_enquiry"


ACTS = {
    EnquiryMove.ANSWER: EnquiryAct.ANSWER_ENQUIRY,
    EnquiryMove.DEFER: EnquiryAct.DEFER_ENQUIRY,
    EnquiryMove.TAKE_UP: EnquiryAct.TAKE_UP_ENQUIRY,
}


def ask(actor: Actor, sitting_id: int, new: NewEnquiry, *, now: datetime) -> Enquiry:
    """Put a question to a session. The same `client_key` from the same member gives the one that is there."""
    room = queries.room(sitting_id, lock=True)  # a second press of the button waits, and finds the first
    earlier = enquiry_queries.sent_before(actor.member_id, new.client_key)
    if earlier is not None:
        return earlier
    number = enquiry_queries.asked_by(sitting_id, actor.member_id)
    if reason := why_not_ask(room.sitting.state, number) or why_not_post(actor, room.place, room.hall.id, now):
        raise Refused(reason)
    enquiry = Enquiry(
        sitting_id=sitting_id, author_id=actor.member_id, office=office_shown(actor, room.hall.local_id),
        source=new.text, html=text.render(new.text), client_key=new.client_key or None, asked_at=now,
    )  # fmt: skip
    db.session.add(enquiry)
    db.session.flush()
    _announce(enquiry)
    return enquiry


def answer(actor: Actor, sitting_id: int, enquiry_id: int, words: str, *, now: datetime) -> Enquiry:
    """Answer in writing. The answer stands beside the question, under the name of whoever wrote it."""
    return _settle(actor, sitting_id, enquiry_id, EnquiryMove.ANSWER, now, words)


def defer(actor: Actor, sitting_id: int, enquiry_id: int, *, now: datetime) -> Enquiry:
    """Say that it will be taken up in the session."""
    return _settle(actor, sitting_id, enquiry_id, EnquiryMove.DEFER, now)


def take_up(actor: Actor, sitting_id: int, enquiry_id: int, *, now: datetime) -> Enquiry:
    """Note that the session has taken it up."""
    return _settle(actor, sitting_id, enquiry_id, EnquiryMove.TAKE_UP, now)


def hide_enquiry(enquiry_id: int, *, now: datetime) -> Enquiry:
    """Take its words from view; who may, and on which ground, is moderation's to check."""
    enquiry = _enquiry(enquiry_id)
    enquiry.hidden_at = enquiry.hidden_at or now
    _announce(enquiry)
    return enquiry


def restore_enquiry(enquiry_id: int) -> Enquiry:
    """Show its words again."""
    enquiry = _enquiry(enquiry_id)
    enquiry.hidden_at = None
    _announce(enquiry)
    return enquiry


def _settle(
    actor: Actor, sitting_id: int, enquiry_id: int, move: EnquiryMove, now: datetime, words: str = ""
) -> Enquiry:
    room = run_room(actor, sitting_id)
    enquiry = enquiry_queries.enquiry(sitting_id, enquiry_id, lock=True)
    if reason := why_not_settle(room.sitting.state, move):
        raise Refused(reason)
    state = next_state(enquiry.state, move)
    if state is None or enquiry.hidden_at is not None:
        raise Stale(N_("Nothing was done: meanwhile somebody else settled or hid this question. Look again."))
    enquiry.state, enquiry.settled_at, enquiry.settled_by_id = state, now, actor.member_id
    enquiry.answer_source, enquiry.answer_html = words, text.render(words) if words else ""
    audit.record(actor, ACTS[move], f"sitting:{sitting_id}", now=now, enquiry=enquiry_id)
    _announce(enquiry)
    return enquiry


def _announce(enquiry: Enquiry) -> None:
    db.session.flush()
    told = enquiry_queries.shown(enquiry.id).sent(enquiry.sitting_id)
    live.announce("enquiry", told, room=f"sitting:{enquiry.sitting_id}")


def _enquiry(enquiry_id: int) -> Enquiry:
    enquiry = db.session.get(Enquiry, enquiry_id)
    if enquiry is None:
        raise Missing
    return enquiry
