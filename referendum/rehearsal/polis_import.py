"""Brings a Polis conversation in as a debate, to teach with and to check statistics on: from the draft to the readings.

Nothing is passed over: the question is drafted, pledged and charged, halls are opened, statements moved and seconded,
votes read, each through the operation that the pages call. Then the debate goes on like any other. Which side a
statement argues for, an export does not say: either a scenario does, or all of them stand under one option.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from forum.kernel import clock
from forum.kernel.database import transaction
from forum.questions.operations import begin_due
from referendum.rehearsal.company import People
from referendum.rehearsal.conversation import Conversation
from referendum.rehearsal.crowd import Crowd
from referendum.rehearsal.polis_export import PolisExport
from referendum.rehearsal.rehearsed_vote import Tell
from referendum.rehearsal.replay_debate import charge, draft_question
from referendum.rehearsal.scenario import Scenario, ScenarioOption

AT_ONCE = timedelta(seconds=2)
BACKGROUND = (
    "A public conversation held with Polis, brought in to teach with. Made-up members speak and read for its "
    "participants, {count} of them, dealt out to the locals by chance. {sides}"
)
NO_SIDES = "Which statement argues for what, the export does not say: all of them stand under the first option."
DO = "Tell the members what became of it."


@dataclass(frozen=True)
class Imported:
    """What came of it."""

    question_id: int
    participants: int
    statements: int
    arguments: int
    readings: int


def scenario_of(export: PolisExport, title: str, told: Scenario | None) -> Scenario:
    """The question to bring the conversation to: the scenario's, or one with every statement on one side."""
    if told is not None:
        return told
    name = title or export.topic
    sides = {statement.number: ("A", "for") for statement in export.statements}
    return Scenario(
        name="polis", kind="debate", template="ratification", title=name, locals=1, arguments=sides,
        background=BACKGROUND.format(count=len(export.participants), sides=NO_SIDES),
        options=(
            ScenarioOption("What was said", "As the statements say.", obligation=DO),
            ScenarioOption("Something else", "None of it.", obligation=DO),
        ),
    )  # fmt: skip


def import_debate(
    export: PolisExport, scenario: Scenario, gather: Callable[[int], Crowd], tell: Tell
) -> Imported:
    """Make the question, and let its people say and read all that the export holds. `gather` makes the people."""
    with transaction(write=True):
        crowd = gather(len(export.participants))
    question_id = _begin(scenario, crowd)
    talk = Conversation(question_id, scenario.arguments, crowd, crowd.participants, export)
    talk.hold(tell)
    read = sum(number in talk.argument_of for cast in export.votes.values() for number in cast)
    return Imported(question_id, len(talk.place), len(export.statements), len(talk.argument_of), read)


def _begin(scenario: Scenario, people: People) -> int:
    """Draft, charge, open the halls, and wait for the two seconds until the debate begins."""
    question_id = draft_question(scenario, people, clock.now(), AT_ONCE)
    charge(question_id, people, clock.now())
    with transaction(write=True):
        begin_due(clock.now() + AT_ONCE)
    return question_id
