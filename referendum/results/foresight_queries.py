"""What arguments did beside what they were moved for: with whom they weighed, what the debate had foreseen of them, and
which halls' arguments travelled. National totals only.
"""

import json
from collections import defaultdict
from dataclasses import dataclass

from forum.arguments.list_queries import Tag
from forum.questions.models import Question
from forum.roll.naming import nameable_locals
from forum.roll.rules import counting_order
from referendum.digest.queries import digest_of
from referendum.results.cited_queries import Origins, claim_of, tag_of_line
from referendum.results.cited_rules import strongest
from referendum.results.queries import CitedLine
from referendum.results.rules import share_of

BRIDGES = 3


@dataclass(frozen=True)
class Bridge:
    """An argument that weighed with members who voted the other way; `share` of all who marked it."""

    tag: Tag
    claim: str
    weighed: int
    moved: int
    share: str


@dataclass(frozen=True)
class Foreseen:
    """What readings at the close gave to expect of an argument, beside what the ballots say."""

    tag: Tag
    claim: str
    counts: dict[str, int]
    agreed: str
    score: str
    place_read: int
    place_cited: int
    cited: int


@dataclass(frozen=True)
class HallRow:
    """A hall and the arguments of the digest that came from it. `local` is "" for the national hall, None for all halls
    of locals under thirty members together; `hall_id` where it can be opened."""

    local: str | None
    hall_id: int | None
    arguments: int
    moved: int
    weighed: int


def bridges_of(question: Question, lines: list[CitedLine]) -> list[Bridge]:
    """The arguments that weighed with most ballots which voted the other way; equal ones by the lot."""
    by_number = {each.argument.number: each for each in lines}
    chosen = strongest(((each.argument.number, each.weighed or 0) for each in lines), question.close_lot, BRIDGES)
    return [_bridge(by_number[number]) for number in chosen]


def _bridge(each: CitedLine) -> Bridge:
    weighed = each.weighed or 0
    return Bridge(tag_of_line(each), claim_of(each), weighed, each.moved, share_of(weighed, weighed + each.moved))


def foreseen_of(question: Question, lines: list[CitedLine]) -> list[Foreseen]:
    """Every argument of the digest, in the order in which the readings at the close had put it."""
    scores = scores_of(question.id)
    marked = {each.argument.number: each.moved + (each.weighed or 0) for each in lines}
    read = sorted(marked, key=lambda number: (-scores.get(number, 0), number))
    cited = sorted(marked, key=lambda number: (-marked[number], number))
    by_number = {each.argument.number: each for each in lines}
    return [_foreseen(by_number[number], scores, read, cited, marked) for number in read]


def _foreseen(
    each: CitedLine, scores: dict[int, int], read: list[int], cited: list[int], marked: dict[int, int]
) -> Foreseen:
    argument = each.argument
    counts = {"agree": argument.agree_count, "passed": argument.pass_count, "disagree": argument.disagree_count}
    score = scores.get(argument.number)
    return Foreseen(
        tag_of_line(each), claim_of(each), counts, share_of(argument.agree_count, sum(counts.values())),
        "" if score is None else f"{score / 10**9:.3f}",
        _place(argument.number, read, scores), _place(argument.number, cited, marked), marked[argument.number],
    )  # fmt: skip


def _place(number: int, order: list[int], worth: dict[int, int]) -> int:
    """From 1; equal ones share the first place among them."""
    return 1 + next(at for at, each in enumerate(order) if worth.get(each, 0) == worth.get(number, 0))


def agreeing(foreseen: list[Foreseen]) -> tuple[int, int]:
    """Of how many that the debate put first, how many are among the as many that most ballots marked."""
    top = min(5, len(foreseen) // 2)
    most_marked = sorted(foreseen, key=lambda each: (each.place_cited, each.tag.number))[:top]
    return sum(each in most_marked for each in foreseen[:top]), top


def scores_of(question_id: int) -> dict[int, int]:
    """The digest's scores in billionths by the numbers of the arguments it took."""
    digest = digest_of(question_id)
    if digest is None:
        return {}
    sections = json.loads(digest.record)["selection"]["sections"]
    return {line["number"]: line["billionths"] for section in sections for line in section["lines"]}


def halls_of(lines: list[CitedLine], origins: dict[int, Origins]) -> list[HallRow]:
    """What became of the arguments of each hall, those of locals under thirty members together; the most marked first.

    An argument that was merged from two halls counts for both, so the rows add up to more than the whole.
    """
    named = nameable_locals([local for each in origins.values() for _, local, _ in each.halls if local is not None])
    told: dict[str | None, dict[int, CitedLine]] = defaultdict(dict)
    hall_ids: dict[str | None, int] = {}
    for each in lines:
        for hall_id, local_id, number in origins.get(each.argument.id, Origins([], set())).halls:
            key = number if local_id is None or local_id in named else None
            told[key][each.argument.id] = each
            if key is not None:
                hall_ids[key] = hall_id
    rows = [
        HallRow(
            key, hall_ids.get(key), len(found), sum(line.moved for line in found.values()),
            sum(line.weighed or 0 for line in found.values()),
        )
        for key, found in told.items()
    ]  # fmt: skip
    return sorted(rows, key=lambda row: (row.local is None, -row.moved - row.weighed, counting_order(row.local or "")))
