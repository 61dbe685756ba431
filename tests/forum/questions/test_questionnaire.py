"""The questionnaire of a survey in a template: read, refused with its line, stored and said in words."""

import pytest

from forum.questions.process import SurveyItem, SurveyStage
from forum.questions.process_words import stage_in_words
from forum.questions.questionnaire import as_plain, faults_of, from_plain
from forum.questions.template_faults import read_with_lines
from forum.questions.templates import as_tables, stored_process

SOUND = """\
name = "own"
title = "A survey of two questions"

[[stages]]
kind = "survey"
title = "What members want"

[[stages.questionnaire]]
text = "Whom do you lean to?"
answers = "options"

[[stages.questionnaire]]
text = "How did you hear of it?"
answers = ["From my local", "Elsewhere"]

[[stages]]
kind = "council_decision"
body = "Executive council"
"""


def test_a_process_holds_its_questionnaire_as_it_was_published() -> None:
    process, faults = read_with_lines(SOUND, union_size=500)
    assert process is not None
    assert faults == []
    stage = process.stages[0]
    assert isinstance(stage, SurveyStage)
    assert stage.title == "What members want"
    assert stage.questionnaire == (
        SurveyItem("Whom do you lean to?"), SurveyItem("How did you hear of it?", ("From my local", "Elsewhere")),
    )  # fmt: skip
    assert stored_process(as_tables(process)) == process
    assert from_plain(as_plain(stage.questionnaire)) == stage.questionnaire
    said = stage_in_words(stage)
    assert "It asks: “Whom do you lean to?” (the options)." in said
    assert "“How did you hear of it?” (From my local; Elsewhere)." in said


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('text = "Whom do you lean to?"\n', "", [(8, "stages.1.questionnaire.1.text")]),
        ('"Whom do you lean to?"', '""', [(9, "stages.1.questionnaire.1.text")]),
        ('"Whom do you lean to?"', "7", [(9, "stages.1.questionnaire.1.text")]),
        ('"Whom do you lean to?"', f'"{"x" * 201}"', [(9, "stages.1.questionnaire.1.text")]),
        ('"options"', '"all"', [(10, "stages.1.questionnaire.1.answers")]),
        ('answers = "options"\n', "", [(8, "stages.1.questionnaire.1.answers")]),
        ('"From my local", ', "", [(14, "stages.1.questionnaire.2.answers")]),
        ('"Elsewhere"', '"from my local"', [(14, "stages.1.questionnaire.2.answers")]),
        ('"Elsewhere"', '""', [(14, "stages.1.questionnaire.2.answers")]),
        ('"Elsewhere"', "3", [(14, "stages.1.questionnaire.2.answers")]),
        ('["From my local", "Elsewhere"]', '"options"', [(14, "stages.1.questionnaire.2.answers")]),
        ('["From my local", "Elsewhere"]', str([*map(str, range(13))]), [(14, "stages.1.questionnaire.2.answers")]),
        ('answers = "options"', 'answers = "options"\ncolour = 1', [(11, "stages.1.questionnaire.1.colour")]),
        ('"What members want"', '""', [(6, "stages.1.title")]),
    ],
)  # fmt: skip
def test_each_fault_of_a_questionnaire_is_told_with_its_line(old: str, new: str, told: list[tuple[int, str]]) -> None:
    assert old in SOUND
    found, faults = read_with_lines(SOUND.replace(old, new, 1), union_size=500)
    assert found is None
    assert all(fault.problem.text % fault.problem.facts for fault in faults)
    assert [(fault.line, fault.problem.field) for fault in faults] == told


@pytest.mark.parametrize("rows", ["3", "[]", "[3]"])
def test_a_questionnaire_is_one_to_twelve_tables(rows: str) -> None:
    head, _, _ = SOUND.partition("\n[[stages.questionnaire]]")
    foot = '\n[[stages]]\nkind = "council_decision"\nbody = "Executive council"\n'
    _, faults = read_with_lines(f"{head}questionnaire = {rows}\n{foot}", union_size=500)
    assert [(fault.line, fault.problem.field) for fault in faults] == [(7, "stages.1.questionnaire")]


def test_an_item_of_its_own_has_two_to_twelve_answers() -> None:
    def wrong(*answers: str) -> list[str]:
        return [name for name, _, _ in faults_of(SurveyItem("Why?", answers))]

    assert wrong() == wrong("a", "b") == wrong(*map(str, range(12))) == []
    assert wrong("a") == wrong(*map(str, range(13))) == wrong("a", "x" * 101) == wrong("a", "A") == ["answers"]
