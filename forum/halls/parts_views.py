"""What halls give to other pages: navigation, what a member can do now, the host's and the tellers' desk, facts."""

from datetime import datetime
from typing import Any

from flask import render_template, request, url_for
from markupsafe import Markup

from forum.halls import operations, queries, rules, thread_queries
from forum.kernel import clock, slots
from forum.kernel.doors import Actor
from forum.kernel.quick import words as _
from forum.kernel.settings import Settings
from forum.questions.floor import HOST_HAS, Opener
from forum.questions.models import Question


def navigation(actor: Actor) -> dict[str, Any] | None:
    """The way to one's own local's hall for the question of the day."""
    hall_id = queries.own_hall_id(actor.local_id) if actor.is_member else None
    if hall_id is None:
        return None
    here = request.blueprint in ("halls", "hall_posts", "hall_thread", "hall_own")
    return {
        "order": 20, "label": _("Hall"), "url": url_for("halls.show_hall", hall_id=hall_id), "current": here,
        "live": False,
    }  # fmt: skip


def what_to_do_now(actor: Actor, question: Question) -> list[dict[str, Any]]:
    """For the docket: open the hall, or say your piece in it."""
    hall = queries.hall_of(question.id, actor.local_id) if actor.is_member else None
    if hall is None:
        return []
    view = queries.hall(hall.id)
    if hall.opened_at is None:
        return _open_it(actor, view)
    if not rules.may_write(actor, view.place) or thread_queries.has_posted(hall, actor.member_id):
        return []
    url = url_for("halls.show_hall", hall_id=hall.id, _anchor="say")
    long = _("%(count)s posts so far, about 5 minutes", count=hall.post_count)
    return [{"what": _("Say your piece in your hall"), "long": long, "url": url, "order": 50}]


def _open_it(actor: Actor, view: queries.HallView) -> list[dict[str, Any]]:
    if (
        rules.may_open(actor, view.question.id, view.hall.local_id) is not Opener.HOST
        or view.question.state not in RUNNING
    ):
        return []
    url = url_for("halls.show_opening", hall_id=view.hall.id)
    return [
        {
            "what": _("Open your local’s hall"),
            "long": _("An agenda and a date, about 5 minutes"),
            "url": url,
            "order": 5,
        }
    ]


RUNNING = ("charged", "debating")
FEW = 3


def on_the_desk(actor: Actor) -> list[dict[str, Any]]:
    """For hosts: a hall to open. For tellers: halls whose hosts have let seven days pass, as one line when many."""
    found = queries.to_open(actor, clock.now())
    own = [each for each in found if rules.keeps_order(actor, each.question.id, each.hall.local_id)]
    late = [each for each in found if each not in own]
    items = [_desk_item(each, own=True) for each in own]
    for question in {each.question.id: each.question for each in late}.values():
        theirs = [each for each in late if each.question.id == question.id]
        items += [_many_late(question, len(theirs))] if len(theirs) > FEW else [_desk_item(each) for each in theirs]
    return items


def _many_late(question: Question, count: int) -> dict[str, Any]:
    words = {"count": count, "number": question.number}
    return {
        "what": _("Open %(count)s halls for question %(number)s in their hosts’ stead", **words),
        "why": _("Seven days have passed. These locals will not have honoured the charge; the board names them."),
        "url": url_for("halls.show_board", number=question.number), "act": _("To the charge board"), "due": None,
        "done": False, "order": 15,
    }  # fmt: skip


def _desk_item(view: queries.HallView, *, own: bool = False) -> dict[str, Any]:
    charged = view.hall.charged_at or view.question.charged_at
    what = _("Open the hall for question %(number)s", number=view.question.number)
    why = _("The charge asks for an agenda and a first live session.")
    if view.local is None:
        what = _("Open the national hall for question %(number)s", number=view.question.number)
    elif not own:
        what = _("Open the hall of Local %(local)s in the host’s stead", local=view.local.number)
        why = _("Seven days have passed since the charge. The local will not have honoured it.")
    return {
        "what": what, "why": why, "url": url_for("halls.show_opening", hall_id=view.hall.id), "act": _("Open the hall"),
        "due": charged + HOST_HAS if charged and own else None, "done": False, "order": 15,
    }  # fmt: skip


def on_the_question_page(_actor: Actor, *, question: Question, **_facts: object) -> Markup:
    """Under how far the charge is carried out: the way to the board."""
    if question.charged_at is None:
        return Markup("")
    return Markup(render_template("forum/halls/_question.html", question=question))  # noqa: S704 - a rendered template


def on_charge(question: Question, move: str, now: datetime) -> None:
    """The charge creates the halls."""
    if move == "charge":
        operations.create_halls(question, now)


def on_import(now: datetime) -> None:
    """An import may have founded locals after the charge."""
    operations.create_late_halls(now)


def on_undone_import(now: datetime) -> None:
    """An import that founded them was undone."""
    operations.remove_empty_late_halls(now)


def fill_slots(settings: Settings) -> None:  # noqa: ARG001 - every edge is called alike
    """Join the halls to the slices below."""
    slots.fill("question.moved", on_charge)
    slots.fill("roll.imported", on_import)
    slots.fill("roll.undone", on_undone_import)
    slots.fill("question.facts", queries.locals_under_charge)
    slots.fill("question.now", what_to_do_now)
    slots.fill("question.page", on_the_question_page)
    slots.fill("nav", navigation)
    slots.fill("desk", on_the_desk)
