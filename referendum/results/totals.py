"""Opened totals back in the union's words: from the archive's rows to options, blanks and citations. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from forum.questions.phrase import Phrase
from referendum.crypto.election import Election
from referendum.process.params import VoteParams
from referendum.process.voting import Tally
from referendum.results.rules import Table, publish


@dataclass(frozen=True)
class Choice:
    """An option as it stands on the paper."""

    letter: str
    title: str
    slate: str = ""


@dataclass(frozen=True)
class Totals:
    """One count in the order of the paper. `counts` is None where too few ballots came to be opened."""

    choices: tuple[Choice, ...]
    ballots: int
    counts: tuple[int, ...] | None = None
    blanks: int | None = None

    def tally(self, eligible: int) -> Tally:
        """The count as the voting rules take it."""
        counts = self.counts if self.counts is not None else (0,) * len(self.choices)
        slates = tuple(choice.slate for choice in self.choices)
        return Tally(counts, self.ballots, self.blanks or 0, max(eligible, self.ballots), slates)


def choices_of(election: Election, options: dict[str, Choice]) -> tuple[Choice, ...]:
    """The options in the order of the paper: each answer begins with its option's letter."""
    return tuple(options[answer.split(" ", 1)[0]] for answer in election.questions[0].answers)


def read_votes(election: Election, row: Sequence[int] | None, ballots: int, options: dict[str, Choice]) -> Totals:
    """The totals of V; `row` has the blanks first where the paper allows them, and is None when nothing was opened."""
    choices = choices_of(election, options)
    if row is None:
        return Totals(choices, ballots)
    blank = election.questions[0].blank
    return Totals(choices, ballots, tuple(row[1:] if blank else row), row[0] if blank else 0)


@dataclass(frozen=True)
class Cited:
    """One argument of the digest with its totals; `weighed` is None where it was not asked."""

    moved: int
    weighed: int | None


def read_citations(row: Sequence[int], *, weighed: bool) -> list[Cited]:
    """The totals of C in the digest's order: pairs of moved and weighed, or moved alone."""
    if not weighed:
        return [Cited(moved, None) for moved in row]
    return [Cited(row[at], row[at + 1]) for at in range(0, len(row), 2)]


def table_as_json(
    totals: Totals, params: VoteParams, eligible: int | None, registered: int | None = None
) -> dict[str, Any]:
    """The published table as it is kept: rows by count, shares exact and as printed, notes with their facts.
    `registered` stand on the frozen roll of the `eligible`, where members had to register."""
    kept: dict[str, Any] = {
        "eligible": eligible, "registered": registered, "ballots": totals.ballots, "blanks": totals.blanks,
        "opened": totals.counts is not None, "least": params.min_ballots, "rows": [], "notes": [],
    }  # fmt: skip
    if totals.counts is None:
        return kept
    table = _table(totals, params)
    titles = {choice.letter: choice.title for choice in totals.choices}
    kept["rows"] = [
        {
            "letter": row.option, "title": titles[row.option], "count": row.count, "share": str(row.share),
            "percent": row.percent, "unrounded": row.unrounded, "listed": row.listed,
        }
        for row in table.rows
    ]  # fmt: skip
    kept["notes"] = [[note.text, note.facts] for note in table.notes]
    return kept


def _table(totals: Totals, params: VoteParams) -> Table:
    assert totals.counts is not None
    letters = [choice.letter for choice in totals.choices]
    return publish(letters, totals.counts, params.reporting, ballots=totals.ballots, blanks=totals.blanks or 0)


def notes_of(table: dict[str, Any]) -> list[Phrase]:
    """The notes of a kept table."""
    return [Phrase(text, facts) for text, facts in table["notes"]]
