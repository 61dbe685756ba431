"""Page-shaped reads of a result: what heads it, its bars, its arguments by option, its turnout."""

from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from sqlalchemy import func

from forum.arguments.models import Argument
from forum.halls.models import Hall
from forum.kernel.database import db
from forum.kernel.errors import N_
from forum.questions.models import Option, Question
from forum.questions.phrase import Phrase
from forum.questions.queries import options
from forum.roll.models import Local, Member
from referendum.electorate.models import Turnout
from referendum.process.facts import VoteState
from referendum.process.models import Vote
from referendum.process.params import read_params
from referendum.process.voting import REASONS, Reason
from referendum.results import queries
from referendum.results.queries import CitedLine
from referendum.results.totals import notes_of

SMALL_HALL = 30
WITHHELD_V = Phrase(N_("Too few ballots came for the count to be opened."))


@dataclass(frozen=True)
class ResultPage:
    """Everything the page of a result shows. `table` is None before anything is published."""

    vote: Vote
    table: dict[str, Any] | None
    winner: Option | None
    reason: Phrase | None
    notes: list[Phrase] = field(default_factory=list)
    groups: list[dict[str, Any]] = field(default_factory=list)
    weighed: bool = True
    citations: Phrase | None = None
    before_debate: list[int] | None = None
    turnout: list[Turnout] = field(default_factory=list)
    share: str = ""


def result_page(question: Question, vote: Vote, *, for_members: bool) -> ResultPage:
    """The result of one vote as far as it is published."""
    by_id = {each.id: each for each in options(question.id)}
    published = queries.result_of(vote.id)
    if published is None:
        return ResultPage(vote, None, None, None)
    table = published.table
    return ResultPage(
        vote,
        table,
        winner_of(vote, by_id),
        reason_of(vote),
        notes_of(table),
        groups_of(question, vote, for_members=for_members),
        read_params(vote.params).weighed,
        citations_withheld(vote),
        published.before_debate,
        queries.turnout(vote.id),
        share_of(table["ballots"], table["eligible"]),
    )


def winner_of(vote: Vote, by_id: dict[int, Option]) -> Option | None:
    """The option elected; while the count can be challenged, the one that the voting rule gives so far."""
    if vote.elected_option_id:
        return by_id.get(vote.elected_option_id)
    outcome = queries.outcome_of(vote) if vote.state == VoteState.CHALLENGEABLE else None
    letters = queries.letters_of(vote, outcome.elected) if outcome and outcome.is_elected else []
    return next((each for each in by_id.values() if letters == [each.letter]), None)


def reason_of(vote: Vote) -> Phrase | None:
    """Why the outcome is what it is, certified or as the rule gives it so far."""
    if vote.outcome_reason:
        return Phrase(REASONS[Reason(vote.outcome_reason)])
    outcome = queries.outcome_of(vote)
    return Phrase(REASONS[outcome.reason]) if outcome else None


def share_of(part: int, whole: int) -> str:
    """A share in percent with one decimal, cut and not rounded up; "" of nothing."""
    if not whole:
        return ""
    tenths = int(Fraction(part, whole) * 1000)
    return f"{tenths // 10}.{tenths % 10} %"


def citations_withheld(vote: Vote) -> Phrase | None:
    """Why no citations are shown, in words; None when they are."""
    if not vote.election_c:
        return Phrase(N_("There was no digest, so no arguments could be cited."))
    counted = queries.tally(vote.id, "C")
    if counted is None or (counted.result is None and not counted.withheld):
        return Phrase(N_("The citations are still being counted. The vote stands without them."))
    if counted.withheld:
        least = read_params(vote.params).citations_min
        text = N_("Citations are opened only from %(least)s ballots on, so that nobody is found out. %(count)s came.")
        return Phrase(text, {"least": least, "count": counted.ballot_count})
    return None


def groups_of(question: Question, vote: Vote, *, for_members: bool) -> list[dict[str, Any]]:
    """The digest's arguments by the option they speak for, the strongest first; never by an option voted."""
    lines = queries.cited_lines(vote)
    if not lines:
        return []
    halls = halls_of([each.argument.id for each in lines], for_members=for_members)
    groups = []
    for option in options(question.id):
        rows = [each for each in lines if each.line.option_id == option.id]
        rows.sort(key=lambda each: (-each.moved, each.argument.number))
        shown = {"letter": option.letter, "title": option.title}
        groups.append({"option": shown, "rows": [_row(each, halls) for each in rows]})
    return groups


def _row(each: CitedLine, halls: dict[int, list[str]]) -> dict[str, Any]:
    tag = {
        "number": each.argument.number, "letter": each.option.letter, "side": each.argument.side,
        "url": f"/a/{each.argument.id}",
    }  # fmt: skip
    return {
        "argument": tag, "claim": each.argument.claim, "moved": each.moved, "weighed": each.weighed,
        "locals": halls.get(each.argument.id, []),
    }  # fmt: skip


def halls_of(argument_ids: list[int], *, for_members: bool) -> dict[int, list[str]]:
    """The numbers of the locals in whose halls these arguments, and those merged into them, were moved.

    A visitor is not told of a hall with fewer than thirty members.
    """
    root = func.coalesce(Argument.merged_into_id, Argument.id)
    size = (
        db.select(func.count(Member.id))
        .where(Member.local_id == Local.id, Member.left_at.is_(None))
        .correlate(Local)
        .scalar_subquery()
    )
    query = (
        db.select(root, Local.number, size, Local.id)
        .join(Hall, Hall.id == Argument.hall_id)
        .join(Local, Local.id == Hall.local_id)
        .where(root.in_(argument_ids))
        .order_by(Local.id)
        .distinct()
    )
    found: dict[int, list[str]] = {}
    for argument_id, number, members, _ in db.session.execute(query):
        if (for_members or members >= SMALL_HALL) and number not in found.get(argument_id, []):
            found.setdefault(argument_id, []).append(number)
    return found


