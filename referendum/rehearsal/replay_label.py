"""The process label of a source, as text: only what its record tells, and "not documented" for all else."""

from collections.abc import Mapping
from typing import Any

from forum.questions.label import LabelFacts, LabelRow, label_rows
from forum.questions.phrase import Phrase
from referendum.rehearsal.scenario import Scenario


def known_facts(scenario: Scenario) -> dict[str, Any]:
    """What the record tells of the process, as the label takes it."""
    return {key: tuple(value) if isinstance(value, list) else value for key, value in scenario.label.items()}


def answered(row: LabelRow, told: Mapping[str, str]) -> str:
    """The label's answer with what the source says to it."""
    return f"{row.answer}; {told[row.code]}" if row.code in told else str(row.answer)


def in_english(phrase: Phrase) -> str:
    """A sentence of the label, large numbers with commas."""
    facts = {name: f"{fact:,}" if isinstance(fact, int) else fact for name, fact in phrase.facts.items()}
    return str(Phrase(phrase.text, facts))


def label_lines(scenario: Scenario, heading: str = "") -> list[str]:
    """The label under its heading, one row a line, what explains it indented."""
    lines = [*([heading] if heading else []), "Process label: what the record tells"]
    for row in label_rows(LabelFacts(**known_facts(scenario))):
        lines.append(f"{row.question} {answered(row, scenario.told)}")
        lines += [f"    {in_english(each)}" for each in row.beneath]
    return lines
