"""Reading a Polis export: comments.csv and votes.csv, as compdemocracy/openData publishes them.

Strict: a file with one bad row is refused with the number of its line, rather than half understood.
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from forum.kernel.text import clean, too_much

LARGEST = 300_000_000
COMMENTS = ("timestamp", "comment-id", "author-id", "moderated", "comment-body")
VOTES = ("timestamp", "comment-id", "voter-id", "vote")
ACCEPTED, WAITING = 1, 0
LONGEST = 5_000


class BadExport(Exception):
    """The folder holds no readable Polis export. Says which line of which file is wrong, and how."""


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement and its author, by the export's numbers."""

    number: int
    author: int
    text: str


@dataclass(frozen=True, slots=True)
class PolisExport:
    """A conversation: statements that passed moderation, by time; each participant's last vote on each (1, 0, -1);
    and for each statement those who agreed, in the order in which they did. `topic` is empty where none is told."""

    statements: tuple[Statement, ...]
    votes: dict[int, dict[int, int]]
    agreed: dict[int, tuple[int, ...]]
    topic: str = ""

    @property
    def participants(self) -> list[int]:
        """Everyone who voted or wrote, the most active first; equals by number."""
        activity = {voter: len(cast) for voter, cast in self.votes.items()}
        everyone = set(activity) | {statement.author for statement in self.statements}
        return sorted(everyone, key=lambda each: (-activity.get(each, 0), each))


def read_export(folder: Path, *, unmoderated: bool = False) -> PolisExport:
    """The conversation in a folder; with `unmoderated`, also what no moderator has looked at. Raises `BadExport`."""
    wanted = {ACCEPTED, WAITING} if unmoderated else {ACCEPTED}
    told = sorted(_comments(folder / "comments.csv"), key=lambda row: row[0])
    statements = [statement for _, moderated, statement in told if moderated in wanted]
    known, kept = {statement.number for *_, statement in told}, {statement.number for statement in statements}
    if len(known) != len(told):
        raise BadExport("comments.csv has two comments of the same number")
    if not statements:
        raise BadExport(f"{folder} has no statement that passed moderation")
    votes: dict[int, dict[int, int]] = {}
    agreed: dict[int, list[int]] = {number: [] for number in kept}
    for _, statement, voter, vote in sorted(_votes(folder / "votes.csv", known), key=lambda row: row[0]):
        if statement in kept:
            votes.setdefault(voter, {})[statement] = vote
            if vote == 1 and voter not in agreed[statement]:
                agreed[statement].append(voter)
    return PolisExport(
        tuple(statements), votes, {number: tuple(who) for number, who in agreed.items()}, _topic(folder / "summary.csv")
    )


def _comments(file: Path) -> Iterator[tuple[int, int, Statement]]:
    for where, row in _rows(file, COMMENTS):
        text = " ".join(clean(row["comment-body"]).split())
        moderated = _number(where, row, "moderated")
        if moderated not in (-1, WAITING, ACCEPTED):
            raise BadExport(f"{where}: moderated is 1, 0 or -1, not {moderated}")
        if not text or len(text) > LONGEST or too_much(text):
            raise BadExport(f"{where}: a comment has words, at most {LONGEST} characters, no sign hundreds of times")
        statement = Statement(_number(where, row, "comment-id"), _number(where, row, "author-id"), text)
        yield _number(where, row, "timestamp"), moderated, statement


def _votes(file: Path, known: set[int]) -> Iterator[tuple[int, int, int, int]]:
    for where, row in _rows(file, VOTES):
        at, statement, voter, vote = (_number(where, row, key) for key in VOTES)
        if vote not in (-1, 0, 1):
            raise BadExport(f"{where}: a vote is 1, 0 or -1, not {vote}")
        if statement not in known:
            raise BadExport(f"{where}: there is no comment {statement}")
        yield at, statement, voter, vote


def _topic(file: Path) -> str:
    """The conversation's name from summary.csv, which not every export has."""
    if not file.is_file():
        return ""
    try:
        with file.open(encoding="utf-8", errors="replace", newline="") as stream:
            told = {row[0]: row[1] for row in csv.reader(stream) if len(row) > 1}
    except (OSError, csv.Error) as error:
        raise BadExport(f"{file.name} cannot be read: {error}") from None
    return " ".join(clean(told.get("topic", "")).split())


def _rows(file: Path, columns: tuple[str, ...]) -> Iterator[tuple[str, dict[str, str]]]:
    """Each row with where it stands, for whoever has to mend it."""
    try:
        if file.stat().st_size > LARGEST:
            raise BadExport(f"{file.name} is larger than {LARGEST // 1_000_000} MB")
        with file.open(encoding="utf-8", newline="") as stream:
            rows = csv.DictReader(stream, strict=True)
            missing = [name for name in columns if name not in (rows.fieldnames or ())]
            if missing:
                raise BadExport(f"{file.name}, line 1: there is no column {', '.join(missing)}")
            for row in rows:
                where = f"{file.name}, line {rows.line_num}"
                if None in row or None in row.values():
                    raise BadExport(f"{where}: it has not as many columns as the first line")
                yield where, row
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise BadExport(f"{file.name} cannot be read: {error}") from None


def _number(where: str, row: dict[str, str], key: str) -> int:
    text = row[key].strip()
    if not text.removeprefix("-").isdecimal() or not text.isascii() or len(text) > 18:
        raise BadExport(f"{where}: “{text[:40]}” under {key} is not a whole number")
    return int(text)
