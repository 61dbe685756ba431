"""A fresh sign-in before any act of power: every form that leads to the audit log asks for one, or stands here.

Who calls whom is read from the source; what a slot or a body's effect does is not followed, and needs signatures.
"""

import ast
from collections.abc import Iterator

from flask import Flask

from tests.house.source import modules

EXCUSED = {
    "a text before a body does nothing by itself; each signature under it asks": {
        "challenges.rule_challenge", "conduct.propose_annulment", "conduct.propose_call", "conduct.propose_certificate",
        "conduct.propose_dropping", "conduct.propose_extension", "conduct.propose_observer", "conduct.propose_opening",
        "conduct.propose_tie_break",
        "mandate.rule_dispute", "question_acts.propose_close_anyway", "question_acts.propose_exemption",
        "question_acts.propose_extension", "question_acts.propose_withdrawal", "question_drafts.propose_charge",
        "question_drafts.propose_pledge", "roll_challenges.rule_challenge", "rollcalls.name_seats",
    },
    "a draft binds nobody; publishing it asks": {"question_drafts.create_question", "question_drafts.save_question"},
    "the host runs the floor of a meeting under way, act by act; opening and closing it ask": {
        "sitting_host.close_poll", "sitting_host.count_person", "sitting_host.dismiss_point", "sitting_host.end_point",
        "sitting_host.end_turn", "sitting_host.extend_turn", "sitting_host.next_speaker", "sitting_host.note_decision",
        "sitting_host.open_poll", "sitting_host.pause_turn", "moderation_rooms.slow_chat", "sitting_host.take_point",
        "sitting_room.ask_to_speak", "sitting_room.tie_argument", "sitting_room.withdraw_request",
        "sitting_enquiries.take_up",
    },
    "words of a host to a member's question, and the promise to come to it: they bind nobody": {
        "sitting_enquiries.answer", "sitting_enquiries.defer",
    },
    "two arguments are found to differ: a merge of them can be proposed all the same": {"likenesses.set_aside"},
    "a date on the calendar, which the hall hears of; the session is opened by one who has shown who they are": {
        "sittings.schedule_sitting",
    },
    "a member's own right, not an act of power": {
        "argument_acts.answer_merge", "argument_acts.propose_merge", "challenges.file_challenge", "mandate.dispute",
        "measures.appeal_hiding", "measures.appeal_restraint", "reach_hidings.appeal_hiding",
        "roll_challenges.challenge_roll",
    },
}  # fmt: skip
RECORD = "forum.kernel.audit.record"
OWN_RIGHT = ("a member's own right, not an act of power",)
SPEAKING = {"sitting_room.ask_to_speak", "sitting_room.tie_argument", "sitting_room.withdraw_request"}


def calls() -> dict[str, set[str]]:
    """Dotted name of every function → the dotted names that it calls."""
    graph: dict[str, set[str]] = {}
    for module, tree in modules():
        known = dict(_imported(tree))
        own = {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
        for node in tree.body:
            if isinstance(node, ast.FunctionDef):
                graph[f"{module}.{node.name}"] = set(_called(node, module, known, own))
    return graph


def _imported(tree: ast.Module) -> Iterator[tuple[str, str]]:
    for node in tree.body:
        if isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                yield alias.asname or alias.name, f"{node.module}.{alias.name}"


def _called(function: ast.FunctionDef, module: str, known: dict[str, str], own: set[str]) -> Iterator[str]:
    for node in ast.walk(function):
        if not isinstance(node, ast.Call):
            continue
        if isinstance(node.func, ast.Name):
            yield f"{module}.{node.func.id}" if node.func.id in own else known.get(node.func.id, "")
        elif isinstance(node.func, ast.Attribute) and isinstance(node.func.value, ast.Name):
            yield f"{known.get(node.func.value.id, '')}.{node.func.attr}"


def recorders(graph: dict[str, set[str]]) -> set[str]:
    """Every function that comes to the audit log by itself or through what it calls."""
    found = {RECORD}
    while more := {name for name, called in graph.items() if called & found} - found:
        found |= more
    return found


def unproved(app: Flask) -> dict[str, str]:
    """Endpoint → view of every form that reaches the audit log without a fresh sign-in."""
    found = recorders(calls())
    views = {
        rule.endpoint: app.view_functions[rule.endpoint]
        for rule in app.url_map.iter_rules()
        if "POST" in (rule.methods or set())
    }
    return {
        endpoint: f"{view.__module__}.{view.__name__}"
        for endpoint, view in views.items()
        if f"{view.__module__}.{view.__name__}" in found and not view.fresh  # type: ignore[attr-defined]
    }


def test_whatever_reaches_the_audit_log_asks_for_a_fresh_sign_in_or_says_why_not(app: Flask) -> None:
    found, excused = unproved(app), {endpoint for group in EXCUSED.values() for endpoint in group}
    assert set(found) - excused == set(), "these forms write into the audit log without a fresh sign-in"
    assert (excused & set(app.view_functions)) - set(found) == set(), "these need no excuse any more"


def test_whoever_acts_by_office_without_a_fresh_sign_in_has_shown_a_second_factor_at_the_door(app: Flask) -> None:
    """A password alone, or a mail account alone, opens no office: not even to put a text before a body."""
    by_right = {endpoint for reason in OWN_RIGHT for endpoint in EXCUSED[reason]} | SPEAKING
    excused = {endpoint for group in EXCUSED.values() for endpoint in group} & set(app.view_functions)
    open_to_all = {each for each in excused if not app.view_functions[each].door.leads}  # type: ignore[attr-defined]
    assert open_to_all == by_right & set(app.view_functions)


def test_the_acts_of_power_are_seen_through_all_that_they_call() -> None:
    """The walk through the source finds what the log is written by, however deep it lies."""
    found = recorders(calls())
    for view in (
        "forum.sittings.views.close_sitting", "forum.bodies.views.sign_act",
        "referendum.electorate.views.go_on_with_codes", "referendum.electorate.opening_views.drop_opening",
        "referendum.count.views.accept_part_file", "forum.moderation.views.hide_words",
    ):  # fmt: skip
        assert view in found, view
    assert "forum.halls.views.show_hall" not in found


def test_the_named_acts_of_power_are_fresh(app: Flask) -> None:
    for endpoint in (
        "sittings.close_sitting", "sittings.reschedule_sitting", "openings.drop_opening", "count.accept_part_file",
        "electorate.go_on_with_codes", "bodies.sign_act", "bodies.withdraw_act", "roll_import.drop_import",
        "count.accept_part",
    ):  # fmt: skip
        assert app.view_functions[endpoint].fresh, endpoint  # type: ignore[attr-defined]
