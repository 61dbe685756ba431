"""The faults of a union's own template, each with the line that it stands on. Pure."""

from dataclasses import dataclass

from forum.kernel.errors import Invalid, Problem
from forum.questions.process import Process
from forum.questions.templates import read_template
from forum.questions.toml_lines import line_in, line_of, lines_of


@dataclass(frozen=True)
class Fault:
    """One fault: its line from 1, the dotted key it is about ("" for the whole file), and what is wrong."""

    line: int
    problem: Problem


def read_with_lines(text: str, *, union_size: int) -> tuple[Process | None, list[Fault]]:
    """The process that a template describes, or every fault of it in the order of its lines."""
    try:
        return read_template(text, union_size=union_size), []
    except Invalid as invalid:
        found = invalid.problems
    if len(found) == 1 and "error" in found[0].facts:
        return None, [Fault(line_in(str(found[0].facts["error"])), found[0])]
    lines = lines_of(text)
    faults = [Fault(line_of(each.field, lines), each) for each in found]
    return None, sorted(faults, key=lambda fault: fault.line)
