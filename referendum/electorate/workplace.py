"""The folder in which tellers make codes: files that only they can read, a chunk of them at once or not at all. Pure.

A chunk's files are written beside their places, then a marker that names them, then they are moved. A marker that is
there means that the chunk is made: after a stop what was not moved yet is moved. A chunk without a marker never was.
"""

import json
import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from referendum.crypto.canonical import Malformed

FOLDERS = ("work", "mail", "letters")


def write_private(path: Path, content: bytes) -> None:
    """Write a file that only its owner can read, durably."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


class Workplace:
    """One folder, for one vote. `state` is what a run that goes on must know; it holds no secret."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.work = folder / "work"
        self._state = self.work / "state.json"

    def begin(self, state: Mapping[str, Any]) -> dict[str, Any]:
        """Set the folder up with this state, or give the state of the run that goes on here. A folder with anything
        else in it is refused."""
        if self._state.exists():
            found: dict[str, Any] = json.loads(self._state.read_bytes())
            self._mend()
            return found
        if self.folder.exists() and any(each.name != "work" for each in self.folder.iterdir()):
            raise Malformed(f"{self.folder} is not empty, and no run goes on there")
        for name in FOLDERS:
            (self.folder / name).mkdir(mode=0o700, parents=True, exist_ok=True)
        write_private(self.work / "state.tmp", json.dumps(state).encode())
        (self.work / "state.tmp").replace(self._state)
        return dict(state)

    def is_made(self, chunk: str) -> bool:
        """Whether this chunk was made."""
        return (self.work / f"{chunk}.made").exists()

    def keep(self, chunk: str, files: Mapping[str, bytes]) -> None:
        """Keep all files of a chunk (paths below the folder), or none of them if this stops on the way."""
        for name, content in files.items():
            write_private(self._beside(chunk, name), content)
        marker = self.work / f"{chunk}.made"
        write_private(marker.with_suffix(".tmp"), json.dumps(sorted(files)).encode())
        marker.with_suffix(".tmp").replace(marker)
        self._move(chunk, sorted(files))

    def clear_work(self) -> None:
        """Forget what only a run that goes on needs."""
        shutil.rmtree(self.work)

    def _beside(self, chunk: str, name: str) -> Path:
        return self.work / f"{chunk}-{name.replace('/', '-')}.tmp"

    def _move(self, chunk: str, names: list[str]) -> None:
        for name in names:
            beside = self._beside(chunk, name)
            if beside.exists():
                beside.replace(self.folder / name)

    def _mend(self) -> None:
        for marker in sorted(self.work.glob("*.made")):
            self._move(marker.stem, json.loads(marker.read_bytes()))
        for left in self.work.glob("*.tmp"):
            left.unlink()


def clear(folder: Path) -> int:
    """Take away everything in a folder that holds a code. Gives how many files that were."""
    found = [path for name in FOLDERS for path in (folder / name).rglob("*") if path.is_file()]
    found += [path for path in (folder / "refused.mbox",) if path.exists()]
    for path in found:
        path.unlink()
    for name in FOLDERS:
        shutil.rmtree(folder / name, ignore_errors=True)
    return len(found)
