"""The one source of the present. Edges ask it and pass the answer down; nothing below an edge does.

A rehearsal may move the clock forward: `follow(path)` reads an offset in seconds from a small file, so that the
server and the job runner of one rehearsal agree. Outside a rehearsal nobody calls it.
"""

from datetime import UTC, datetime, timedelta
from pathlib import Path

_offset_file: Path | None = None


def now() -> datetime:
    """The present as an aware UTC datetime, to the microsecond."""
    return datetime.now(UTC) + _offset()


def follow(path: Path | None) -> None:
    """Let the clock run ahead by the seconds written in `path` (a missing file means none)."""
    global _offset_file  # noqa: PLW0603 - one process has one clock
    _offset_file = path


def move_to(instant: datetime) -> None:
    """Set a rehearsal's clock so that it now reads `instant`; refuses to go back, as time does."""
    if _offset_file is None:
        raise RuntimeError("only a rehearsal may move its clock")
    if instant < now():
        raise ValueError("the clock does not go back")
    _offset_file.write_text(str((instant - datetime.now(UTC)).total_seconds()))


def _offset() -> timedelta:
    if _offset_file is None or not _offset_file.exists():
        return timedelta()
    return timedelta(seconds=float(_offset_file.read_text() or 0))
