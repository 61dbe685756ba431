"""A consistent copy of the whole database while it is in use, by the database's own means, and its way back.

SQLite copies itself (VACUUM INTO, which takes no deleted rows along); PostgreSQL by pg_dump and pg_restore.
"""

import os
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

from sqlalchemy import URL, inspect, make_url

from forum.kernel.database import db
from forum.kernel.settings import Settings

DEBIAN = Path("/usr/lib/postgresql")


class NotCopied(Exception):
    """The database could not be copied, or not be put back, and why."""


def kind_of(settings: Settings) -> str:
    """"sqlite" or "postgresql"."""
    return make_url(settings.database).get_backend_name()


def dump(settings: Settings, target: Path) -> None:
    """Write a copy of the database as it is at one moment to a file that does not exist. Raises NotCopied."""
    url = make_url(settings.database)
    if kind_of(settings) == "postgresql":
        _run("pg_dump", url, "--format=custom", "--no-owner", f"--file={target}")
        return
    try:
        with closing(sqlite3.connect(f"file:{url.database}?mode=ro", uri=True)) as connection:
            connection.execute("VACUUM INTO ?", [str(target)])
    except sqlite3.Error as problem:
        raise NotCopied(str(problem)) from None


def is_empty(settings: Settings) -> bool:
    """Whether there is no database yet: no file, or one without tables."""
    if kind_of(settings) == "sqlite":
        path = Path(make_url(settings.database).database or "")
        return not path.exists() or path.stat().st_size == 0
    return not inspect(db.engine).get_table_names()


def load(settings: Settings, source: Path) -> None:
    """Put a copy in the place of an empty database, whole or not at all. Raises NotCopied."""
    url = make_url(settings.database)
    db.engine.dispose()
    if kind_of(settings) == "postgresql":
        whole = ("--no-owner", "--exit-on-error", "--single-transaction")
        _run("pg_restore", url, *whole, f"--dbname={url.database}", str(source))
        return
    path = Path(url.database or "")
    draft = path.with_name(f"{path.name}.restoring")
    shutil.copyfile(source, draft)
    draft.chmod(0o600)
    with draft.open("rb+") as file:
        os.fsync(file.fileno())
    draft.replace(path)


def _run(program: str, url: URL, *arguments: str) -> None:
    """A PostgreSQL program; the password goes by its environment, where no list of processes shows it."""
    found = shutil.which(program) or max(map(str, DEBIAN.glob(f"*/bin/{program}")), default="")
    if not found:
        raise NotCopied(f"{program} is not installed here; it comes with PostgreSQL's client programs")
    places = {
        "PGHOST": url.query.get("host") or url.host, "PGPORT": url.port, "PGUSER": url.username,
        "PGPASSWORD": url.password, "PGDATABASE": url.database,
    }  # fmt: skip
    known = {name: str(value) for name, value in places.items() if value}
    done = subprocess.run(  # noqa: S603 - a program of PostgreSQL, and the operator's own settings
        [found, *arguments], env={**os.environ, **known}, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise NotCopied(f"{program}: {done.stderr.strip()}")
