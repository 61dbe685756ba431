"""Which tables' rows an operation holds for itself while it works.

SQLite has one writer at a time; on PostgreSQL two that decide about the same row would both go on without a lock.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import event
from sqlalchemy.orm import ORMExecuteState

from forum.kernel.database import db


@contextmanager
def holding_rows() -> Iterator[set[str]]:
    """The tables of which rows are read for an update within the block."""
    held: set[str] = set()

    def note(state: ORMExecuteState) -> None:
        if getattr(state.statement, "_for_update_arg", None) is not None and state.bind_mapper is not None:
            held.add(str(state.bind_mapper.local_table))

    event.listen(db.session, "do_orm_execute", note)
    try:
        yield held
    finally:
        event.remove(db.session, "do_orm_execute", note)
