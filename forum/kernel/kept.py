"""What every reader sees alike is worked out once and kept until somebody writes to the database.

A function marked `@kept` depends on its arguments, on the database, on the reader's language and time zone and on
whether a member reads; on nothing else: not on who it is (see `_unseen`), and not on the clock, unless it is given the
minute (`this_minute`). What it gives is shared, so it is frozen: values, Markup, rows that are `still`. A form that is
kept in Markup has a hole where its token belongs, which is filled for each reader.

Nothing kept is ever stale. Each connection keeps its own, and each transaction for reading first asks whether anything
was committed since that connection last asked, by whichever process: SQLite counts that for each connection, and
PostgreSQL's snapshot names every transaction whose rows can be seen. Inside a write, every call works it out anew.
"""

from collections import namedtuple
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import cache, wraps
from secrets import token_hex
from typing import Any, ParamSpec, TypeVar

from flask import g
from flask_wtf.csrf import generate_csrf
from markupsafe import Markup
from sqlalchemy import Connection

from forum.kernel.database import READ, SEEN, Base, db
from forum.kernel.doors import VISITOR, Actor
from forum.kernel.languages import language, zone_name

ANY_MEMBER = Actor(member_id=-1)  # reads what every member reads, and holds no office
HOLE = token_hex(16)  # stands where a form's token belongs
MOST = 1_000  # parts that a connection keeps
CSRF = "csrf_token"  # where Flask-WTF keeps the token of this request

Asked = ParamSpec("Asked")
Answer = TypeVar("Answer")
Row = TypeVar("Row", bound=Base)


def kept(work: Callable[Asked, Answer]) -> Callable[Asked, Answer]:
    """Keep what `work` gives for these arguments and such a reader until somebody writes."""

    @wraps(work)
    def asked(*args: Asked.args, **kwargs: Asked.kwargs) -> Answer:
        page = db.session.info.get(READ)
        if page is None:
            return work(*args, **kwargs)
        memory = page[SEEN] if SEEN in page else page.setdefault(SEEN, _memory())
        reader: Actor = g.get("actor", VISITOR)
        key = (work, reader.is_member, language(), zone_name(), args, *kwargs.items())
        if key not in memory:
            if len(memory) >= MOST:
                memory.clear()
            with _unseen(reader):
                worked_out = work(*args, **kwargs)
            memory[key] = worked_out, _has_hole(worked_out)
        found, has_hole = memory[key]
        answer: Answer = found.replace(HOLE, generate_csrf()) if has_hole else found
        return answer

    return asked


def _memory() -> dict[Hashable, Any]:
    """What this connection keeps; empty if anything was committed since it was last asked."""
    connection = db.session.connection()
    version = _version(connection)
    seen, memory = connection.info.get(SEEN, (None, {}))
    if seen != version:
        memory = {}
        connection.info[SEEN] = version, memory
    found: dict[Hashable, Any] = memory
    return found


def _version(connection: Connection) -> object:
    """What changes whenever another connection has committed something that this transaction sees."""
    if connection.dialect.name == "sqlite":
        return connection.connection.execute("PRAGMA data_version").fetchone()
    return connection.exec_driver_sql("SELECT pg_current_snapshot()::text").scalar()


@contextmanager
def _unseen(reader: Actor) -> Iterator[None]:
    """While something is worked out for everybody, no reader in particular is there, and nothing of theirs gets in."""
    somebody = Actor(-1 if reader.is_member else 0, timezone=reader.timezone, language=reader.language)
    theirs = {name: g.pop(name, None) for name in ("actor", CSRF)}
    g.actor, g.csrf_token = somebody, HOLE
    try:
        yield
    finally:
        for name, value in theirs.items():
            g.pop(name)
            if value is not None:
                setattr(g, name, value)


def _has_hole(answer: object) -> bool:
    found = HOLE in str(answer)
    if found and not isinstance(answer, Markup):
        raise RuntimeError("only Markup is kept with a form in it")
    return found


def this_minute(now: datetime) -> datetime:
    """The minute that runs: what depends on the time is kept no longer."""
    return now.replace(second=0, microsecond=0)


def still(row: Row) -> Row:
    """A row's columns as they are now, which nobody can change and which outlive the transaction."""
    frozen: Row = _frozen(type(row))(*(getattr(row, name) for name in row.__mapper__.columns.keys()))  # noqa: SIM118
    return frozen


@cache
def _frozen(model: type[Base]) -> Any:
    return namedtuple(model.__name__, model.__mapper__.columns.keys())  # noqa: PYI024 - by name
