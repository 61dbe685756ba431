"""Reads of what an option's spokespersons want to add, as long as they do not agree."""

from dataclasses import dataclass

from forum.kernel.database import db
from forum.kernel.doors import Actor
from forum.kernel.errors import Missing
from forum.questions import queries
from forum.questions.models import Option, OptionNaming, Question
from forum.roll.models import Member


@dataclass(frozen=True, slots=True)
class Wanted:
    """Whom one of two spokespersons wants to add, while the other has not named the same member."""

    naming_id: int
    role: str
    name: str
    by: str
    mine: bool


def present_speakers(found: Question, option: Option) -> list[int]:
    """Ids of those who speak for the option and are still on the roll."""
    speakers = queries.spokespersons(found).get(option.id, ())
    query = db.select(Member.id).where(Member.id.in_(speakers), Member.left_at.is_(None))
    return list(db.session.scalars(query.order_by(Member.id)))


def namings(option_id: int) -> list[OptionNaming]:
    """Whom those who speak for an option have wanted to add, oldest first; earlier spokespersons' too."""
    query = db.select(OptionNaming).where(OptionNaming.option_id == option_id).order_by(OptionNaming.id)
    return list(db.session.scalars(query))


def naming(option_id: int, naming_id: int) -> OptionNaming:
    """One of them; `Missing` if the option has none such."""
    found = next((each for each in namings(option_id) if each.id == naming_id), None)
    if found is None:
        raise Missing
    return found


def wanted_for(actor: Actor, found: Question, option: Option) -> list[Wanted]:
    """For those who speak for an option: whom one of them wants to add and the other has not agreed to."""
    if not actor.is_member or actor.member_id not in queries.spokespersons(found).get(option.id, ()):
        return []
    speakers = present_speakers(found, option)
    if actor.member_id not in speakers:
        return []
    done = {each.role for each, _ in queries.named_people(found.id) if each.option_id == option.id}
    open_ones = [each for each in namings(option.id) if each.by_id in speakers and each.role not in done]
    ids = {member for each in open_ones for member in (each.by_id, each.member_id)}
    names = dict(db.session.execute(db.select(Member.id, Member.name).where(Member.id.in_(ids))).all())
    return [
        Wanted(each.id, each.role, names[each.member_id], names[each.by_id], each.by_id == actor.member_id)
        for each in open_ones
    ]
