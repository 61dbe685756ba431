"""One tar that holds an installation: its database, its files, the public audit log, and what each part's hash is.

    audit.jsonl        the public audit log as of the backup: what a restore is compared by
    database           as `dump` wrote it
    instance/…         sealed lists, ballot boxes, archives, the signing key
    manifest.json      last: format, moment, structure of the database, size and SHA-256 of everything before it

Nothing is left out that a count needs, so a backup is as secret as the installation itself: keep it encrypted.
"""

import hashlib
import io
import json
import os
import tarfile
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

from alembic.runtime.migration import MigrationContext

from forum.kernel import signed_log
from forum.kernel.database import db
from forum.kernel.settings import Settings
from referendum.count.queries import archives_of
from referendum.keeping import dump
from referendum.process.models import Vote
from referendum.results.box_file import box_file

FORMAT = 1
LEFT_OUT = ("hustings.sqlite3*", "jobs.sqlite3*", "*.lock", "*.writing", "*.restoring", "opening-*.json")
"""The database goes by itself; work that waits finds its own way back; a teller's share is nobody's to keep."""


@dataclass(frozen=True)
class Part:
    """One thing in the tar."""

    name: str
    size: int
    sha256: str


def write_backup(out: BinaryIO, settings: Settings, *, now: datetime) -> dict[str, Any]:
    """Write the tar to a stream, which need not be able to go back; what its manifest says. Raises dump.NotCopied.

    Call it inside a transaction for reading. Files come after the database: they only grow, and the database says how
    far each belongs to it.
    """
    _write_boxes(settings)
    with tempfile.TemporaryDirectory(dir=settings.instance, prefix="backup-") as folder, \
         tarfile.open(fileobj=out, mode="w|") as tar:  # fmt: skip
        log, database = Path(folder) / "audit.jsonl", Path(folder) / "database"
        log.write_text("".join(f"{line}\n" for line in signed_log.export(with_bodies=False)), encoding="utf-8")
        dump.dump(settings, database)
        parts = [_put(tar, "audit.jsonl", log), _put(tar, "database", database)]
        parts += [_put(tar, f"instance/{path.relative_to(settings.instance)}", path) for path in _files(settings)]
        manifest = {
            "format": FORMAT,
            "made_at": now.isoformat(),
            "database": dump.kind_of(settings),
            "revision": MigrationContext.configure(db.session.connection()).get_current_revision(),
            "parts": {part.name: {"size": part.size, "sha256": part.sha256} for part in parts},
        }
        body = json.dumps(manifest, indent=1, ensure_ascii=False).encode()
        tar.addfile(_header("manifest.json", len(body)), io.BytesIO(body))
    return manifest


def _write_boxes(settings: Settings) -> None:
    """Bring the file of every ballot box up to its newest batch, so that a restore can be compared with it."""
    for vote in db.session.scalars(db.select(Vote).where(Vote.opened_at.is_not(None)).order_by(Vote.id)):
        for archive in archives_of(vote):
            box_file(vote, archive, settings.instance)


def _files(settings: Settings) -> Iterator[Path]:
    for path in sorted(settings.instance.rglob("*")):
        here = path.relative_to(settings.instance)
        beside = here.parts[0].startswith("backup-") or any(path.match(pattern) for pattern in LEFT_OUT)
        if path.is_file() and not path.is_symlink() and not beside:
            yield path


def _put(tar: tarfile.TarFile, name: str, path: Path) -> Part:
    """Add a file as long as it is now: one that grows meanwhile is cut there."""
    with path.open("rb") as file:
        size = os.fstat(file.fileno()).st_size
        hashing = _Hashing(file)
        tar.addfile(_header(name, size), hashing)
    return Part(name, size, hashing.digest.hexdigest())


def _header(name: str, size: int) -> tarfile.TarInfo:
    header = tarfile.TarInfo(name)
    header.size, header.mode = size, 0o600
    return header


class _Hashing(io.RawIOBase):
    """A file that is hashed while it is read."""

    def __init__(self, file: BinaryIO) -> None:
        self._file, self.digest = file, hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        chunk = self._file.read(size)
        self.digest.update(chunk)
        return chunk
