"""Gathers what the guards of a question look at: from this slice's tables, and from later slices by a slot.

A later slice fills "question.facts" with a function of the question that returns a dict of `QuestionFacts` fields it
alone knows: `locals` (halls and sittings), `unanswered_reach`, `voting_opened`.
"""

from typing import Any

from forum.bodies import queries as bodies
from forum.kernel import audit, slots
from forum.kernel.database import db
from forum.questions import queries
from forum.questions.documents import charge_document, pledge_document
from forum.questions.facts import QuestionFacts
from forum.questions.floor import LocalFacts
from forum.questions.models import Appointment, Obligation, Option, Question, WithdrawalRequest
from forum.questions.states import QuestionState
from forum.roll.models import Local, Member
from forum.roll.queries import officer_ids, roll_size


def gather_facts(found: Question, *, published: bool | None = None, **known: Any) -> QuestionFacts:
    """Everything the guards need about this question. `known` overrides what was gathered; `published` asks
    what would be missing if it were published now."""
    process = queries.process_of(found)
    option_ids = [each.id for each in queries.options(found.id)]
    promised = set(db.session.scalars(db.select(Obligation.option_id).where(Obligation.question_id == found.id)))
    is_published = found.published_at is not None if published is None else published
    values: dict[str, Any] = {
        "state": QuestionState(found.state),
        "process": process,
        "timetable": queries.timetable_of(found),
        "option_count": len(option_ids),
        "slates": tuple(each.slate for each in queries.options(found.id)),
        "process_published": is_published,
        "timetable_published": is_published,
        "obligations_published": is_published and (process.mandate is None or _all_promise(option_ids, promised)),
        "roll_count": roll_size(),
        "officers": frozenset(officer_ids()),
        "tellers": _holders(found, "teller"),
        "trustees": _holders(found, "trustee"),
        "observers": _holders(found, "observer"),
        "began_at": queries.began_at(found),
        "extended": found.debate_extended_at is not None,
        "every_option_asks": every_option_asks(found),
    }
    values.update(_signed(found))
    for more in slots.gather("question.facts", found):
        values.update(more)
    if "locals" not in values and process.debate is not None:
        values["locals"] = _without_halls(found.id)
    values.update(known)
    return QuestionFacts(**values)


def _holders(found: Question, role: str) -> frozenset[int]:
    """Who holds this office; in a draft the officers named for it too, so that the charge is refused with them."""
    named = queries.officers_named(found.id, role) if found.state == QuestionState.DRAFTED else []
    return frozenset([*queries.appointments(found.id, role), *named])


def _all_promise(option_ids: list[int], promised: set[int]) -> bool:
    return bool(option_ids) and promised >= set(option_ids)


def _signed(found: Question) -> dict[str, Any]:
    texts = documents_of(found)
    return {f"{act}_signers": bodies.signers(found.id, act, audit.sha256(texts[act])) for act in ("pledge", "charge")}


def documents_of(found: Question) -> dict[str, str]:
    """The texts of pledge and charge for the question as it is now."""
    options = queries.options(found.id)
    query = db.select(Obligation).where(Obligation.question_id == found.id).order_by(Obligation.id)
    obligations = list(db.session.scalars(query))
    council_named = [each for each in queries.named_people(found.id) if each[0].option_id is None]
    people = [(named.role, name_with_need(named, member)) for named, member in council_named]
    process, timetable = queries.process_of(found), queries.timetable_of(found)
    earlier = queries.question_by_id(found.takes_up_id) if found.takes_up_id is not None else None
    pledge = pledge_document(found, options, obligations, people, process, timetable, earlier)
    return {"pledge": pledge, "charge": charge_document(found, pledge, process, timetable)}


def name_with_need(named: Appointment, member: Member) -> str:
    """Whoever holds an office, as signed documents write it; of a trustee also whether nothing is opened without."""
    return f"{member.name} (needed for the count)" if named.needed else member.name


def standing_of_locals(found: Question) -> tuple[LocalFacts, ...]:
    """Every local under the charge and how it stands, as the halls and sittings tell it."""
    for more in slots.gather("question.facts", found):
        if "locals" in more:
            told: tuple[LocalFacts, ...] = more["locals"]
            return told
    return _without_halls(found.id)


def _without_halls(question_id: int) -> tuple[LocalFacts, ...]:
    """Every local as if none had opened a hall: what holds until the halls say better."""
    exempt = queries.exemptions(question_id)
    rows = db.session.scalars(db.select(Local).order_by(Local.id))
    return tuple(LocalFacts(row.id, row.name or row.number, exemption=exempt.get(row.id)) for row in rows)


def every_option_asks(found: Question) -> bool:
    """Whether the spokespersons of every option have asked for the question to be withdrawn."""
    speakers = queries.spokespersons(found)
    query = (
        db.select(WithdrawalRequest.option_id, WithdrawalRequest.member_id)
        .join(Option, Option.id == WithdrawalRequest.option_id)
        .where(Option.question_id == found.id)
    )
    asked = {(option_id, member_id) for option_id, member_id in db.session.execute(query)}
    return bool(speakers) and all(
        members and all((option_id, member) in asked for member in members) for option_id, members in speakers.items()
    )
