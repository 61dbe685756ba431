"""What members send about arguments and statements, read into values."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from forum.arguments.rules import MOST_CLAIM, MOST_RULING, MOST_SOURCE, MOST_SOURCES, MOST_STATEMENT, Answer, Side
from forum.kernel.errors import N_
from forum.kernel.reading import Reader

ANSWERS = {"agree": Answer.AGREE, "pass": Answer.PASS, "disagree": Answer.DISAGREE}


@dataclass(frozen=True)
class NewArgument:
    """An argument to move. `origin` is "post:7", "message:7" or "" when moved directly; `hall_id` then says where.

    `answers` is the number of the argument it answers (17 for A-17).
    """

    option_id: int
    side: Side
    claim: str
    grounds: str
    sources: str = ""
    hall_id: int | None = None
    origin: str = ""
    answers: int | None = None
    client_key: str = ""


@dataclass(frozen=True)
class NewWording:
    """New words of an argument, and the revision its mover was looking at."""

    claim: str
    grounds: str
    sources: str
    revision: int


@dataclass(frozen=True)
class NewStatement:
    """A marked text of the leadership for or against an option, or the reply of a minority to one."""

    title: str
    source: str
    option_id: int | None = None
    answers_id: int | None = None
    side: Side = Side.FOR


@dataclass(frozen=True)
class NewMergeRuling:
    """A ruling on a merge put before the tellers, with the reason that everybody will read."""

    merged: bool
    reason: str


def read_argument(sent: Mapping[str, Any]) -> NewArgument:
    reader = Reader(sent)
    option_id = reader.number("option", lowest=1, required=False)
    if option_id is None:
        reader.problem("option", N_("Please choose one of those offered."))
    side = reader.choice("side", [each.value for each in Side])
    new = NewArgument(
        option_id=option_id or 0,
        side=Side(side or Side.FOR),
        claim=reader.line("claim", most=MOST_CLAIM),
        grounds=reader.text("grounds"),
        sources=_sources(reader),
        hall_id=reader.number("hall", lowest=1, required=False),
        origin=_origin(reader),
        answers=read_number(reader, "answers"),
        client_key=reader.line("client_key", most=40, required=False),
    )
    reader.done()
    return new


def _sources(reader: Reader) -> str:
    """Sources, one a line; empty lines fall away."""
    lines = [line.strip() for line in reader.text("sources", required=False).split("\n") if line.strip()]
    if len(lines) > MOST_SOURCES:
        reader.problem("sources", N_("At most %(most)s sources, one a line."), most=MOST_SOURCES)
    if any(len(line) > MOST_SOURCE for line in lines):
        reader.problem("sources", N_("One source is longer than %(most)s characters."), most=MOST_SOURCE)
    return "\n".join(lines)


def _origin(reader: Reader) -> str:
    origin = reader.line("origin", most=40, required=False)
    if origin and not re.fullmatch(r"(post|message):[1-9]\d{0,9}", origin):
        reader.problem("origin", N_("We do not know this origin."))
        return ""
    return origin


def read_number(reader: Reader, name: str) -> int | None:
    """The number of an argument as a member writes it: 17, A-17, a17."""
    raw = reader.line(name, most=20, required=False)
    if not raw:
        return None
    found = re.fullmatch(r"[Aa]?[-‐–\s]?0*([1-9]\d{0,6})", raw)
    if found is None:
        reader.problem(name, N_("Please write the number of an argument, such as A-17."))
        return None
    return int(found[1])


def read_wording(sent: Mapping[str, Any]) -> NewWording:
    reader = Reader(sent)
    wording = NewWording(
        claim=reader.line("claim", most=MOST_CLAIM, required=False),
        grounds=reader.text("grounds"),
        sources=_sources(reader),
        revision=reader.number("revision", lowest=1) or 0,
    )
    reader.done()
    return wording


def read_answer(sent: Mapping[str, Any]) -> Answer:
    """Agree, pass or disagree."""
    reader = Reader(sent)
    chosen = reader.choice("value", ANSWERS)
    reader.done()
    return ANSWERS[chosen]


def read_held(sent: Mapping[str, Any]) -> list[int]:
    """Ids of the cards that a page of one argument at a time holds already, such as "12,7,31"; at most ten."""
    reader = Reader(sent)
    held = reader.line("held", most=120, required=False)
    if not re.fullmatch(r"(\d{1,9}(,\d{1,9}){0,9})?", held, re.ASCII):
        reader.problem("held", N_("Please give a number."))
    reader.done()
    return [int(each) for each in held.split(",") if each]


def read_merge(sent: Mapping[str, Any]) -> int:
    """The number of the argument to merge into."""
    reader = Reader(sent)
    number = read_number(reader, "into")
    if number is None and not reader.problems:
        reader.problem("into", N_("Please fill this in."))
    reader.done()
    return number or 0


def read_consent(sent: Mapping[str, Any]) -> bool:
    """Yes or no to a question put to one member."""
    reader = Reader(sent)
    chosen = reader.choice("agreed", ["yes", "no"])
    reader.done()
    return chosen == "yes"


def read_merge_ruling(sent: Mapping[str, Any]) -> NewMergeRuling:
    """Merged or apart, with the reason that everybody will read."""
    reader = Reader(sent)
    ruling = reader.choice("ruling", ["merged", "apart"])
    reason = reader.text("reason", most=MOST_RULING)
    reader.done()
    return NewMergeRuling(ruling == "merged", reason)


def read_statement(sent: Mapping[str, Any]) -> NewStatement:
    reader = Reader(sent)
    answers_id = reader.number("answers", lowest=1, required=False)
    side = reader.choice("side", [each.value for each in Side], required=answers_id is None)
    statement = NewStatement(
        title=reader.line("title", most=200),
        source=reader.text("source", most=MOST_STATEMENT),
        option_id=reader.number("option", lowest=1, required=False),
        answers_id=answers_id,
        side=Side(side or Side.FOR),
    )
    reader.done()
    return statement
