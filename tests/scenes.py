"""What takes many operations to build is built by them once a worker, and from then on put back row by row.

A step such as `make_open` is `remembered`: the same step after the same steps, with the same arguments, leaves the same
rows, files and waiting jobs. The first step begins on the empty database; any other write ends what is known, and from
there the operations build again. So they do wherever a test has changed the settings, the clock or a function, or
reads the log.
"""

import pickle
from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass, field, is_dataclass
from functools import wraps
from io import BytesIO
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

import pytest
import structlog
from flask import Flask, current_app
from sqlalchemy import JSON, Engine, Executable, Table, event, func, inspect, null, select
from structlog.testing import LogCapture

from forum.kernel import clock
from forum.kernel.database import Base, db
from forum.kernel.settings import Settings

How = ParamSpec("How")
Made = TypeVar("Made")
Row = dict[str, Any]
Contents = dict[str, dict[Hashable, Row]]
Write = tuple[Executable, list[Row]]
Steps = tuple[Hashable, ...]

READS = ("SELECT", "SAVEPOINT", "RELEASE", "BEGIN", "PRAGMA")
WAITING = "on_commit"


@dataclass(frozen=True)
class Scene:
    """What stands after a step, and how to come there from the step before."""

    contents: Contents
    writes: list[Write]
    waiting: list[Callable[[], object]]
    files: dict[Path, bytes]
    made: bytes


@dataclass
class Stage:
    """The database under this worker's tests: the steps that led to what it holds, and every scene seen so far."""

    engine: Engine | None = None
    settings: Settings | None = None
    steps: Steps | None = None
    standing_at: int = 0
    written: int = 0
    committed: int = 0
    patch: pytest.MonkeyPatch | None = None
    scenes: dict[Steps, Scene] = field(default_factory=dict)

    def known(self) -> Steps | None:
        """The steps, where nothing but they has made the database what it is and this test is like any other."""
        if self.standing_at != self.written or current_app.config["HUSTINGS"] is not self.settings:
            return None
        if db.engine is not self.engine or clock._offset_file is not None:
            return None
        if self.patch is not None and any(vars(self.patch).values()):
            return None
        reads_log = any(isinstance(each, LogCapture) for each in structlog.get_config()["processors"])
        return None if reads_log else self.steps

    def stand(self, steps: Steps) -> None:
        self.steps, self.standing_at = steps, self.written


stage = Stage(scenes={(): Scene({}, [], [], {}, b"")})


def begin(app: Flask, engine: Engine) -> None:
    """A test begins on this empty database."""
    if not event.contains(engine, "rollback", _rolled_back):
        event.listen(engine, "before_cursor_execute", _said)
        event.listen(engine, "commit", _committed)
        event.listen(engine, "rollback", _rolled_back)
    stage.engine, stage.settings, stage.committed = engine, app.config["HUSTINGS"], stage.written
    stage.stand(())


def mind(patch: pytest.MonkeyPatch | None) -> None:
    """From when this patch changes anything, the operations build what the test asks for."""
    stage.patch = patch


