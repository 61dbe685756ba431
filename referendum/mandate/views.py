"""The page of a mandate: duties, acts, disputes; and where a mandate shows elsewhere."""

from typing import Any

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from flask_babel import gettext
from markupsafe import Markup
from werkzeug.wrappers import Response

from forum.arguments.models import Argument
from forum.bodies import queries as bodies
from forum.bodies import registry
from forum.kernel import clock, slots
from forum.kernel.doors import Actor, anyone, members, officers, tellers
from forum.kernel.errors import Missing
from forum.kernel.settings import Settings, zone
from forum.questions.models import Question
from forum.questions.queries import question_by_id, visible_question
from referendum.mandate import forms, operations, queries, rules
from referendum.mandate.models import Mandate
from referendum.mandate.quote_queries import answers_to, quotes_page
from referendum.mandate.rules import MandateState
from referendum.results.queries import citations_of

blueprint = Blueprint("mandate", __name__)


def _mandate(question: Question) -> Mandate:
    found = queries.mandate_of(question.id)
    if found is None:
        raise Missing
    return found


@blueprint.get("/q/<int:number>/mandate")
@anyone
def show_mandate(actor: Actor, number: int) -> str:
    """What the council must do, what it did, and who disputes it."""
    question, now = visible_question(actor, number), clock.now()
    mandate = _mandate(question)
    facts = queries.facts_of(mandate)
    rows = queries.duty_rows(mandate, facts, now)
    return render_template(
        "referendum/mandate/mandate.html",
        question=question,
        mandate=mandate,
        rows=rows,
        quotes=quotes_page(mandate, rows),
        quoted=queries.quoted(mandate),
        disputes=queries.disputes(mandate),
        disputable=rules.may_dispute(facts, now),
        window_ends_at=rules.dispute_closes_at(facts),
        awaited=rules.awaited_citations(facts),
        pledge=bodies.took_effect(question.id, "pledge"),
        is_teller=actor.holds("teller", question.id),
        replaced_by=queries.replaced_by(mandate),
        replaces=queries.replaces(mandate),
    )


@blueprint.post("/q/<int:number>/mandate/duties/<int:duty_id>/file")
@officers(again="mandate.show_mandate", fresh=True, limit="10/minute")
def file_act(actor: Actor, number: int, duty_id: int) -> Response:
    """An officer files an act."""
    mandate = _mandate(visible_question(actor, number))
    if queries.duty(duty_id).mandate_id != mandate.id:
        raise Missing
    new = forms.read_act(request.form, [each.argument.number for each in queries.quoted(mandate)])
    operations.file_act(actor, duty_id, new, now=clock.now())
    return redirect(url_for("mandate.show_mandate", number=number))


@blueprint.post("/q/<int:number>/mandate/acts/<int:act_id>/dispute")
@members(again="mandate.show_mandate", limit="5/minute")
def dispute(actor: Actor, number: int, act_id: int) -> Response:
    """A member disputes an act."""
    visible_question(actor, number)
    operations.dispute(actor, act_id, forms.read_dispute(request.form), now=clock.now())
    return redirect(url_for("mandate.show_mandate", number=number))


@blueprint.post("/q/<int:number>/mandate/disputes/<int:dispute_id>/rule")
@tellers(again="mandate.show_mandate", limit="10/minute")
def rule_dispute(actor: Actor, number: int, dispute_id: int) -> Response:
    """A teller puts a ruling before the tellers."""
    visible_question(actor, number)
    new = forms.read_dispute_ruling(request.form, zone(current_app.config["HUSTINGS"]))
    act = operations.propose_dispute_ruling(actor, dispute_id, new, now=clock.now())
    return redirect(url_for("bodies.show_act", act_id=act.id))


def in_the_life(_actor: Actor, *, argument: Argument) -> Markup:
    """In an argument's life: quoted in a mandate, and what the leadership answered."""
    parts = []
    for mandate, quotation in queries.quotations_of(argument.id):
        answers = answers_to(mandate, argument.id)
        answered = {duty.id for duty, *_ in answers}
        cited = next((each for _vote, each in reversed(citations_of(argument.id))), None)
        parts.append(
            render_template(
                "referendum/mandate/_life.html", question=question_by_id(mandate.question_id), mandate=mandate,
                quotation=quotation, answers=answers, cited=cited,
                waiting=[each for each in mandate.duties if each.id not in answered],
            )
        )
    return Markup("").join(Markup(part) for part in parts)  # noqa: S704


