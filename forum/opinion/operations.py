"""Adding a question's readings up: prepared in a read, worked out without the database, stored in a write."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from forum.kernel.database import db
from forum.opinion import queries
from forum.opinion.groups import Smoothing
from forum.opinion.loading_queries import Loaded, load
from forum.opinion.models import StoredMap
from forum.opinion.summing import Summing
from forum.questions.models import Question
from forum.questions.rules import QuestionState


@dataclass(frozen=True)
class Work:
    """What is read for one question before anything is worked out."""

    loaded: Loaded
    members: dict[int, int]
    before: Smoothing
    weights: dict[str, list[float]]
    settled: bool
    state: str


def prepare(question: Question) -> Work:
    """Read what is needed."""
    settled = question.state != QuestionState.DEBATING
    loaded = load(question.id, with_gone=not settled)
    stored = queries.stored_map(question.id)
    before = Smoothing(**stored.document.get("smoothing", {})) if stored else Smoothing()
    members = queries.members_by_local(loaded.local_ids)
    weights = stored.weights if stored else {}
    return Work(loaded, members, before, weights, settled, queries.state_of(question))


def work_out(work: Work) -> tuple[dict[str, Any], dict[str, list[float]]]:
    """The page's document and the arguments' weights. Touches no database."""
    loaded = work.loaded
    summing = Summing(
        loaded.readings, loaded.argument_ids, loaded.local, loaded.local_ids, work.members, work.weights
    )
    return summing.document(work.before, settled=work.settled), summing.weights()


def add_up(question: Question, now: datetime) -> None:
    """All three at once, in the caller's transaction: for a small debate that is being made up."""
    work = prepare(question)
    store(question.id, work, work_out(work), took_ms=0, now=now)


def store(
    question_id: int, work: Work, found: tuple[dict[str, Any], dict[str, list[float]]], *, took_ms: int, now: datetime
) -> None:
    """Write what was found. Once readings have lost their members, the last map that was drawn stays."""
    stored = queries.stored_map(question_id)
    readings = work.loaded.readings
    if stored is None:
        stored = StoredMap(question_id=question_id)
        db.session.add(stored)
    elif work.settled and not readings.readers:
        stored.state = work.state
        return
    stored.document, stored.weights = found
    stored.computed_at, stored.took_ms, stored.state = now, took_ms, work.state
    stored.reader_count, stored.reading_count = readings.readers, len(readings.value)
