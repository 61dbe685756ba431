"""Pages of arguments: all of a question's, one argument's life, and the form that moves one."""

import re
import secrets
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from markupsafe import Markup
from werkzeug.wrappers import Response as AnyResponse

from forum.arguments import (
    board_queries,
    forms,
    life_queries,
    likeness_queries,
    list_queries,
    look_operations,
    look_queries,
    merge_queries,
    operations,
    queries,
    rules,
)
from forum.arguments.board_queries import Filters
from forum.halls import invitation_queries
from forum.halls import queries as halls
from forum.halls.rules import why_not_take_part
from forum.halls.stopping_queries import why_not_post
from forum.kernel import clock, text
from forum.kernel.doors import Actor, anyone, members
from forum.kernel.reading import asked_number, asked_page
from forum.questions import queries as questions
from forum.questions.models import Question
from forum.questions.rules import QuestionState
from forum.roll.naming import nameable_locals

blueprint = Blueprint("arguments", __name__)


@blueprint.get("/q/<int:number>/arguments")
@anyone
def list_arguments(actor: Actor, number: int) -> str:
    """The arguments on the record, in columns by option."""
    question, now = questions.visible_question(actor, number), clock.now()
    filters = _filters(actor, question)
    since = look_queries.unseen_since(actor, question.id, now)
    columns, pages = board_queries.columns(actor, question, filters, since)
    unread, newest = list_queries.unread(actor.member_id, question.id) if _reads(actor, question) else (0, [])
    return render_template(
        "forum/arguments/list.html", question=question, columns=columns, pages=pages, filters=filters, unread=unread,
        newest=newest, halls=list_queries.halls_with_arguments(actor, question), places=_places(actor, question),
        since=since, changed=board_queries.changed_count(question.id, since),
        look_due=look_queries.look_due(actor, question.id, now),
    )  # fmt: skip


def _filters(actor: Actor, question: Question) -> Filters:
    """What the address asks for. A visitor is not told what came from a hall too small to be named, asked or not."""
    asked = request.args
    option, hall = asked_number(asked, "option"), asked_number(asked, "hall")
    if hall and not actor.is_member and not nameable_locals([hall]):
        hall = None
    return Filters(
        hall=hall, option=option if option in {each.id for each in question.options} else None,
        unanswered=asked.get("unanswered") == "1", new=asked.get("new") == "1",
        page=asked_page(asked, 10_000),
    )  # fmt: skip


@blueprint.post("/q/<int:number>/arguments/looked")
@members(limit="60/minute")
def note_look(actor: Actor, number: int) -> AnyResponse:
    """The member has looked at the board: the page's script says so; the button also says that all has been seen."""
    question = questions.visible_question(actor, number)
    all_seen = request.form.get("all") == "1"
    look_operations.note_look(actor, question.id, now=clock.now(), all_seen=all_seen)
    return redirect(url_for("arguments.list_arguments", number=number))


def _reads(actor: Actor, question: Question) -> bool:
    """Whether this member may say anything about arguments now."""
    return actor.is_member and not why_not_take_part(actor, question.id, QuestionState(question.state))


def _places(actor: Actor, question: Question) -> list[tuple[int, str]]:
    """Hall id and the local's number ("" for the national hall) of every hall in which this member may move."""
    if not actor.is_member:
        return []
    own = [halls.hall_of(question.id, actor.local_id), halls.national_hall(question.id)]
    invited = invitation_queries.halls_open_to(actor.member_id, question.id)
    views = [halls.hall(hall.id) for hall in [*own, *invited] if hall]
    now = clock.now()
    return [
        (each.hall.id, each.local.number if each.local else "")
        for each in views
        if not why_not_post(actor, each.place, each.hall.id, now)
    ]


@blueprint.get("/q/<int:number>/arguments/new")
@members
def show_moving(actor: Actor, number: int) -> str:
    """The form that moves an argument: directly, from words (?origin=post:7), or as an answer (?answers=17)."""
    return _moving(actor, questions.visible_question(actor, number))


def _moving(actor: Actor, question: Question, **facts: object) -> str:
    return render_template(
        "forum/arguments/new.html", question=question, places=_places(actor, question), most=rules.MOST_CLAIM,
        **_start(actor), **facts,
    )  # fmt: skip


def _start(actor: Actor) -> dict[str, Any]:
    """What the form starts with: the words it is moved from, what it answers, and a key against sending twice."""
    origin = request.args.get("origin", "") or request.form.get("origin", "")
    kind, _colon, number = origin.partition(":")
    words = queries.origin_of(kind, int(number)) if re.fullmatch(r"[0-9]{1,9}", number) else None
    return {
        "origin": origin if words else "", "words": words,
        "said": Markup(text.render(words.text)) if words else "",  # noqa: S704 - cleaned by the one renderer
        "own_words": bool(words and words.author_id == actor.member_id),
        "answers": request.args.get("answers", ""), "client_key": secrets.token_urlsafe(12),
    }  # fmt: skip


@blueprint.post("/q/<int:number>/arguments")
@members(again="arguments.show_moving", limit="6/minute")
def move_argument(actor: Actor, number: int) -> AnyResponse | str:
    """Move an argument. Where others say nearly the same, the form comes back once to show them."""
    question, new = questions.visible_question(actor, number), forms.read_argument(request.form)
    near = likeness_queries.near(actor, question, new) if request.form.get("compared") != "1" else []
    if near:
        return _moving(actor, question, near=near, typed=request.form)
    argument = operations.move_argument(actor, question.id, new, now=clock.now())
    flash(f"argument-{question.id}", "draft-clear")
    flash(_("%(label)s is on the record. Another member must second it before it can be read.", label=argument.label))
    return redirect(url_for("arguments.show_argument", argument_id=argument.id))


@blueprint.get("/a/<int:argument_id>")
@anyone
def show_argument(actor: Actor, argument_id: int) -> str:
    """The life of an argument."""
    life = life_queries.life(actor, argument_id)
    return render_template(
        "forum/arguments/life.html", life=life, question=life.question, argument=life.argument,
        to_rule=merge_queries.lacking_consent(actor, argument_id, clock.now()),
    )  # fmt: skip


@blueprint.get("/a/<int:argument_id>/wordings")
@members
def show_wordings(actor: Actor, argument_id: int) -> str:
    """Every wording of an argument's grounds and sources."""
    return render_template("forum/arguments/wordings.html", life=life_queries.life(actor, argument_id))
