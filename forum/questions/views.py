"""Joins the slice to the earlier ones: who sits in the bodies, and what their acts on a question do."""

from forum.bodies import queries as bodies
from forum.bodies import registry
from forum.kernel import slots
from forum.kernel.settings import Settings
from forum.questions import operations, queries


def fill_slots(settings: Settings) -> None:  # noqa: ARG001 - every edge is called alike
    """Bodies, effects and appointments."""
    registry.register_body("council", lambda _question_id: bodies.officers())
    registry.register_body("tellers", lambda question_id: queries.appointments(question_id, "teller"))
    registry.register_body("observers", lambda question_id: queries.appointments(question_id, "observer"))
    registry.on_effect("pledge", operations.pledge_by_act)
    registry.on_effect("charge", operations.charge_by_act)
    registry.on_effect("withdraw", operations.withdraw_by_act)
    registry.on_effect("extend_debate", operations.extend_by_act)
    registry.on_effect("close_debate_anyway", operations.close_anyway_by_act)
    registry.on_effect("rule_exemption", operations.exempt_by_act)
    slots.fill("signin.appointments", queries.appointments_of)
