"""Claims that say nearly the same are noted as they are seconded, and set aside by whoever keeps order there."""

from datetime import datetime

from forum.arguments import likeness_queries
from forum.arguments.models import Argument, ArgumentLikeness
from forum.halls import queries as halls
from forum.halls.rules import keeps_order
from forum.kernel import audit
from forum.kernel.database import db
from forum.kernel.doors import Actor
from forum.kernel.errors import N_, Missing, refuse_unless
from forum.questions.models import Question


class Act(audit.Act):
    """What is found about pairs that may say the same."""

    SET_ASIDE_LIKENESS = "set_aside_likeness"


def note_likenesses(argument: Argument, question: Question) -> None:
    """Note which seconded arguments a newly seconded one may repeat: three at most, so that it stays a hint."""
    for other, likeness in likeness_queries.nearest_seconded(argument, question):
        db.session.add(ArgumentLikeness(argument_id=argument.id, other_id=other.id, likeness=likeness))


def set_aside(actor: Actor, argument_id: int, other_id: int, *, now: datetime) -> None:
    """A host finds that two differ: nobody is asked about them again. A merge can still be proposed at any time."""
    pair = db.session.get(ArgumentLikeness, (argument_id, other_id), with_for_update=True)
    if pair is None:
        raise Missing
    office = ""
    for each in (argument_id, other_id):
        argument = db.session.get_one(Argument, each)
        local_id = halls.hall(argument.hall_id).hall.local_id
        if not office and keeps_order(actor, argument.question_id, local_id):
            office = "host" if local_id else "teller"
    refuse_unless(office, N_("The host of a hall that one of the two came from says whether they differ."))
    if pair.settled_at is not None:
        return
    pair.settled_at = now
    db.session.flush()
    audit.record(actor, Act.SET_ASIDE_LIKENESS, f"argument:{argument_id}", now=now, office=office, other=other_id)
