"""Joins the slice to the earlier ones: who sits in the bodies, and what their acts on a question do."""

from forum.bodies import queries as bodies
from forum.bodies import registry
from forum.kernel import slots
from forum.kernel.settings import Settings
from forum.questions import act_operations, queries


def fill_slots(settings: Settings) -> None:  # noqa: ARG001 - every edge is called alike
    """Bodies, effects and appointments."""
    registry.register_body("council", lambda _question_id: bodies.officers())
    registry.register_body("tellers", lambda question_id: queries.appointments(question_id, "teller"))
    registry.register_body("observers", lambda question_id: queries.appointments(question_id, "observer"))
    registry.on_effect("pledge", act_operations.pledge_by_act)
    registry.on_effect("charge", act_operations.charge_by_act)
    registry.on_effect("withdraw", act_operations.withdraw_by_act)
    registry.on_effect("extend_debate", act_operations.extend_by_act)
    registry.on_effect("close_debate_anyway", act_operations.close_anyway_by_act)
    registry.on_effect("rule_exemption", act_operations.exempt_by_act)
    slots.fill("signin.appointments", queries.appointments_of)
