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
from typing import Any, TypeVar

import structlog
from flask import Flask, current_app
from flask_sqlalchemy import SQLAlchemy
from gevent import get_hub, monkey
from sqlalchemy import Connection, DateTime, Dialect, Engine, MetaData, PoolProxiedConnection, event
from sqlalchemy.orm import DeclarativeBase, Session, registry
from sqlalchemy.types import TypeDecorator

from forum.kernel.together import Gathering

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

READ = "read_once"  # where a session keeps what was read in a transaction for reading (see kernel.once)
SEEN = "seen"  # where a connection keeps what holds until somebody writes (see kernel.kept)
MOST_TOGETHER = 64
Answer = TypeVar("Answer")


def init_app(app: Flask, url: str) -> None:
    """Attach the database at `url` to the app."""
    app.config["SQLALCHEMY_DATABASE_URI"] = url
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = {"pool_use_lifo": True}  # the connection used last has the most kept
    db.init_app(app)
    with app.app_context():
        _say_savepoints_plainly(db.engine.dialect)
        if db.engine.dialect.name == "sqlite":
            _prepare_sqlite(db.engine)
        event.listen(db.engine, "commit", _forget_what_was_kept)
    event.listen(db.session, "before_flush", _refuse_a_write_in_a_read)


def _say_savepoints_plainly(dialect: Dialect) -> None:
    """Each savepoint has a name of its own, so that as a statement of the library's each would be compiled anew."""
    for method, words in (
        ("do_savepoint", "SAVEPOINT"),
        ("do_release_savepoint", "RELEASE SAVEPOINT"),
        ("do_rollback_to_savepoint", "ROLLBACK TO SAVEPOINT"),
    ):
        setattr(dialect, method, lambda connection, name, words=words: connection.exec_driver_sql(f"{words} {name}"))


def _forget_what_was_kept(connection: Connection) -> None:
    connection.info.pop(SEEN, None)


def _commit_beside_the_loop(dbapi_connection: PoolProxiedConnection) -> None:
    get_hub().threadpool.apply(dbapi_connection.commit)


def _prepare_sqlite(engine: Engine) -> None:
    if monkey.is_module_patched("threading"):
        # The disk takes its time: on gevent a commit waits in a thread of its own, and everybody else is served.
        engine.dialect.do_commit = _commit_beside_the_loop  # type: ignore[method-assign]

    @event.listens_for(engine, "connect")
    def _connect(connection: Any, _record: object) -> None:
        connection.isolation_level = None  # we say BEGIN ourselves, below
        for pragma in (
            "page_size=8192",  # of a new file: two ballots are 57 kB, and each page of them is a call to the disk
            "journal_mode=WAL",
            "foreign_keys=ON",
            "synchronous=FULL",
            "busy_timeout=10000",
            "secure_delete=ON",
            "cache_size=-8000",  # kB: a round of the ballot box, which would else go to the disk twice
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
        db.session.info[READ] = {}
        try:
            yield db.session()
        finally:
            db.session.info.pop(READ, None)
            db.session.rollback()
        return
    db.session.info.pop(READ, None)
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


def write_together(act: Callable[[], Answer]) -> Answer:
    """Do `act` in a write that it shares with whatever else came while the one before was being committed.

    The disk is asked once for all of them. Each stands behind a savepoint of its own, so that what one is refused for
    undoes nothing of another; each is answered after the commit. It runs outside the request that it came in.
    """
    answer: Answer = _together.ask(act)
    return answer


def _write(acts: list[Callable[[], Any]]) -> list[Any]:
    with transaction(write=True):
        return [_tried(act) for act in acts]


def _tried(act: Callable[[], Any]) -> Any:
    try:
        with attempt():
            return act()
    except Exception as problem:  # raised again where its own request waits
        return problem


_together: Gathering[Callable[[], Any], Any] = Gathering(_write, most=MOST_TOGETHER)


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
