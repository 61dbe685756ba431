"""Page-shaped reads of a frozen digest: for the screen and for the printed bulletin."""

import json
from dataclasses import dataclass
from typing import Any

from forum.arguments.models import Argument
from forum.kernel import text
from forum.kernel.database import db
from forum.questions.models import Option, Question
from forum.questions.phrase import Phrase
from forum.questions.queries import options
from referendum.digest import queries
from referendum.digest.models import Digest
from referendum.digest.rules import Reason, in_words


@dataclass(frozen=True)
class TakenRow:
    """One argument of the guide. `answers` are seconded arguments that answer it."""

    tag: dict[str, Any]
    claim: str
    grounds: str
    score: str
    reason: Phrase
    answers: list[dict[str, Any]]


@dataclass(frozen=True)
class SideRow:
    """One option with the arguments that stand for it, in the guide's order."""

    option: Option
    against: bool
    arguments: list[TakenRow]


@dataclass(frozen=True)
class LeftOutRow:
    """An argument that the rule did not take, with its recorded reason."""

    tag: dict[str, Any]
    claim: str
    reason: Phrase


@dataclass(frozen=True)
class StatementRow:
    """A marked text, cut to the room that all have; `who` is the letter of the option it is on, if it is on one."""

    kind: str
    title: str
    who: str
    html: str


@dataclass(frozen=True)
class DigestPage:
    """Everything the digest's page shows."""

    digest: Digest
    lot: str
    sides: list[SideRow]
    left_out: list[LeftOutRow]
    statements: list[StatementRow]


def digest_page(question: Question, digest: Digest, *, for_members: bool) -> DigestPage:
    """The frozen digest with its reasons, in the guide's order. Claims are public; grounds are for members."""
    selection = json.loads(digest.record)["selection"]
    by_position = {each.position: each for each in options(question.id)}
    arguments = _by_number(question.id)
    frozen = {each.argument.number: each for each in queries.frozen_lines(question.id)}
    answers = queries.answers_to([each.argument.id for each in frozen.values()])
    letters = {each.id: each.letter for each in by_position.values()}
    sides = []
    for section in selection["sections"]:
        rows = []
        for line in section["lines"]:
            one = frozen[line["number"]]
            rows.append(
                TakenRow(
                    tag_of(one.argument, letters), one.argument.claim,
                    one.revision.grounds_source if for_members else "",
                    f"{line['billionths'] / 10**9:.3f}", in_words(Reason(line["reason"])),
                    [{**tag_of(each, letters), "claim": each.claim} for each in answers.get(one.argument.id, [])],
                )
            )  # fmt: skip
        sides.append(SideRow(by_position[section["option"]], section["side"] == "against", rows))
    left_out = [_left_out(row, arguments[row["number"]], letters) for row in selection["left_out"]]
    return DigestPage(digest, selection["lot"], sides, left_out, _statements(digest))


def tag_of(argument: Argument, letters: dict[int, str]) -> dict[str, Any]:
    """What parts/argtag.html needs."""
    return {
        "number": argument.number, "letter": letters[argument.option_id], "side": argument.side,
        "url": f"/a/{argument.id}",
    }  # fmt: skip


def _by_number(question_id: int) -> dict[int, Argument]:
    query = db.select(Argument).where(Argument.question_id == question_id, Argument.seconded_at.is_not(None))
    return {each.number: each for each in db.session.scalars(query)}


def _left_out(row: dict[str, Any], argument: Argument, letters: dict[int, str]) -> LeftOutRow:
    reason = Reason(row["reason"])
    claim = "" if reason is Reason.HIDDEN else argument.claim
    return LeftOutRow(tag_of(argument, letters), claim, in_words(reason, row["other"]))


def _statements(digest: Digest) -> list[StatementRow]:
    return [
        StatementRow(each["kind"], each["title"], each["option"], text.render(each["text"]))
        for each in queries.document_of(digest)["statements"]
    ]


def reason_of(question_id: int, number: int) -> tuple[bool, Phrase] | None:
    """Whether the rule took the argument with this number, and its recorded reason; None before the freeze."""
    digest = queries.digest_of(question_id)
    if digest is None:
        return None
    selection = json.loads(digest.record)["selection"]
    lines = [line for section in selection["sections"] for line in section["lines"]]
    for row in lines + selection["left_out"]:
        if row["number"] == number:
            return row in lines, in_words(Reason(row["reason"]), row.get("other"))
    return None
