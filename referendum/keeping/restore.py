"""Putting a backup in the place of an empty installation, and never silently in the place of a newer record.

The tar is unpacked beside the installation and every hash of its manifest compared; what a newer public record holds
beyond it is told before anything is written. Everybody is signed out: a device that was revoked after the backup was
made would otherwise be let in again. Mail that waited is kept back, and voting codes stop: they may have left since.
"""

import hashlib
import json
import shutil
import tarfile
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO

from alembic.script import ScriptDirectory

from forum.kernel import audit, mail_held, migrate, signing
from forum.kernel.database import db, transaction
from forum.kernel.settings import Settings
from forum.signin.models import Device, OneTimeCode
from referendum.electorate.models import Electorate
from referendum.keeping import dump
from referendum.keeping.backup import FORMAT
from referendum.keeping.missing import Missing


class NotRestored(Exception):
    """Nothing was changed, and why."""


class Act(audit.Act):
    """A restore, in the log that goes on from the backup's."""

    RESTORE_BACKUP = "restore_backup"


@dataclass(frozen=True)
class Unpacked:
    """A backup in a folder, every byte as its manifest says."""

    folder: Path
    manifest: dict[str, Any]

    @property
    def files(self) -> list[str]:
        """The installation's files, without the database and the log."""
        return [name for name in self.manifest["parts"] if name.startswith("instance/")]


def unpack(source: BinaryIO, folder: Path) -> Unpacked:
    """Read a tar that `write_backup` wrote. Raises NotRestored when anything in it is missing, altered or foreign."""
    try:
        with tarfile.open(fileobj=source, mode="r|") as tar:
            for part in tar:
                _extract(tar, part, folder)
        manifest = json.loads((folder / "manifest.json").read_bytes())
        parts = {name: (part["size"], part["sha256"]) for name, part in manifest["parts"].items()}
        if manifest["format"] != FORMAT or not {"audit.jsonl", "database"} <= parts.keys():
            raise NotRestored("this backup was made by another version of the program")
    except (tarfile.TarError, OSError, ValueError, KeyError, TypeError, AttributeError) as problem:
        raise NotRestored(f"this is no whole backup: {problem or type(problem).__name__}") from None
    found = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()} - {"manifest.json"}
    for name in sorted(found | parts.keys()):
        if name not in parts or name not in found or _measured(folder / name) != parts[name]:
            raise NotRestored(f"{name} is not as its manifest says")
    return Unpacked(folder, manifest)


def _extract(tar: tarfile.TarFile, part: tarfile.TarInfo, folder: Path) -> None:
    """Write one plain file inside the folder, and nothing else that a tar can hold."""
    place, content = PurePosixPath(part.name), tar.extractfile(part) if part.isfile() else None
    if content is None or place.is_absolute() or ".." in place.parts:
        raise NotRestored(f"{part.name} has no place in a backup")
    there = folder / place
    there.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with content, there.open("xb") as out:
        shutil.copyfileobj(content, out)


def _measured(path: Path) -> tuple[int, str]:
    with path.open("rb") as file:
        return path.stat().st_size, hashlib.file_digest(file, "sha256").hexdigest()


def refuse_unless_free(settings: Settings, backup: Unpacked) -> None:
    """A restore overwrites nothing. Raises NotRestored."""
    if backup.manifest["database"] != dump.kind_of(settings):
        raise NotRestored(f"it is of {backup.manifest['database']}, and the settings name {dump.kind_of(settings)}")
    known = {each.revision for each in ScriptDirectory.from_config(migrate.configuration()).walk_revisions()}
    if backup.manifest["revision"] not in known:
        raise NotRestored("this backup was made by a newer version of the program: install that one")
    if not dump.is_empty(settings):
        raise NotRestored("there is a database already. Restore into an empty place: nothing is overwritten")
    for name in backup.files:
        there = _place(settings, name)
        part = backup.manifest["parts"][name]
        if there.exists() and _measured(there) != (part["size"], part["sha256"]):
            raise NotRestored(f"{there} exists already and is another file")


def _place(settings: Settings, name: str) -> Path:
    return settings.instance / Path(name).relative_to("instance")


def restore(settings: Settings, backup: Unpacked, missing: Missing | None, *, now: datetime) -> None:
    """Put files and database in their places, and say so in the log. `missing` is None where nothing was compared."""
    for name in backup.files:
        there = _place(settings, name)
        there.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        shutil.copyfile(backup.folder / name, there)
        there.chmod(0o600)
    dump.load(settings, backup.folder / "database")
    migrate.upgrade()
    with transaction(write=True) as session:
        session.execute(db.delete(Device))
        session.execute(db.delete(OneTimeCode))
        mail_held.hold_back(now)
        session.execute(db.update(Electorate).where(Electorate.codes == "making").values(halted=True))
        lost = {"acts": len(missing.acts), "head": missing.head, "ballots": missing.ballots} if missing else {}
        audit.record(
            None, Act.RESTORE_BACKUP, "installation:1", now=now, office="operator",
            made_at=backup.manifest["made_at"], compared=missing is not None, lost=lost, key=signing.fingerprint(),
        )  # fmt: skip