def on_the_question(_actor: Actor, *, question: Question) -> Markup | str:
    """On the question's page: the mandate, once there is one."""
    mandate = queries.mandate_of(question.id)
    if mandate is None:
        return ""
    return Markup(render_template("referendum/mandate/_question.html", question=question, mandate=mandate))  # noqa: S704


def on_the_ribbon(question: Question) -> dict[str, Any] | None:
    """What the ribbon is told of the mandate."""
    mandate = queries.mandate_of(question.id)
    if mandate is None:
        return None
    due_at = max((each.due_at for each in mandate.duties), default=None)
    return {"mandate": mandate.state, "mandate_due_at": due_at, "mandate_ended_at": mandate.ended_at}


def what_to_do_now(actor: Actor, question: Question) -> list[dict[str, Any]]:
    """For the docket: say whether an act is enough, while it can be disputed; else read what was done."""
    mandate = queries.mandate_of(question.id)
    if mandate is None:
        return []
    if not actor.is_member or not rules.may_dispute(queries.facts_of(mandate), clock.now()):
        return [
            {
                "what": gettext("What the council must do, and what it did"), "long": gettext("About 2 minutes"),
                "url": url_for("mandate.show_mandate", number=question.number), "order": 71, "calm": True,
            }
        ]  # fmt: skip
    return [
        {
            "what": gettext("Say whether the council’s act is enough"),
            "long": gettext("Members only, about 2 minutes"),
            "url": url_for("mandate.show_mandate", number=question.number), "order": 30,
        }
    ]  # fmt: skip


def on_the_desk(actor: Actor) -> list[dict[str, Any]]:
    """For officers: duties and their days. For tellers: disputes to rule on."""
    items: list[dict[str, Any]] = []
    if actor.is_officer:
        items += [item for mandate in queries.due_mandates() for item in _duties_on_the_desk(mandate)]
    held = [question_id for role, question_id in actor.appointments if role == "teller"]
    for each, mandate in queries.open_disputes(held):
        number = question_by_id(mandate.question_id).number
        items.append(
            {
                "what": gettext("Rule on dispute %(number)s", number=each.id), "why": each.text[:200], "due": None,
                "url": url_for("mandate.show_mandate", number=number, _anchor=f"dispute-{each.id}"), "done": False,
                "act": gettext("Read and rule"), "order": 25,
                "about": ("rule_dispute", f"dispute:{each.id}"),
            }
        )  # fmt: skip
    return items


def _duties_on_the_desk(mandate: Mandate) -> list[dict[str, Any]]:
    question = question_by_id(mandate.question_id)
    rows = queries.duty_rows(mandate, queries.facts_of(mandate), clock.now())
    return [
        {
            "what": gettext("Carry out obligation %(number)s of question %(question)s", number=row.number,
                            question=question.number),
            "why": row.duty.text, "url": url_for("mandate.show_mandate", number=question.number,
                                                 _anchor=f"duty-{row.number}"),
            "act": gettext("File an act"), "due": row.duty.due_at, "done": row.state == "done", "order": 15,
        }
        for row in rows
    ]  # fmt: skip


def state_is_final(state: str) -> bool:
    """Whether a mandate has ended; templates show a stamp only then."""
    return state != MandateState.DUE


blueprint.add_app_template_test(state_is_final, "final_mandate")


def fill_slots(settings: Settings) -> None:  # noqa: ARG001 - every edge is called alike
    """The mandate on ribbon, docket, desk, question and life; the effect of the tellers' rulings."""
    registry.on_effect("rule_dispute", operations.rule_dispute_by_act)
    slots.fill("citations.published", operations.quote_late)
    slots.fill("argument.after", in_the_life)
    slots.fill("question.page", on_the_question)
    slots.fill("question.ribbon", on_the_ribbon)
    slots.fill("question.now", what_to_do_now)
    slots.fill("desk", on_the_desk)
