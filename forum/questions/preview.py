"""A process before any question uses it: its stages, the shortest dates that it allows, and its label. Pure."""

from dataclasses import dataclass
from datetime import datetime

from forum.questions.label import NOT_YET, LabelFacts, LabelRow, built_facts, label_rows, planned_facts
from forum.questions.process import STAGE_NAMES, Process
from forum.questions.timetable import propose


@dataclass(frozen=True)
class Preview:
    """`stages` are their names in order; `dates` are (name, moment) pairs as `Timetable.in_order` gives them."""

    process: Process
    stages: tuple[str, ...]
    dates: list[tuple[str, datetime]]
    label: list[LabelRow]


def preview(process: Process, starts_at: datetime) -> Preview:
    """The process as it would be if it were published to start at this moment."""
    facts = planned_facts(process)
    if process.members_vote:
        facts.update(built_facts(process.members_vote))
    return Preview(
        process,
        tuple(STAGE_NAMES[stage.kind] for stage in process.stages),
        propose(process, starts_at).in_order(),
        label_rows(LabelFacts(**facts), NOT_YET),  # type: ignore[arg-type]
    )
