"""Reads what members answer, and the questionnaire that an officer writes."""

from collections.abc import Mapping, Sequence
from typing import Any

from forum.kernel.errors import N_
from forum.kernel.reading import Reader
from forum.questions.process import SurveyItem
from forum.questions.questionnaire import (
    LONGEST_ANSWER,
    LONGEST_TEXT,
    MOST_ANSWERS,
    MOST_ITEMS,
    TWICE,
    faults_of,
    second_own,
)

UNSURE = "unsure"


def read_answers(sent: Mapping[str, Any], letters: Sequence[Sequence[str]]) -> list[str]:
    """One letter for each item, "" for no answer, which has to be chosen too. Raises `Invalid`."""
    form = Reader(sent)
    found = [form.choice(f"answer_{place}", [*each, UNSURE]) for place, each in enumerate(letters, 1)]
    form.done()
    return ["" if each == UNSURE else each for each in found]


def read_questionnaire(sent: Mapping[str, Any]) -> tuple[str, list[SurveyItem]]:
    """Title and items, empty places left out. Raises `Invalid` with every fault at its field."""
    form = Reader(sent)
    title = form.line("title", most=100, required=False)
    found = [each for place in range(1, MOST_ITEMS + 1) if (each := _read_item(form, place))]
    if not found:
        form.problem("text_1", N_("Please fill this in."))
    if second := second_own([item for _, item in found]):
        form.problem(f"own_{found[second - 1][0]}", TWICE)
    form.done()
    return title, [item for _, item in found]


def _read_item(form: Reader, place: int) -> tuple[int, SurveyItem] | None:
    text, own = form.line(f"text_{place}", most=LONGEST_TEXT, required=False), form.ticked(f"own_{place}")
    typed = form.text(f"answers_{place}", required=False)
    if not (text or own or typed):
        return None
    answers = () if own else tuple(form.lines(f"answers_{place}", most=MOST_ANSWERS, longest=LONGEST_ANSWER))
    if not any(each.field == f"answers_{place}" for each in form.problems):
        for name, sentence, facts in faults_of(SurveyItem(text, answers)):
            form.problem(f"{name}_{place}", sentence, **facts)
    return place, SurveyItem(text, answers)
