"""What a newer public record holds that a backup has not: acts of the audit log, ballots of a box. No database."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from forum.kernel import signed_log
from referendum.archive.compare import Unreadable, compare
from referendum.archive.events import EventType
from referendum.archive.glance import glance


class AnotherRecord(Exception):
    """The public record is damaged, or belongs to another installation, or parts ways with the backup; and how."""


@dataclass
class Missing:
    """What would be lost. `acts` are the entries of the audit log after the backup's last, as (height, at, act,
    office); `head` is the hash of the newest of them. `ballots` counts, by file, those that the backup's box lacks;
    `archives` are files of which the backup has nothing."""

    acts: list[tuple[int, str, str, str]] = field(default_factory=list)
    head: str = ""
    ballots: dict[str, int] = field(default_factory=dict)
    archives: list[str] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.acts or self.ballots or self.archives)


def what_is_missing(backup: Path, record: Iterable[Path]) -> Missing:
    """Compare an unpacked backup with files of the public record: audit logs (.jsonl) and archives or boxes (.bel).

    Raises AnotherRecord.
    """
    missing = Missing()
    for path in record:
        if path.suffix == ".jsonl":
            _compare_logs(backup / "audit.jsonl", path, missing)
        elif path.suffix == ".bel":
            _compare_boxes(backup / "instance", path, missing)
        else:
            raise AnotherRecord(f"{path.name} is neither an audit log (.jsonl) nor an archive (.bel)")
    return missing


def _entries(path: Path) -> list[dict[str, Any]]:
    lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    faults = signed_log.check(lines)
    if faults:
        raise AnotherRecord(f"{path.name} does not hold: {faults[0]}")
    entries = [json.loads(line) for line in lines]
    return [entry for entry in entries if "parent" in entry]


def _compare_logs(old: Path, new: Path, missing: Missing) -> None:
    ours, theirs = _entries(old), _entries(new)
    for mine, other in zip(ours, theirs, strict=False):
        if mine["hash"] != other["hash"]:
            words = f"{new.name} and the backup part ways at entry {mine['height']}: they are not of one installation,"
            raise AnotherRecord(f"{words} or one of them was restored before")
    later = theirs[len(ours) :]
    if len(later) > len(missing.acts):
        missing.acts = [(each["height"], each["at"], each["act"], each["office"]) for each in later]
        missing.head = str(later[-1]["hash"])


def _compare_boxes(instance: Path, new: Path, missing: Missing) -> None:
    try:
        held = _held(instance, new)
        if held is None:
            missing.archives.append(new.name)
            return
        shorter, longer = sorted((new, held), key=lambda path: path.stat().st_size)
        difference = compare(shorter, longer)
    except (Unreadable, OSError) as problem:
        raise AnotherRecord(f"{new.name} cannot be read: {problem}") from None
    if not difference.extends:
        raise AnotherRecord(f"{new.name} and the backup's copy part ways: {difference.words}")
    if longer == new and difference.added:
        missing.ballots[new.name] = difference.added.get(EventType.BALLOT, 0)


def _held(instance: Path, new: Path) -> Path | None:
    """The backup's copy of the same archive: the finished file of that name, or the box that it grew from."""
    finished = instance / "archives" / new.name
    if finished.is_file():
        return finished
    boxes = instance.glob(f"boxes/{glance(new).uuid}.*.bel")
    return max(boxes, key=lambda path: path.stat().st_size, default=None)
