"""The page on which members register, and what other pages say of it."""

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext
from markupsafe import Markup
from werkzeug.wrappers import Response

from forum.kernel import clock, slots
from forum.kernel.doors import Actor, members
from forum.kernel.languages import when
from forum.kernel.settings import Settings
from forum.questions.models import Question
from forum.questions.queries import visible_question
from referendum.registration import forms, notices, operations, queries
from referendum.registration.rules import is_open

blueprint = Blueprint("registration", __name__)
PAGE = "registration.show_registration"


@blueprint.get("/q/<int:number>/register")
@members
def show_registration(actor: Actor, number: int) -> str:
    """Whether this member is registered, until when it can be changed, and how many have."""
    page = queries.registration_page(visible_question(actor, number), actor.member_id, clock.now())
    return render_template("referendum/registration/registration.html", page=page)


@blueprint.post("/q/<int:number>/register")
@members(again=PAGE, limit="10/minute")
def register(actor: Actor, number: int) -> Response:
    """Register with the number on the card."""
    question = visible_question(actor, number)
    operations.register(actor, question, forms.read_card(request.form), now=clock.now())
    return redirect(url_for(PAGE, number=number))


@blueprint.post("/q/<int:number>/register/back")
@members(again=PAGE, limit="10/minute")
def take_back(actor: Actor, number: int) -> Response:
    """Not to be registered any more."""
    operations.take_back(actor, visible_question(actor, number), now=clock.now())
    return redirect(url_for(PAGE, number=number))


def what_to_do_now(actor: Actor, question: Question) -> list[dict[str, Any]]:
    """For the docket: to register, while it can be done and has not been."""
    closes_at = question.registration_closes_at
    asked = queries.has_registration(question) and is_open(question.state, closes_at, clock.now())
    if not asked or not actor.is_member or queries.registration(question.id, actor.member_id) is not None:
        return []
    return [
        {
            "what": gettext("Register to vote"),
            "long": Markup(gettext("Until %(until)s. Only members who have registered may vote."))  # noqa: S704
            % {"until": when(closes_at)},
            "url": url_for(PAGE, number=question.number), "order": 10,
        }
    ]  # fmt: skip


def on_the_question(actor: Actor, *, question: Question, **_facts: object) -> Markup:
    """How many have registered, and the way to it."""
    if question.published_at is None or not queries.has_registration(question):
        return Markup("")
    page = queries.registration_page(question, actor.member_id, clock.now())
    return Markup(render_template("referendum/registration/_question.html", page=page))  # noqa: S704


def on_the_label(question: Question) -> dict[str, Any]:
    """How many registered, where members had to."""
    return {"registered": queries.registered_count(question.id)} if queries.has_registration(question) else {}


def fill_slots(settings: Settings) -> None:  # noqa: ARG001 - every edge is called alike
    """The docket, the question's page and its label; and the mails when it opens."""
    slots.fill("question.now", what_to_do_now)
    slots.fill("question.page", on_the_question)
    slots.fill("question.label", on_the_label)
    slots.fill("question.moved", notices.question_moved)
