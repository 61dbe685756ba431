"""What came of an opening, for the teller who handed in the last share: sealed to that teller's key, for an hour.

It holds codes and says who has voted, so nobody else may read it: not the database, not a copy of this folder.
"""

import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from referendum.crypto.canonical import canonical_bytes
from referendum.electorate.sealing import seal
from referendum.electorate.share_file import is_young

PATTERN = "opening-*.answer.json"


def path_of(folder: Path, opening_id: int) -> Path:
    """Where the answer to an opening waits."""
    return folder / "sealed" / f"opening-{opening_id}.answer.json"


def keep(path: Path, teller: int, public_key: int, answer: Mapping[str, Any], now: datetime) -> None:
    """Seal an answer to a teller's key and keep it."""
    sealed = seal(public_key, canonical_bytes(dict(answer)))
    path.touch(mode=0o600)
    path.write_text(json.dumps({"teller": teller, "at": now.isoformat(), "sealed": sealed}))


def sealed_for(path: Path, teller: int, now: datetime) -> dict[str, str] | None:
    """The sealed answer, where there is one for this teller."""
    kept = _read(path)
    if kept is None or kept["teller"] != teller or not is_young(kept["at"], now):
        return None
    sealed: dict[str, str] = kept["sealed"]
    return sealed


def forget_old(folder: Path, now: datetime) -> None:
    """Take away the answers that waited an hour."""
    for path in (folder / "sealed").glob(PATTERN):
        kept = _read(path)
        if kept is None or not is_young(kept["at"], now):
            path.unlink(missing_ok=True)


def _read(path: Path) -> dict[str, Any] | None:
    content = path.read_text() if path.exists() else ""
    kept: dict[str, Any] | None = json.loads(content) if content else None
    return kept
