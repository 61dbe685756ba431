"""Every reading that counts on a question, as arrays: read argument by argument, so that memory stays small."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Select, bindparam

from forum.arguments.models import Argument, Reading
from forum.kernel.database import db
from forum.opinion.mapping import Ints, Readings

Rows = NDArray[np.int32]

_ONE = db.select(Reading.member_id, Reading.value, Reading.local_id).where(
    Reading.argument_id == bindparam("argument_id"), Reading.member_id.is_not(None)
)
_FAMILY = (
    db.select(Reading.member_id, Reading.value, Reading.local_id)
    .where(Reading.argument_id.in_(bindparam("argument_ids", expanding=True)), Reading.member_id.is_not(None))
    .order_by(Reading.at, Reading.id)
)


@dataclass(frozen=True)
class Loaded:
    """The readings of a question. `argument_ids` name the columns; `local` is each reading's place in `local_ids`."""

    readings: Readings
    argument_ids: list[int]
    local: Ints
    local_ids: list[int]


def load(question_id: int, *, with_gone: bool) -> Loaded:
    """What members who can still be told apart have read. Readings of merged arguments count where those went, a
    member's latest; what was withdrawn or hidden is a column that nobody has read, or, without `with_gone`, none."""
    families, gone = _arguments(question_id)
    columns = [*families, *(gone if with_gone else [])]
    parts = [_readings(family) for family in families.values()]
    argument = np.repeat(np.arange(len(parts), dtype=np.int32), [len(part) for part in parts])
    table = np.concatenate([np.empty((0, 3), dtype=np.int32), *parts])
    members, reader = np.unique(table[:, 0], return_inverse=True)
    locals_, local = np.unique(table[:, 2], return_inverse=True)
    order = np.argsort(reader, kind="stable")
    readings = Readings(
        len(members), len(columns), reader[order].astype(np.int32), argument[order], table[order, 1].astype(np.int8),
        frozenset(range(len(families), len(columns))),
    )  # fmt: skip
    return Loaded(readings, columns, local[order], [int(each) for each in locals_])


def _arguments(question_id: int) -> tuple[dict[int, list[int]], list[int]]:
    """Standing arguments by id with those merged into them, and the ids of those withdrawn or hidden."""
    query = (
        db.select(Argument.id, Argument.merged_into_id, Argument.withdrawn_at, Argument.hidden_at)
        .where(Argument.question_id == question_id, Argument.seconded_at.is_not(None))
        .order_by(Argument.number)
    )
    rows = db.session.execute(query).all()
    families = {id_: [id_] for id_, into, withdrawn, hidden in rows if into is None and not (withdrawn or hidden)}
    gone = [id_ for id_, into, *_ in rows if into is None and id_ not in families]
    for id_, into, *_ in rows:
        if into in families:
            families[into].append(id_)
    return families, gone


def _readings(family: Sequence[int]) -> Rows:
    """(member, value, local) of one argument and those merged into it, a row a member."""
    if len(family) == 1:
        return _table(_ONE, {"argument_id": family[0]})
    table = _table(_FAMILY, {"argument_ids": list(family)})
    _, last = np.unique(table[::-1, 0], return_index=True)
    latest: Rows = table[::-1][last]
    return latest


def _table(query: Select[tuple[int | None, int, int]], wanted: dict[str, object]) -> Rows:
    rows = db.session.execute(query, wanted)
    found: Rows = np.fromiter(chain.from_iterable(rows), dtype=np.int32).reshape(-1, 3)
    return found
