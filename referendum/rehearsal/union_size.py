"""How many locals and councils a replay's union has."""

from typing import TypedDict

from forum.questions.templates import load_shipped
from referendum.rehearsal.company import COUNCILS
from referendum.rehearsal.scenario import Scenario

LARGE = 50_000
STATES = 50
LOCALS_OF_A_STATE = 20


class UnionSize(TypedDict):
    """What a `Company` is told of it."""

    locals_: int
    councils: int


def size_of(scenario: Scenario, members: int) -> UnionSize:
    """The scenario's own locals; in a large union without a debate, which no hall is opened in, fifty states of twenty
    locals each."""
    if members < LARGE or load_shipped(scenario.template).debate is not None:
        return {"locals_": scenario.locals, "councils": COUNCILS}
    return {"locals_": STATES * LOCALS_OF_A_STATE, "councils": STATES}
