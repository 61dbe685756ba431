"""Entries of the audit log as observers read them: who acted, on what, and the facts, beside the text that was hashed.

A name is looked up when the page is read; the log itself holds only the random id that stands for a person.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select

from forum.arguments.models import Argument
from forum.halls.models import Hall
from forum.kernel.audit import AuditEntry, canonical
from forum.kernel.database import db
from forum.questions.models import Question
from forum.roll.models import Local, Member
from forum.sittings.models import Sitting
from referendum.process.models import Vote


@dataclass(frozen=True)
class Place:
    """What an act was done to: a question by its number and, under it, at most a vote, an argument, or a hall by the
    number of its local ('' for the national one)."""

    question: int
    vote: int | None = None
    argument: int | None = None
    hall: str | None = None


@dataclass(frozen=True)
class Opened:
    """The body of one entry. `who` is '' where it names no person; `place` is None where `subject` is of another kind
    or is gone."""

    who: str
    subject: str
    place: Place | None
    facts: list[tuple[str, str]]
    text: str


def opened(entries: Iterable[AuditEntry]) -> dict[int, Opened]:
    """The bodies of these entries, by height."""
    texts = {each.height: each.body for each in entries}
    bodies: dict[int, dict[str, Any]] = {height: json.loads(text) for height, text in texts.items()}
    names = _names({body["actor"] for body in bodies.values() if body["actor"]})
    places = _places({body["subject"] for body in bodies.values()})
    return {
        height: Opened(
            names.get(body["actor"], body["actor"] or ""), body["subject"], places.get(body["subject"]),
            [(key, value if isinstance(value, str) else canonical(value)) for key, value in body["facts"].items()],
            texts[height],
        )
        for height, body in bodies.items()
    }  # fmt: skip


def _names(public_ids: set[str]) -> dict[str, str]:
    query = db.select(Member.public_id, Member.name).where(Member.public_id.in_(public_ids))
    return {each.public_id: each.name for each in db.session.execute(query)}


def _places(subjects: set[str]) -> dict[str, Place]:
    """Each kind of subject that occurs, with one query."""
    found: dict[str, Place] = {}
    for kind, make in PLACES.items():
        named = [each.partition(":")[2] for each in subjects if each.startswith(f"{kind}:")]
        if named:
            found |= {f"{kind}:{key}": place for key, place in make(named)}
    return found


def _questions(ids: list[str]) -> list[tuple[object, Place]]:
    query = db.select(Question.id, Question.number).where(Question.id.in_(map(int, ids)))
    return [(key, Place(number)) for key, number in db.session.execute(query)]


def _votes(public_ids: list[str]) -> list[tuple[object, Place]]:
    query = (
        db.select(Vote.public_id, Question.number, Vote.number)
        .join(Question, Question.id == Vote.question_id)
        .where(Vote.public_id.in_(public_ids))
    )
    return [(key, Place(question, vote=number)) for key, question, number in db.session.execute(query)]


def _arguments(ids: list[str]) -> list[tuple[object, Place]]:
    query = (
        db.select(Argument.id, Question.number, Argument.number)
        .join(Question, Question.id == Argument.question_id)
        .where(Argument.id.in_(map(int, ids)))
    )
    return [(key, Place(question, argument=number)) for key, question, number in db.session.execute(query)]


def _halls(ids: list[str]) -> list[tuple[object, Place]]:
    return _in_halls(db.select(Hall.id, Question.number, Local.number).where(Hall.id.in_(map(int, ids))))


def _sittings(ids: list[str]) -> list[tuple[object, Place]]:
    query = db.select(Sitting.id, Question.number, Local.number).join(Hall, Hall.id == Sitting.hall_id)
    return _in_halls(query.where(Sitting.id.in_(map(int, ids))))


def _in_halls(query: Select[Any]) -> list[tuple[object, Place]]:
    query = query.join(Question, Question.id == Hall.question_id).outerjoin(Local, Local.id == Hall.local_id)
    return [(key, Place(question, hall=local or "")) for key, question, local in db.session.execute(query)]


PLACES = {
    "question": _questions, "vote": _votes, "argument": _arguments, "hall": _halls, "sitting": _sittings,
}  # fmt: skip
