"""What a survey asks: a few questions, each with one answer of several. Pure.

An item without answers of its own is answered with the options of the question that the survey is on: in a template
`answers = "options"`. One item may be so.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from forum.kernel.errors import N_
from forum.kernel.text import clean
from forum.questions.process import SurveyItem
from forum.questions.toml_table import TomlTable

MOST_ITEMS = 12
FEWEST_ANSWERS, MOST_ANSWERS = 2, 12
LONGEST_TEXT = 200
LONGEST_ANSWER = 100
OPTIONS = "options"
NOT_ITEMS = N_("Give 1 to 12 questions, each as its own [[stages.questionnaire]] table.")
NOT_ANSWERS = N_("Give 2 to 12 answers as a list of texts, or \"options\" for the question’s own.")
TWICE = N_("One question alone can have the options of the question as its answers.")

Fault = tuple[str, str, dict[str, object]]
"""The key it is about, what is wrong, and facts for the sentence."""


def faults_of(item: SurveyItem) -> Iterator[Fault]:
    """Everything wrong with one item."""
    if not 0 < len(item.text) <= LONGEST_TEXT:
        yield "text", N_("Give a question of 1 to %(high)s characters."), {"high": LONGEST_TEXT}
    if item.answers and not FEWEST_ANSWERS <= len(item.answers) <= MOST_ANSWERS:
        yield "answers", N_("Give 2 to 12 answers; these are %(count)s."), {"count": len(item.answers)}
    for long in [each for each in item.answers if not 0 < len(each) <= LONGEST_ANSWER][:1]:
        yield "answers", N_("An answer has 1 to %(high)s characters: %(start)s"), {
            "high": LONGEST_ANSWER, "start": long[:40],
        }  # fmt: skip
    if len({each.casefold() for each in item.answers}) < len(item.answers):
        yield "answers", N_("The same answer stands here twice."), {}


def second_own(items: Sequence[SurveyItem]) -> int | None:
    """The place, from 1, of a second item with the question's own options."""
    own = [place for place, item in enumerate(items, 1) if not item.answers]
    return own[1] if len(own) > 1 else None


def read_items(table: TomlTable) -> tuple[SurveyItem, ...]:
    """The questionnaire of a stage; every fault stands at its key."""
    rows = table.left.pop("questionnaire", None)
    if rows is None:
        return ()
    if not isinstance(rows, list) or not 0 < len(rows) <= MOST_ITEMS or not all(isinstance(row, dict) for row in rows):
        table.fault("questionnaire", NOT_ITEMS)
        return ()
    items, before = [], len(table.problems)
    for place, row in enumerate(rows, 1):
        inner = TomlTable(f"{table.key}.questionnaire.{place}", row, table.problems)
        items.append(_read_item(inner))
        inner.finish()
    if len(table.problems) == before and (second := second_own(items)):
        table.fault(f"questionnaire.{second}.answers", TWICE)
    return tuple(items)


def _read_item(table: TomlTable) -> SurveyItem:
    text, answers = table.left.pop("text", ""), table.left.pop("answers", [])
    listed = isinstance(answers, list) and answers and all(isinstance(each, str) for each in answers)
    if not listed and answers != OPTIONS:
        table.fault("answers", NOT_ANSWERS)
        answers = OPTIONS
    cleaned = tuple(clean(each, one_line=True) for each in answers) if listed else ()
    item = SurveyItem(clean(text, one_line=True) if isinstance(text, str) else "", cleaned)
    for name, sentence, facts in faults_of(item):
        table.fault(name, sentence, **facts)
    return item


def as_plain(items: Iterable[SurveyItem]) -> list[dict[str, Any]]:
    """Items in a template's own keys."""
    return [{"text": item.text, "answers": list(item.answers) or OPTIONS} for item in items]


def from_plain(rows: Iterable[dict[str, Any]]) -> tuple[SurveyItem, ...]:
    """Items as `as_plain` stored them."""
    return tuple(
        SurveyItem(row["text"], () if row["answers"] == OPTIONS else tuple(row["answers"])) for row in rows
    )
