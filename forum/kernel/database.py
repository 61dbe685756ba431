"""The database: one `db`, one way to open a transaction, and what happens only after its commit.

SQLite (WAL, foreign keys on, full durability) or PostgreSQL by URL. On SQLite everything that writes begins with
BEGIN IMMEDIATE under one lock of the process, because a read that turns into a write fails at once when
somebody else has written, and a greenlet that waits inside a write would stall every other.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

import structlog
from flask import Flask, current_app
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import DateTime, Dialect, Engine, MetaData, event
from sqlalchemy.orm import DeclarativeBase, Session, registry
from sqlalchemy.types import TypeDecorator

CONSTRAINT_NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class UTCDateTime(TypeDecorator[datetime]):
    """An aware UTC datetime; naive values are refused, so that no zone is ever guessed."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone was about to be stored")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """Base of every table. Tables derive from it directly, so that their types are checked."""

    registry = registry(
        metadata=MetaData(naming_convention=CONSTRAINT_NAMES), type_annotation_map={datetime: UTCDateTime}
    )


db = SQLAlchemy(model_class=Base, disable_autonaming=True)
log = structlog.get_logger()

_turn = threading.Lock()
_writing: ContextVar[bool] = ContextVar("writing", default=False)


def init_app(app: Flask, url: str) -> None:
    """Attach the database at `url` to the app."""
    app.config["SQLALCHEMY_DATABASE_URI"] = url
    db.init_app(app)
    with app.app_context():
        if db.engine.dialect.name == "sqlite":
            _prepare_sqlite(db.engine)
    event.listen(db.session, "before_flush", _refuse_a_write_in_a_read)


def _prepare_sqlite(engine: Engine) -> None:
    @event.listens_for(engine, "connect")
    def _connect(connection: Any, _record: object) -> None:
        connection.isolation_level = None  # we say BEGIN ourselves, below
        for pragma in (
            "journal_mode=WAL",
            "foreign_keys=ON",
            "synchronous=FULL",
            "busy_timeout=10000",
            "secure_delete=ON",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Any) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE" if _writing.get() else "BEGIN")


def _refuse_a_write_in_a_read(session: Session, _context: object, _instances: object) -> None:
    if not _writing.get() and (session.new or session.dirty or session.deleted):
        raise RuntimeError("something was about to be written in a transaction opened for reading")


@contextmanager
def transaction(*, write: bool) -> Iterator[Session]:
    """One unit of work: committed at the end, rolled back on any error, then what waits for the commit runs.

    Edges (doors, jobs, commands) open it; operations only flush. Inside a write nothing may wait for the network.
    """
    if _writing.get():
        raise RuntimeError("a transaction was opened inside a write, which it would have undone")
    if not write:
        try:
            yield db.session()
        finally:
            db.session.rollback()
        return
    db.session.rollback()  # end a read that this request began, so that the write begins afresh
    with _turn:
        token = _writing.set(True)
        try:
            yield db.session()
            db.session.commit()
        except BaseException:
            db.session.info.pop("on_commit", None)
            db.session.rollback()
            raise
        finally:
            _writing.reset(token)
    for act in db.session.info.pop("on_commit", []):
        _follow(act)


def _follow(act: Callable[[], object]) -> None:
    """What was committed stays done: where something that follows it fails, nobody is told that nothing was done, and
    whatever else waits still runs. What a lost job should have done is due at a later run."""
    try:
        act()
    except Exception:
        log.exception("what follows a commit failed")
        if current_app.testing or current_app.config["HUSTINGS"].replay:
            raise


def on_commit(act: Callable[[], object]) -> None:
    """Run `act` after this transaction has been committed, and not at all if it is rolled back."""
    db.session.info.setdefault("on_commit", []).append(act)


def waits_for_commit(act: Callable[[], object]) -> bool:
    """Whether an equal act waits for this transaction's commit already."""
    return act in db.session.info.get("on_commit", [])


@contextmanager
def attempt() -> Iterator[None]:
    """A savepoint: where what stands inside is refused, its rows are undone, and what it wanted to run after the commit
    is forgotten with them. The refusal goes on to the caller.
    """
    waiting = list(db.session.info.get("on_commit", []))
    try:
        with db.session.begin_nested():
            yield
    except BaseException:
        db.session.info["on_commit"] = waiting
        raise
