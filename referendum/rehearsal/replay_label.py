"""The process label of a source, as text: only what its record tells, and "not documented" for all else."""

from typing import Any

from forum.questions.label import LabelFacts, label_rows
from forum.questions.phrase import Phrase
from referendum.rehearsal.scenario import Scenario


def label_of(scenario: Scenario) -> list[tuple[str, str, list[str]]]:
    """Each row: the question, the answer with what the source says to it, and the sentences beneath."""
    known: dict[str, Any] = {
        key: tuple(value) if isinstance(value, list) else value for key, value in scenario.label.items()
    }
    rows = []
    for row in label_rows(LabelFacts(**known)):
        told = scenario.told.get(row.code)
        answer = f"{row.answer}; {told}" if told else str(row.answer)
        rows.append((row.question, answer, [_plain(each) for each in row.beneath]))
    return rows


def _plain(phrase: Phrase) -> str:
    """The sentence in English, large numbers with commas."""
    facts = {name: f"{fact:,}" if isinstance(fact, int) else fact for name, fact in phrase.facts.items()}
    return str(Phrase(phrase.text, facts))


def label_lines(scenario: Scenario, heading: str = "") -> list[str]:
    """The label under its heading, one row a line, what explains it indented."""
    lines = [*([heading] if heading else []), "Process label: what the record tells"]
    for question, answer, beneath in label_of(scenario):
        lines += [f"{question} {answer}", *(f"    {each}" for each in beneath)]
    return lines
