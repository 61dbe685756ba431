"""Acts of members on an option: second it, name who speaks for it, and what its spokespersons may do."""

from typing import Any

from flask import Blueprint, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from forum.kernel import clock, slots
from forum.kernel.doors import Actor, members
from forum.kernel.settings import Settings
from forum.questions import forms, naming_queries, option_operations, queries
from forum.questions.models import Question

blueprint = Blueprint("question_options", __name__)
PAGE = "questions.show_question"


def _back(number: int, letter: str) -> Response:
    return redirect(url_for(PAGE, number=number, _anchor=f"option-{letter.upper()}"))


@blueprint.post("/q/<int:number>/options/<letter>/second")
@members(again=PAGE, limit="20/minute")
def second_option(actor: Actor, number: int, letter: str) -> Response:
    """Second an option, naming a spokesperson or not."""
    question = queries.visible_question(actor, number)
    option = queries.option_by_letter(question.id, letter)
    names = forms.read_named(request.form, option.letter, required=False)
    option_operations.second_option(actor, question, option, names, now=clock.now())
    return _back(number, letter)


@blueprint.post("/q/<int:number>/options/<letter>/name")
@members(again=PAGE, limit="20/minute")
def name_spokesperson(actor: Actor, number: int, letter: str) -> Response:
    """Name a spokesperson after having seconded."""
    question = queries.visible_question(actor, number)
    option = queries.option_by_letter(question.id, letter)
    names = forms.read_named(request.form, option.letter, required=True)
    option_operations.name_spokesperson(actor, question, option, names)
    return _back(number, letter)


@blueprint.post("/q/<int:number>/options/<letter>/add")
@members(again=PAGE, fresh=True, limit="20/minute")
def add_by_option(actor: Actor, number: int, letter: str) -> Response:
    """Add a trustee or an observer in the name of the option."""
    question = queries.visible_question(actor, number)
    option = queries.option_by_letter(question.id, letter)
    role, member_number = forms.read_addition(request.form, option.letter)
    option_operations.add_by_option(actor, question, option, role, member_number, now=clock.now())
    return _back(number, letter)


@blueprint.post("/q/<int:number>/options/<letter>/namings/<int:naming_id>/agree")
@members(again=PAGE, fresh=True, limit="20/minute")
def agree_to_add(actor: Actor, number: int, letter: str, naming_id: int) -> Response:
    """Agree to the trustee or observer whom the option's other spokesperson wants."""
    question = queries.visible_question(actor, number)
    option = queries.option_by_letter(question.id, letter)
    option_operations.agree_to_add(actor, question, option, naming_id, now=clock.now())
    return _back(number, letter)


@blueprint.post("/q/<int:number>/options/<letter>/ask-withdrawal")
@members(again=PAGE, fresh=True, limit="20/minute")
def ask_withdrawal(actor: Actor, number: int, letter: str) -> Response:
    """Ask, as spokesperson, that the question be withdrawn."""
    question = queries.visible_question(actor, number)
    option = queries.option_by_letter(question.id, letter)
    option_operations.ask_withdrawal(actor, question, option, now=clock.now())
    return _back(number, letter)


def what_to_do_now(actor: Actor, question: Question) -> list[dict[str, Any]]:
    """For the docket of a spokesperson: the other one wants to add somebody."""
    if not actor.is_member or question.state not in ("charged", "debating", "closed"):
        return []
    return [
        {
            "what": _("Option %(letter)s: agree on a trustee or an observer", letter=option.letter),
            "long": _("The other spokesperson has named one"),
            "url": url_for(PAGE, number=question.number, _anchor=f"option-{option.letter}"), "order": 12,
        }
        for option in question.options
        if any(not each.mine for each in naming_queries.wanted_for(actor, question, option))
    ]  # fmt: skip


def fill_slots(settings: Settings) -> None:  # noqa: ARG001 - every edge is called alike
    """What the other spokesperson wants stands on the docket."""
    slots.fill("question.now", what_to_do_now)
