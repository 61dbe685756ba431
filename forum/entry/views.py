"""The page of the entry reading, and the ways to it: before a hall or the arguments, and from the question's page."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response as AnyResponse

from forum.entry import forms, operations, queries, rules
from forum.entry.rules import Answer
from forum.halls.rules import why_not_take_part
from forum.kernel import slots
from forum.kernel.doors import Actor, members
from forum.kernel.errors import Refused
from forum.kernel.quick import words as _
from forum.kernel.settings import Settings
from forum.questions.models import Question
from forum.questions.queries import visible_question
from forum.questions.states import QuestionState
from forum.signin.rules import own_path

blueprint = Blueprint("entry", __name__)


@blueprint.get("/q/<int:number>/entry")
@members
def show_entry(actor: Actor, number: int) -> str:
    """Where the member stands now, with what is kept of it and until when."""
    question = visible_question(actor, number)
    if reason := _why_not(actor, question):
        raise Refused(reason)
    own = queries.own_answer(question.id, actor.member_id)
    return render_template(
        "forum/entry/entry.html", question=question, own=own, fewest=rules.FEWEST_COUNTED,
        onward=own_path(request.args.get("next")),
    )  # fmt: skip


@blueprint.post("/q/<int:number>/entry")
@members(again="entry.show_entry", limit="20/minute")
def keep_entry(actor: Actor, number: int) -> AnyResponse:
    question = visible_question(actor, number)
    given = forms.read_entry(request.form, [option.id for option in question.options])
    operations.keep_answer(actor, question.id, given)
    skipped = given.answer is Answer.UNSAID
    flash(_("You are not asked again.") if skipped else _("Saved. You can change it until the debate closes."))
    onward = own_path(request.form.get("next"))
    return redirect(url_for("questions.show_question", number=number) if onward == "/" else onward)


def _why_not(actor: Actor, question: Question) -> str:
    state = QuestionState(question.state)
    return rules.why_not_answer(actor, question.id, state, asked=queries.is_asked(question))


def before_the_debate(actor: Actor, endpoint: str, where: dict[str, Any]) -> str | None:
    """Where a page of a hall or of the arguments sends a member who was not asked yet: here first, once."""
    asked = queries.asked_at(endpoint, where) if actor.is_member and endpoint in queries.INSIDE else None
    if asked is None or why_not_take_part(actor, asked.question_id, QuestionState.DEBATING):
        return None
    if queries.own_answer(asked.question_id, actor.member_id):
        return None
    return url_for("entry.show_entry", number=asked.number, next=request.full_path.rstrip("?"))


def _waits(actor: Actor, question: Question) -> bool:
    if not actor.is_member or _why_not(actor, question):
        return False
    return queries.own_answer(question.id, actor.member_id) is None


def what_to_do_now(actor: Actor, question: Question) -> list[dict[str, Any]]:
    """For the docket: say where one stands, before reading."""
    if not _waits(actor, question):
        return []
    return [
        {
            "what": _("Say where you stand, before you read"), "long": _("Private, less than a minute"),
            "url": url_for("entry.show_entry", number=question.number), "order": 5,
        }
    ]  # fmt: skip


def on_the_question_page(actor: Actor, *, question: Question, **_facts: object) -> Markup:
    """The way back to one's own answer. What it is does not stand on a page that is left open."""
    if not actor.is_member or _why_not(actor, question) or _waits(actor, question):
        return Markup("")
    line = Markup('<p><a class="more" href="{}">{}</a></p>')
    return line.format(url_for("entry.show_entry", number=question.number), _("Where you stood as you came: change it"))


def fill_slots(settings: Settings) -> None:  # noqa: ARG001 - every edge is called alike
    """Join the entry reading to the slices around it."""
    slots.fill("question.moved", operations.end_entry)
    slots.fill("page.before", before_the_debate)
    slots.fill("question.now", what_to_do_now)
    slots.fill("question.page", on_the_question_page)