def _said(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
    stage.written += not statement.startswith(READS)


def _committed(_connection: object) -> None:
    stage.committed = stage.written


def _rolled_back(_connection: object) -> None:
    if stage.committed != stage.written:
        stage.steps = None


def remembered(build: Callable[How, Made]) -> Callable[How, Made]:
    """A step: all that `build` makes is in its arguments, its answer, the database, the instance folder, or waits for
    the commit."""

    @wraps(build)
    def step(*args: How.args, **kwargs: How.kwargs) -> Made:
        db.session.flush()
        before = stage.known()
        if before is None:
            return build(*args, **kwargs)
        steps = (*before, build.__qualname__, len(_waiting()), _frozen((args, kwargs), plain=True))
        scene = stage.scenes.get(steps)
        if scene is not None:
            _put_back(scene)
            made: Made = _thawed(scene.made, args)
        else:
            files = _files()
            made = build(*args, **kwargs)
            db.session.flush()
            stage.scenes[steps] = _seen(stage.scenes[before].contents, files, (args, made))
        stage.stand(steps)
        return made

    return step


def _seen(before: Contents, files: dict[Path, bytes], made: object) -> Scene:
    """What stands now, where that stood `before`."""
    contents = _contents()
    return Scene(
        contents, list(_writes(before, contents)), list(_waiting()),
        {path: kept for path, kept in _files().items() if files.get(path) != kept}, _frozen(made),
    )  # fmt: skip


def _put_back(scene: Scene) -> None:
    connection = db.session.connection()
    for statement, rows in scene.writes:
        connection.execute(statement, rows or None)
    db.session.expire_all()
    db.session.info[WAITING] = list(scene.waiting)
    for path, kept in scene.files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(kept)


def _waiting() -> list[Callable[[], object]]:
    return db.session.info.get(WAITING, [])


def _files() -> dict[Path, bytes]:
    """What lies in the instance folder beside the databases."""
    folder = current_app.config["HUSTINGS"].instance
    return {each: each.read_bytes() for each in folder.rglob("*") if each.is_file() and ".sqlite3" not in each.name}


def _contents() -> Contents:
    found: Contents = {}
    for table in Base.metadata.sorted_tables:
        keys = [column.name for column in table.primary_key]
        rows = [dict(row) for row in db.session.connection().execute(table.select()).mappings()]
        found[table.name] = {tuple(row[key] for key in keys): row for row in rows}
    return found


def _writes(before: Contents, after: Contents) -> Iterator[Write]:
    """The statements that lead from one to the other."""
    tables = Base.metadata.sorted_tables
    for table in tables:
        old = before.get(table.name, {})
        if added := [_row(table, row) for key, row in after[table.name].items() if key not in old]:
            yield table.insert(), added
            if db.engine.dialect.name == "postgresql" and (counted := table.autoincrement_column) is not None:
                sequence = func.pg_get_serial_sequence(table.name, counted.name)
                yield select(func.setval(sequence, max(row[counted.name] for row in added))), []
    for table in tables:
        for key, old_row in before.get(table.name, {}).items():
            row = after[table.name].get(key)
            if row is not None and row != old_row:
                changed = {name: value for name, value in _row(table, row).items() if old_row[name] != row[name]}
                yield table.update().where(*_is(table, key)).values(changed), []
    for table in reversed(tables):
        for key in before.get(table.name, {}).keys() - after[table.name].keys():
            yield table.delete().where(*_is(table, key)), []


def _row(table: Table, row: Row) -> Row:
    """The row as it is bound: nothing in a JSON column is no value, rather than JSON's null."""
    return {
        name: null() if value is None and isinstance(table.c[name].type, JSON) else value for name, value in row.items()
    }


def _is(table: Table, key: Any) -> Iterator[Any]:
    return (column == value for column, value in zip(table.primary_key, key, strict=True))


class _Freezer(pickle.Pickler):
    """Rows are kept as what they are called, and looked up again in the session of the test."""

    def persistent_id(self, value: Any) -> Any:
        return (type(value), inspect(value).identity) if isinstance(value, Base) else None


class _Thawer(pickle.Unpickler):
    def persistent_load(self, named: Any) -> Any:
        return db.session.get_one(*named)


def _frozen(value: object, *, plain: bool = False) -> bytes:
    """`plain`: alike for what is equal, whichever of its parts are one and the same object."""
    kept = BytesIO()
    freezer = _Freezer(kept)
    freezer.fast = plain
    freezer.dump(value)
    return kept.getvalue()


def _thawed(kept: bytes, args: tuple[Any, ...]) -> Any:
    """The answer of a step; what the step changed in its arguments is changed in these."""
    changed, made = _Thawer(BytesIO(kept)).load()
    for mine, its in zip(args, changed, strict=True):
        if is_dataclass(its) and hasattr(its, "__dict__"):
            vars(mine).update(vars(its))
        if made is its:
            made = mine
    return made
