"""How many locals and councils a replay's union has."""

from forum.questions.templates import load_shipped
from referendum.rehearsal.company import COUNCILS
from referendum.rehearsal.scenario import Scenario

LARGE = 50_000
STATES = 50
LOCALS_OF_A_STATE = 20


def size_of(scenario: Scenario, members: int) -> tuple[int, int]:
    """Locals and councils: the scenario's own; in a large union without a debate, which no hall is opened in, fifty
    states of twenty locals each."""
    if members < LARGE or load_shipped(scenario.template).debate is not None:
        return scenario.locals, COUNCILS
    return STATES * LOCALS_OF_A_STATE, STATES
