"""A debate in which both sides are heard: who speaks for each option, and what an office says for one."""

from datetime import datetime

from forum.kernel.database import db
from forum.questions.models import OptionSecond, Question
from forum.reach import operations
from forum.reach.forms import NewFavour, Words
from forum.reach.models import LedgerEntry, Offer
from forum.reach.rules import Audience, Kind
from tests.build_halls import make_debate, make_hall
from tests.conftest import NOW
from tests.people import Cast, actor

LETTER = Words("Take it", "It is **fair**.")


def make_sides(cast: Cast, *, options: int = 2) -> Question:
    """A debate; the first option's spokesperson is the seconder of the cast, every other's is the member."""
    question = make_debate(cast, options=options)
    for place, option in enumerate(question.options):
        name_speaker(question, place, cast.seconder if place == 0 else cast.member, by=cast.retired)
        assert option.id
    return question


def name_speaker(question: Question, place: int, member_id: int, *, by: int) -> None:
    """Let a member who seconds an option name who speaks for it."""
    option = question.options[place]
    db.session.add(OptionSecond(option_id=option.id, member_id=by, names_id=member_id, at=NOW))
    db.session.flush()


def favour(
    cast: Cast, question: Question, kind: Kind = Kind.MAIL, *, option: int = 0, by: int | None = None,
    words: Words = LETTER, audience: Audience = Audience.ALL, days: int = 1, local: str = "",
    council: int | None = None, now: datetime = NOW,
) -> LedgerEntry:  # fmt: skip
    """An officer, or whoever is named, speaks for an option; pins go to the national hall."""
    person = actor(by or cast.officer)
    hall = make_hall(question, person.local_id if person.office == "host" else None)
    new = NewFavour(
        kind, question.options[option].id, words, audience, council, local, hall.id if kind is Kind.PIN else None, days
    )
    return operations.favour(person, question.id, new, now=now)


def offers(question: Question) -> list[Offer]:
    """Every offer on a question, oldest first."""
    return list(db.session.scalars(db.select(Offer).where(Offer.question_id == question.id).order_by(Offer.id)))
