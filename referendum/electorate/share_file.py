"""Tellers' shares on their way: they wait in a file beside the sealed list for each other and for the job that needs
them, an hour at most.

The database never holds a share: who reads it, or a copy of it, and is a teller besides, could otherwise open the list
alone. The folder is the instance's own, which only the server reads. Whoever calls holds the opening's row.
"""

import json
import os
from datetime import datetime, timedelta
from pathlib import Path

LIFETIME = timedelta(hours=1)


def path_of(folder: Path, opening_id: int) -> Path:
    """Where the shares of an opening wait."""
    return folder / "sealed" / f"opening-{opening_id}.json"


def keep(path: Path, place: str, share: str, now: datetime) -> None:
    """Put a share beside those that wait already."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.touch(mode=0o600)
    content = json.dumps({**_young(path, now), place: [share, now.isoformat()]})
    with path.open("w") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def waiting(path: Path, now: datetime) -> dict[str, str]:
    """Place → share, of those that wait and are not too old."""
    return {place: share for place, (share, _) in _young(path, now).items()}


def is_young(at: str, now: datetime) -> bool:
    """Whether a share handed in at this moment (ISO) may still be used."""
    return now - datetime.fromisoformat(at) < LIFETIME


def forget(path: Path) -> None:
    """The shares are not needed any more."""
    path.unlink(missing_ok=True)


def forget_old(folder: Path, now: datetime) -> int:
    """Take away the files of which every share is too old. Gives how many they were."""
    waiting = [path for path in (folder / "sealed").glob("opening-*.json") if path.stem.count(".") == 0]
    old = [path for path in waiting if not _young(path, now)]
    for path in old:
        forget(path)
    return len(old)


def _young(path: Path, now: datetime) -> dict[str, tuple[str, str]]:
    content = path.read_text() if path.exists() else ""
    held: dict[str, tuple[str, str]] = json.loads(content) if content else {}
    return {place: each for place, each in held.items() if is_young(each[1], now)}
