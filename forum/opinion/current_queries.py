"""The stored map as pages read it: its large parts are fetched and ordered once after each time it was computed.

Every view of a board draws from it, and it changes only as readings are added up; so each process remembers the map of
a few questions, and asks the database only whether it is still that one.
"""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from flask import current_app

from forum.kernel.database import db
from forum.opinion import ranking
from forum.opinion.models import StoredMap

MEMORY = "hustings_maps"
MOST_KEPT = 8


@dataclass(frozen=True)
class CurrentMap:
    """One question's map. It is shared between requests: nobody changes what it holds."""

    computed_at: datetime
    state: str
    reader_count: int
    reading_count: int
    document: dict[str, Any]
    weights: dict[str, list[float]]

    @cached_property
    def sums(self) -> dict[int, ranking.Sums]:
        """The sums of each argument, by its id."""
        return {int(key): value for key, value in self.document["arguments"].items()}

    @cached_property
    def lists(self) -> ranking.Lists:
        """Every list of what is common, before anybody's unread arguments are left out."""
        return ranking.lists(self.document, self.sums)

    @cached_property
    def extremities(self) -> dict[int, float]:
        """E of formula 8 by argument id."""
        return {int(argument): row[3] for argument, row in self.weights.items()}


def current_map(question_id: int) -> CurrentMap | None:
    """What was found when this question's readings were last added up; None before."""
    kept: dict[int, CurrentMap] = current_app.extensions.setdefault(MEMORY, {})
    query = db.select(StoredMap.computed_at, StoredMap.state).where(StoredMap.question_id == question_id)
    newest = db.session.execute(query).first()
    if newest is None:
        return None
    known = kept.get(question_id)
    if known is not None and (known.computed_at, known.state) == tuple(newest):
        return known
    row = db.session.get_one(StoredMap, question_id)
    found = CurrentMap(
        row.computed_at, row.state, row.reader_count, row.reading_count, row.document, row.weights
    )
    if len(kept) >= MOST_KEPT:
        kept.clear()
    kept[question_id] = found
    return found


def extremities(question_id: int) -> dict[int, float]:
    """E of formula 8 by argument id, for whoever draws what is read next; empty while there is no map."""
    found = current_map(question_id)
    return found.extremities if found else {}
