"""Acts of members on an option: second it, name who speaks for it, and what its spokespersons may do."""

from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response

from forum.kernel import clock
from forum.kernel.doors import Actor, members
from forum.questions import forms, option_operations, queries

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
@members(again=PAGE, fresh=True)
def add_by_option(actor: Actor, number: int, letter: str) -> Response:
    """Add a trustee or an observer in the name of the option."""
    question = queries.visible_question(actor, number)
    option = queries.option_by_letter(question.id, letter)
    role, member_number = forms.read_addition(request.form, option.letter)
    option_operations.add_by_option(actor, question, option, role, member_number, now=clock.now())
    return _back(number, letter)


@blueprint.post("/q/<int:number>/options/<letter>/ask-withdrawal")
@members(again=PAGE, fresh=True)
def ask_withdrawal(actor: Actor, number: int, letter: str) -> Response:
    """Ask, as spokesperson, that the question be withdrawn."""
    question = queries.visible_question(actor, number)
    option = queries.option_by_letter(question.id, letter)
    option_operations.ask_withdrawal(actor, question, option, now=clock.now())
    return _back(number, letter)
