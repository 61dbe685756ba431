"""Arguments that may say the same: a page for all members, a line on the hosts' desks, a part of an argument's page."""

from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask_babel import ngettext
from markupsafe import Markup
from werkzeug.wrappers import Response as AnyResponse

from forum.arguments import likeness_operations, likeness_queries
from forum.arguments.likeness_queries import PAIRS_A_PAGE, Pair
from forum.arguments.models import Argument
from forum.arguments.pages import back_to
from forum.kernel import clock, quick, slots
from forum.kernel.doors import Actor, chairs, members
from forum.kernel.quick import words as _
from forum.kernel.reading import asked_page
from forum.kernel.settings import Settings
from forum.questions.queries import question_by_id, visible_question

blueprint = Blueprint("likenesses", __name__)


@blueprint.get("/q/<int:number>/alike")
@members
def show_alike(actor: Actor, number: int) -> str:
    """Pairs of arguments that may say the same, with one press to propose a merge for whoever may."""
    question = visible_question(actor, number)
    page = asked_page(request.args, 1_000)
    pairs = likeness_queries.pairs(actor, question, page=page)
    return render_template(
        "forum/arguments/alike.html", question=question, pairs=pairs, page=page, full=len(pairs) == PAIRS_A_PAGE
    )


@blueprint.post("/a/<int:argument_id>/differs/<int:other_id>")
@chairs(again="arguments.show_argument", limit="20/minute")
def set_aside(actor: Actor, argument_id: int, other_id: int) -> AnyResponse:
    """A host finds that two arguments differ."""
    likeness_operations.set_aside(actor, argument_id, other_id, now=clock.now())
    return back_to(argument_id)


def on_the_desk(actor: Actor) -> list[dict[str, Any]]:
    """For hosts, and for tellers where the national hall is concerned: pairs to look at."""
    why = _("A merge keeps both origins and both sets of readings. Their movers must agree.")
    return [
        {
            "what": ngettext("Two arguments may say the same", "%(num)s pairs of arguments may say the same", count),
            "why": why, "url": url_for("likenesses.show_alike", number=question.number), "due": None, "done": False,
            "order": 60, "about": ("alike", f"question:{question.id}"),
        }
        for question, count in likeness_queries.for_hosts(actor)
    ]  # fmt: skip


def on_the_argument(actor: Actor, *, argument: Argument, **_facts: object) -> Markup:
    """For those who may propose a merge: what this argument may repeat, or what may repeat it."""
    pairs = _pairs(actor, argument)
    part = render_template("forum/arguments/_alike.html", pairs=pairs, argument=argument)
    return Markup(part) if pairs else Markup("")  # noqa: S704 - a rendered template


def among_the_acts(actor: Actor, *, argument: Argument, **_facts: object) -> Markup:
    """The way from an argument to the pairs of its question, for the same people."""
    if not _pairs(actor, argument):
        return Markup("")
    url = url_for("likenesses.show_alike", number=question_by_id(argument.question_id).number)
    return quick.button(url, _("Another may say the same"), argument.label)


def _pairs(actor: Actor, argument: Argument) -> list[Pair]:
    question = question_by_id(argument.question_id)
    if not actor.is_member or question.state != "debating":
        return []
    return [each for each in likeness_queries.pairs_of(actor, argument, question) if each.may_propose]


def fill_slots(settings: Settings) -> None:  # noqa: ARG001 - every edge is called alike
    """Join what is alike to the desks and to the page of an argument."""
    slots.fill("desk", on_the_desk)
    slots.fill("argument.acts", among_the_acts)
    slots.fill("argument.alike", on_the_argument)
