"""Pages that everybody reads: the front page, the list of questions, a question with its timetable and label.

Also joins the slice to the earlier ones: who sits in the bodies, and what their acts on a question do.
"""

from typing import Any

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response

from forum.bodies import queries as bodies
from forum.bodies import registry
from forum.kernel import clock, slots
from forum.kernel.doors import Actor, anyone
from forum.kernel.reading import asked_number
from forum.kernel.settings import Settings
from forum.questions import act_operations, derived_queries, matter_queries, operations, page_queries, queries
from forum.questions.models import Question
from forum.questions.states import QuestionState
from forum.roll.queries import officer_ids

blueprint = Blueprint("questions", __name__)


@blueprint.get("/")
@anyone
def front(actor: Actor) -> str | Response:
    """The question now before the union, and what the reader can do about it."""
    now = clock.now()
    question = queries.leading_question()
    if question is not None and (only := slots.gather("question.elsewhere", question)):
        return redirect(only[0])
    if question is None or derived_queries.is_over(derived_queries.stages_of(question, now)):
        return render_template("forum/questions/empty.html", others=queries.questions_page(actor))
    others = [each for each in queries.questions_page(actor) if each.id != question.id]
    also = [each for each in others if each.state != QuestionState.DRAFTED and derived_queries.runs(each, now)]
    over = [each for each in others if each not in also]
    return render_template("forum/questions/front.html", also=also, others=over, **_shown(actor, question))


def _shown(actor: Actor, question: Question) -> dict[str, Any]:
    """What both the front page and the question's own page show."""
    acts = sorted(slots.gather("question.now", actor, question), key=lambda act: act["order"])
    return {
        "question": question,
        "cards": page_queries.option_cards(actor, question),
        "plates": page_queries.locals_standing(actor, question, clock.now()),
        "acts": acts,
        "pressing": any(not act.get("calm") for act in acts),
    }


@blueprint.get("/questions")
@anyone
def list_questions(actor: Actor) -> str:
    """Every question the reader may see, newest first."""
    before = asked_number(request.args, "before")
    return render_template("forum/questions/list.html", listed=queries.questions_page(actor, before=before))


@blueprint.get("/q/<int:number>")
@anyone
def show_question(actor: Actor, number: int) -> str | Response:
    """One question: background, options, obligations, people, timetable, label."""
    question = queries.visible_question(actor, number)
    if only := slots.gather("question.elsewhere", question):
        return redirect(only[0])
    return render_template(
        "forum/questions/question.html",
        people=page_queries.people_of(question),
        process=queries.process_of(question),
        timetable=derived_queries.dates_of(question),
        pledge=bodies.took_effect(question.id, "pledge"),
        matter=matter_queries.matter_of(actor, question),
        **_shown(actor, question),
    )


@blueprint.get("/q/<int:number>/timetable")
@anyone
def show_timetable(actor: Actor, number: int) -> str:
    """The published dates, and what has happened so far."""
    question = queries.visible_question(actor, number)
    return render_template(
        "forum/questions/timetable.html",
        question=question,
        process=queries.process_of(question),
        timetable=derived_queries.dates_of(question),
        history=queries.history(question.id),
    )


@blueprint.get("/q/<int:number>/label")
@anyone
def show_label(actor: Actor, number: int) -> str:
    """The process label alone, to be linked or embedded elsewhere; who came to sessions is for members to read."""
    question = queries.visible_question(actor, number)
    return render_template(
        "forum/questions/label.html",
        question=question,
        process_title=queries.process_of(question).title,
        rows=derived_queries.label_of(question, clock.now()),
        proof=question.floor_proof,
    )


def fill_slots(settings: Settings) -> None:  # noqa: ARG001 - every edge is called alike
    """Bodies, effects and appointments."""
    registry.register_body("council", council)
    registry.register_body("tellers", tellers)
    registry.register_body("observers", observers)
    registry.on_effect("pledge", act_operations.pledge_by_act)
    registry.on_effect("charge", act_operations.charge_by_act)
    registry.on_effect("withdraw", act_operations.withdraw_by_act)
    registry.on_effect("extend_debate", act_operations.extend_by_act)
    registry.on_effect("close_debate_anyway", act_operations.close_anyway_by_act)
    registry.on_effect("rule_exemption", act_operations.exempt_by_act)
    slots.fill("signin.appointments", queries.appointments_of)
    slots.fill("roll.officers", operations.note_officers)
    slots.fill("roll.holding", derived_queries.holders)
    slots.fill("teller.serves", derived_queries.serves)


def council(_question_id: int) -> list[int]:
    """The executive council is the same for every question."""
    return officer_ids()


def tellers(question_id: int) -> list[int]:
    """The tellers of a question."""
    return queries.appointments(question_id, "teller")


def observers(question_id: int) -> list[int]:
    """The observers of a question."""
    return queries.appointments(question_id, "observer")
