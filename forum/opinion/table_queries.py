"""The table of arguments by groups, for a spreadsheet: every figure that the page draws from, and no person."""

from typing import Any

from forum.arguments.list_queries import in_view
from forum.arguments.models import Argument
from forum.kernel.database import db
from forum.opinion.current_queries import current_map
from forum.opinion.page_queries import local_numbers
from forum.questions.models import Question

PLAIN = (
    "argument", "option", "side", "claim", "agree", "disagree", "pass", "locals read", "bridging over locals",
    "lowest local", "lowest share", "locals above half", "locals counted", "group-aware consensus",
)  # fmt: skip


def table(question: Question) -> tuple[list[str], list[list[Any]]]:
    """Heading and rows, an argument a row. Locals are told as formula 7 pools them: none under 30 members."""
    stored = current_map(question.id)
    if stored is None:
        return list(PLAIN), []
    heading = [*PLAIN]
    for number, group in enumerate(stored.document["groups"], 1):
        heading += [f"group {number} of {group['size']} members: {said}" for said in ("agree", "disagree", "pass")]
    sums = stored.document["arguments"]
    numbers = local_numbers(sums.values())
    letters = {option.id: option.letter for option in question.options}
    query = db.select(Argument).where(Argument.question_id == question.id, *in_view())
    return heading, [
        [each.label, letters[each.option_id], each.side, each.claim, *_row(sums[str(each.id)], numbers)]
        for each in db.session.scalars(query.order_by(Argument.number))
        if str(each.id) in sums
    ]


def _row(of: dict[str, Any], numbers: dict[int, str]) -> list[Any]:
    lowest = of["lowest"]
    place = numbers.get(lowest["local"]) or "others" if lowest else ""
    return [
        *of["counts"], of["locals"], round(of["bridging"], 6), place, round(lowest["share"], 6) if lowest else "",
        of["above"], of["units"], of["aware"], *(count for counts in of["groups"] for count in counts),
    ]  # fmt: skip
