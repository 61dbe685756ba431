"""A PostgreSQL server of a bench's own, as durable as in life: fsync stays on."""

import os
import pwd
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

BIN = Path("/usr/lib/postgresql/15/bin")


@contextmanager
def postgresql(folder: Path, *names: str) -> Iterator[list[str]]:
    """Serve databases of these names out of `folder` until the block ends; gives their addresses."""
    if not (BIN / "initdb").exists():
        sys.exit(f"This needs PostgreSQL, which is not in {BIN}.")
    place = folder / "postgresql"
    place.mkdir()
    if os.geteuid() == 0:  # the server refuses to run as root
        shutil.chown(place, pwd.getpwnam("nobody").pw_uid)
    options = f"-k {place} -c listen_addresses= -c max_connections=60"
    as_user([BIN / "initdb", "-D", place / "data", "-A", "trust", "-U", "hustings"])
    as_user([BIN / "pg_ctl", "-D", place / "data", "-w", "-o", options, "-l", place / "log", "start"])
    try:
        for name in names:
            as_user([BIN / "createdb", "-h", place, "-U", "hustings", name])
        yield [f"postgresql+psycopg://hustings@/{name}?host={place}" for name in names]
    finally:
        as_user([BIN / "pg_ctl", "-D", place / "data", "-m", "immediate", "stop"])


def as_user(command: list[str | Path]) -> None:
    """Run one of PostgreSQL's programs, as somebody who may own a server."""
    user = {"user": "nobody", "group": "nogroup", "extra_groups": []} if os.geteuid() == 0 else {}
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd="/", **user)  # type: ignore[call-overload]
