"""The guide's own text: what the rule took, the statements at equal length, the question as on the ballot. Pure.

The one canonical JSON text of `guide` is hashed, published, and named in the election's description. Since version 2
a statement has its number, so that everybody can draw the statements' order again.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from forum.arguments.rules import MOST_STATEMENT
from referendum.crypto.canonical import canonical_bytes
from referendum.digest.record import PublicRecord, record_bytes
from referendum.digest.rules import Selection, draw_order

FORMAT = "hustings digest"
VERSION = 2
ROOM = MOST_STATEMENT


@dataclass(frozen=True)
class GuideArgument:
    """An argument as frozen; `revision` is the number of its wording, `hash` that wording's."""

    number: int
    letter: str
    side: str
    claim: str
    grounds: str
    revision: int
    hash: str


@dataclass(frozen=True)
class GuideStatement:
    """A marked text; `letter` is the option's that it is on, empty where it is on none."""

    number: int
    kind: str
    title: str
    source: str
    letter: str


def revision_hash(claim: str, grounds: str, sources: str) -> str:
    """SHA-256 of one wording of an argument."""
    wording = {"claim": claim, "grounds": grounds, "sources": sources}
    return hashlib.sha256(canonical_bytes(wording)).hexdigest()


def shortened(source: str, room: int = ROOM) -> str:
    """A statement cut to the room that all of them have, at the end of a word."""
    if len(source) <= room:
        return source
    return source[: room - 1].rsplit(" ", 1)[0].rstrip() + "…"


def in_lot_order(statements: Sequence[GuideStatement], lot: str) -> list[GuideStatement]:
    """Statements in the order of the same lot that orders the arguments."""
    by_number = {each.number: each for each in statements}
    return [by_number[number] for number in draw_order(lot, "statement", by_number)]


def guide(
    question: dict[str, Any],
    record: PublicRecord,
    selection: Selection,
    arguments: Sequence[GuideArgument],
    statements: Sequence[GuideStatement],
) -> bytes:
    """The guide as the one text that is hashed. `question` holds number, title and options."""
    by_number = {each.number: each for each in arguments}
    return canonical_bytes(
        {
            "format": FORMAT,
            "version": VERSION,
            "question": question,
            "record": hashlib.sha256(record_bytes(record)).hexdigest(),
            "sections": [
                {
                    "option": section.option,
                    "side": section.side,
                    "arguments": [_plain(by_number[line.number]) for line in section.lines],
                }
                for section in selection.sections
            ],
            "statements": [
                _statement(each)
                for each in in_lot_order(statements, selection.lot)
            ],
        }
    )


def _plain(argument: GuideArgument) -> dict[str, Any]:
    """An argument of the guide as plain values."""
    return {
        "number": argument.number, "option": argument.letter, "side": argument.side, "claim": argument.claim,
        "grounds": argument.grounds, "revision": argument.revision, "hash": argument.hash,
    }  # fmt: skip


def _statement(statement: GuideStatement) -> dict[str, Any]:
    """A statement of the guide as plain values."""
    return {
        "number": statement.number, "kind": statement.kind, "title": statement.title, "option": statement.letter,
        "text": shortened(statement.source),
    }  # fmt: skip
