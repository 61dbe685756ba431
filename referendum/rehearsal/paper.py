"""What a rehearsal's voters put on their ballots, and the sealing of it in processes of their own. Pure."""

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from referendum.archive.processes import processes
from referendum.crypto.ballot import make_ballot
from referendum.crypto.election import Election, known_election
from referendum.process.ballot_text import MOST_CITED, MOVED, WEIGHED

BLANK = "blank"
PROCESSES = 2
LEANED_THIS_WAY, LEANED_ANOTHER, UNDECIDED = range(3)


@dataclass(frozen=True, slots=True)
class Marked:
    """One voter's paper: the option's letter or `BLANK`, the arguments that moved and weighed by their A-number."""

    letter: str
    moved: tuple[str, ...] = ()
    weighed: tuple[str, ...] = ()
    before: int | None = None


def mark_papers(told: Mapping[str, Any], label_of: Mapping[str, str], seed: int) -> list[Marked]:
    """The papers of a vote: as many of each option as the story says, citing its likely arguments of the digest.

    `label_of` gives the A-number of each argument that stands in the digest.
    """
    draw = random.Random(seed)  # noqa: S311 - a rehearsal's opinions
    letters = [letter for letter, count in told["ballots"].items() for _ in range(count)]
    draw.shuffle(letters)
    return [_mark(letter, told, label_of, draw) for letter in letters]


def _mark(letter: str, told: Mapping[str, Any], label_of: Mapping[str, str], draw: random.Random) -> Marked:
    if letter == BLANK:
        return Marked(letter)
    moved = _some(told["moved"][letter], label_of, 2, draw)
    weighed = _some(told["weighed"][letter], label_of, MOST_CITED - len(moved), draw)
    before = draw.choices((LEANED_THIS_WAY, LEANED_ANOTHER, UNDECIDED, None), (5, 2, 2, 1))[0]
    return Marked(letter, moved, weighed if draw.random() < 0.6 else (), before)


def _some(names: Sequence[str], label_of: Mapping[str, str], most: int, draw: random.Random) -> tuple[str, ...]:
    """Up to so many of these, the first the likeliest."""
    known = [(place, label_of[name]) for place, name in enumerate(names) if name in label_of]
    taken = [label for place, label in known if draw.random() < 0.75 - 0.13 * place]
    return tuple(taken[:most])


@dataclass(frozen=True, slots=True)
class Sheet:
    """Everything one process needs to seal one voter's pair: election texts, code and marks."""

    election_v: str
    election_c: str
    code: str
    marked: Marked


def seal_all(sheets: Sequence[Sheet]) -> Iterator[tuple[bytes, bytes]]:
    """The pairs of ballots, in order, sealed in two processes at once."""
    with processes(PROCESSES) as pool:
        yield from pool.map(seal, sheets, chunksize=max(1, len(sheets) // (PROCESSES * 4)))


def seal(sheet: Sheet) -> tuple[bytes, bytes]:
    """One voter's vote and citations, encrypted and signed; no citations where the vote has none."""
    v, marked = known_election(sheet.election_v.encode()), sheet.marked
    answers = v.questions[0].answers
    chosen = None if marked.letter == BLANK else [int(each.startswith(marked.letter + " ")) for each in answers]
    vote = make_ballot(v, sheet.code, [chosen])
    return vote, _cite(known_election(sheet.election_c.encode()), sheet.code, marked) if sheet.election_c else b""


def _cite(c: Election, code: str, marked: Marked) -> bytes:
    wanted = [f"{label} {MOVED}:" for label in marked.moved] + [f"{label} {WEIGHED}:" for label in marked.weighed]
    cited = [int(each.startswith(tuple(wanted))) if wanted else 0 for each in c.questions[0].answers]
    before = [int(place == marked.before) for place in range(len(c.questions[1].answers))]
    return make_ballot(c, code, [cited, before])
