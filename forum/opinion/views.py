"""The page of what readers have in common, its figures as CSV, and what it lends to other pages."""

from forum.kernel import slots
from forum.kernel.settings import Settings
from forum.opinion import queries


def fill_slots(settings: Settings) -> None:  # noqa: ARG001 - every edge is called alike
    """The extremities of formula 8, for whoever draws what is read next."""
    slots.fill("argument.extremities", queries.extremities)
