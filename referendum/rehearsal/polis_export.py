"""Reading a Polis export: comments.csv and votes.csv, as compdemocracy/openData publishes them."""

import csv
from dataclasses import dataclass
from pathlib import Path


class BadExport(Exception):
    """The folder holds no readable Polis export."""


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement and its author, by the export's numbers."""

    number: int
    author: int
    text: str


@dataclass(frozen=True, slots=True)
class PolisExport:
    """A conversation: statements that passed moderation, by time; each participant's last vote on each (1, 0, -1);
    and for each statement those who agreed, in the order in which they did."""

    statements: tuple[Statement, ...]
    votes: dict[int, dict[int, int]]
    agreed: dict[int, tuple[int, ...]]

    @property
    def participants(self) -> list[int]:
        """Everyone who voted or wrote, the most active first; equals by number."""
        activity = {voter: len(cast) for voter, cast in self.votes.items()}
        everyone = set(activity) | {statement.author for statement in self.statements}
        return sorted(everyone, key=lambda each: (-activity.get(each, 0), each))


def read_export(folder: Path) -> PolisExport:
    """The conversation in a folder. Raises `BadExport` saying what is missing or unreadable."""
    statements = []
    for row in sorted(_rows(folder / "comments.csv"), key=lambda row: _number(row, "timestamp")):
        if row.get("moderated") == "1":
            text = " ".join((row.get("comment-body") or "").split())
            statements.append(Statement(_number(row, "comment-id"), _number(row, "author-id"), text))
    kept = {statement.number for statement in statements}
    votes: dict[int, dict[int, int]] = {}
    agreed: dict[int, list[int]] = {number: [] for number in kept}
    for row in sorted(_rows(folder / "votes.csv"), key=lambda row: _number(row, "timestamp")):
        statement, voter, vote = (_number(row, key) for key in ("comment-id", "voter-id", "vote"))
        if statement not in kept or vote not in (-1, 0, 1):
            continue
        votes.setdefault(voter, {})[statement] = vote
        if vote == 1 and voter not in agreed[statement]:
            agreed[statement].append(voter)
    if not statements:
        raise BadExport(f"{folder} has no statement that passed moderation")
    return PolisExport(tuple(statements), votes, {number: tuple(who) for number, who in agreed.items()})


def _rows(file: Path) -> list[dict[str, str]]:
    try:
        with file.open(encoding="utf-8", newline="") as stream:
            return list(csv.DictReader(stream))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise BadExport(f"{file.name} cannot be read: {error}") from None


def _number(row: dict[str, str], key: str) -> int:
    try:
        return int(row[key])
    except (KeyError, TypeError, ValueError):
        raise BadExport(f"a row has no number under “{key}”") from None
