"""Page-shaped reads of a frozen digest, for the screen and for the printed bulletin. The words are the frozen ones."""

from dataclasses import dataclass
from typing import Any

from forum.arguments.list_queries import Tag, tag_of
from forum.arguments.models import Argument
from forum.kernel import jobs, text
from forum.kernel.errors import N_
from forum.questions.models import Option, Question
from forum.questions.phrase import Phrase
from forum.questions.queries import options
from referendum.digest import close_queries, queries
from referendum.digest.document import ROOM
from referendum.digest.later_queries import later, worded_since
from referendum.digest.models import Digest, DigestOutcome
from referendum.digest.record import lot_of
from referendum.digest.rules import Reason, in_words

LEFT_OUT_A_PAGE = 40
NOT_FROZEN = N_("The digest of this question is not frozen yet. It comes after the debate has closed.")


@dataclass(frozen=True)
class TakenRow:
    """One argument of the guide. `answers` are seconded arguments that answer it, `later` what has changed since."""

    tag: Tag
    claim: str
    grounds: str
    score: str
    reason: Phrase
    answers: list[Tag]
    later: list[Phrase]


@dataclass(frozen=True)
class SideRow:
    """One option with the arguments that stand for it, in the guide's order."""

    option: Option
    against: bool
    arguments: list[TakenRow]


@dataclass(frozen=True)
class LeftOutRow:
    """An argument that the rule did not take, with its recorded reason; no claim where it is hidden."""

    tag: Tag
    claim: str
    reason: Phrase
    later: list[Phrase]


@dataclass(frozen=True)
class StatementRow:
    """A marked text, cut to the room that all have; `who` is the letter of the option it is on, if it is on one."""

    kind: str
    title: str
    who: str
    html: str
    length: int


@dataclass(frozen=True)
class DigestPage:
    """Everything the digest's page shows. `before` and `after` begin the neighbouring pages of what was left out."""

    digest: Digest
    lot: str
    sides: list[SideRow]
    left_out: list[LeftOutRow]
    before: int | None
    after: int | None
    statements: list[StatementRow]
    room: int


@dataclass(frozen=True)
class Waiting:
    """A digest that is not frozen yet: readings added up so far and in all, while that is what is waited for."""

    added: int
    readings: int
    recorded: bool


def digest_page(question: Question, digest: Digest, *, for_members: bool, left_out_after: int = 0) -> DigestPage:
    """The frozen digest with its reasons, in the guide's order. Claims are public; grounds are for members."""
    document = queries.document_of(digest)
    by_position = {each.position: each for each in options(question.id)}
    letters = {each.id: each.letter for each in by_position.values()}
    told = {each["number"]: each for section in document["sections"] for each in section["arguments"]}
    rows = _taken(question.id, told, letters, for_members=for_members)
    sides = [
        SideRow(
            by_position[section["option"]], section["side"] == "against",
            [rows[each["number"]] for each in section["arguments"]],
        )
        for section in document["sections"]
    ]  # fmt: skip
    left_out = queries.left_out(question.id, left_out_after, LEFT_OUT_A_PAGE + 1)
    shown = left_out[:LEFT_OUT_A_PAGE]
    return DigestPage(
        digest,
        lot_of(question.public_id, queries.audit_head_at_close(question)),
        sides,
        _left_out(question.id, shown, letters),
        queries.left_out_before(question.id, left_out_after, LEFT_OUT_A_PAGE),
        shown[-1].number if len(left_out) > LEFT_OUT_A_PAGE else None,
        [_statement(each) for each in document["statements"]],
        ROOM,
    )


def _taken(
    question_id: int, told: dict[int, dict[str, Any]], letters: dict[int, str], *, for_members: bool
) -> dict[int, TakenRow]:
    """The lines of the guide by argument number, in the words that were frozen (`told`)."""
    frozen = {each.argument.number: each for each in queries.frozen_lines(question_id)}
    outcomes = queries.outcomes_of(question_id, numbers=list(frozen))
    since = later(outcomes, {number: each.argument for number, each in frozen.items()})
    answers = queries.answers_to([each.argument.id for each in frozen.values()])
    return {
        outcome.number: TakenRow(
            _tag(frozen[outcome.number].argument, letters),
            told[outcome.number]["claim"],
            _grounds(told[outcome.number]) if for_members else "",
            f"{(outcome.billionths or 0) / 10**9:.3f}",
            in_words(Reason(outcome.reason)),
            [_tag(each, letters) for each in answers.get(outcome.argument_id, [])],
            since[outcome.number] + worded_since(frozen[outcome.number]),
        )
        for outcome in outcomes
    }


def _tag(argument: Argument, letters: dict[int, str]) -> Tag:
    return tag_of(argument, letters[argument.option_id])


def _grounds(told: dict[str, Any]) -> str:
    """The grounds as frozen, where they say more than the claim."""
    grounds: str = told["grounds"]
    return "" if grounds.strip() == told["claim"] else grounds


def _left_out(question_id: int, outcomes: list[DigestOutcome], letters: dict[int, str]) -> list[LeftOutRow]:
    arguments = queries.arguments_by_number(question_id, [each.number for each in outcomes])
    since = later(outcomes, arguments)
    return [
        LeftOutRow(
            _tag(arguments[each.number], letters),
            "" if arguments[each.number].hidden_at else arguments[each.number].claim,
            in_words(Reason(each.reason), each.other),
            since[each.number],
        )
        for each in outcomes
    ]


def _statement(told: dict[str, Any]) -> StatementRow:
    return StatementRow(told["kind"], told["title"], told["option"], text.render(told["text"]), len(told["text"]))


def reason_of(argument_id: int) -> tuple[bool, Phrase] | None:
    """Whether the rule took an argument, and its recorded reason; None before the freeze."""
    outcome = queries.outcome_of(argument_id)
    if outcome is None:
        return None
    return outcome.taken, in_words(Reason(outcome.reason), None if outcome.taken else outcome.other)


def waiting(question: Question) -> Waiting:
    """How far the adding up of a closed debate has come."""
    done, of = (jobs.progress(close_queries.progress_key(question.id, what)) for what in ("done", "of"))
    return Waiting(done, of, close_queries.debate_record(question.id) is not None)
