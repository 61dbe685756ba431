"""What arguments give to other pages: navigation, what a member can do now, a hall's rail, the acts under a post."""

from typing import Any

from flask import render_template, request, url_for
from flask_babel import ngettext
from markupsafe import Markup

from forum.arguments import list_queries, merge_queries, ruling_operations, waiting_queries
from forum.arguments.merge_queries import MergeView
from forum.bodies import registry
from forum.halls.models import Hall, Post
from forum.halls.queries import HallView
from forum.halls.rules import why_not_take_part
from forum.kernel import clock, quick, slots
from forum.kernel.doors import Actor
from forum.kernel.kept import kept
from forum.kernel.quick import words as _
from forum.kernel.settings import Settings
from forum.questions import queries as questions
from forum.questions.models import Question
from forum.questions.rules import QuestionState

OWN_PAGES = ("arguments", "argument_acts", "argument_merges", "likenesses", "readings", "statements")
TEN = 10  # cards, which take two minutes


def navigation(_actor: Actor) -> dict[str, Any] | None:
    """The way to the arguments of the question of the day."""
    question = questions.current_in_short()
    if question is None or question.charged_at is None:
        return None
    here = request.blueprint in OWN_PAGES
    url = url_for("arguments.list_arguments", number=question.number)
    return {"order": 40, "label": _("Arguments"), "url": url, "current": here, "live": False}


def what_to_do_now(actor: Actor, question: Question) -> list[dict[str, Any]]:
    """For the docket: what waits for this member as a mover, and the arguments left to read, one at a time."""
    if not actor.is_member or why_not_take_part(actor, question.id, QuestionState(question.state)):
        return []
    waiting = _waiting(actor, question)
    count = list_queries.unread_count(actor.member_id, question.id)
    if not count:
        return waiting
    long = ngettext("%(num)s you have not read, about 2 minutes", "%(num)s you have not read, about 2 minutes", count)
    if count > TEN:
        long = _("%(count)s you have not read; ten take about 2 minutes", count=count)
    url = url_for("readings.show_next", number=question.number)
    return [*waiting, {"what": _("Read the arguments, one at a time"), "long": long, "url": url, "order": 40}]


def _waiting(actor: Actor, question: Question) -> list[dict[str, Any]]:
    merges = [
        {
            "what": _("Do %(one)s and %(other)s say the same?", one=each.argument.label, other=each.into.label),
            "long": _("a merge waits for your answer"), "url": f"/a/{each.argument.id}", "order": 34,
        }
        for each in waiting_queries.merges_to_answer(actor.member_id, question.id)
    ]  # fmt: skip
    asked = [
        {
            "what": _("Give the sources of %(label)s", label=each.label), "long": _("members ask for them"),
            "url": url_for("argument_acts.show_wording", argument_id=each.id), "order": 35,
        }
        for each in waiting_queries.sources_to_give(actor.member_id, question.id)
    ]  # fmt: skip
    return merges + asked


def rail(_actor: Actor, *, hall: Hall, **_facts: object) -> Markup:
    """Arguments that came from a hall."""
    return _rail(hall.id, hall.local_id, hall.question_id)


@kept
def _rail(hall_id: int, local_id: int | None, question_id: int) -> Markup:
    facts = {"tags": list_queries.from_hall(hall_id), "question": questions.question_by_id(question_id)}
    part = render_template("forum/arguments/_rail.html", local_id=local_id, **facts)
    return Markup(part)  # noqa: S704 - a rendered template


def under_post(_actor: Actor, *, post: Post, view: HallView, closed: bool, **_facts: object) -> Markup:
    """The link that puts a post on the record, for those who may move in its hall now."""
    if closed:
        return Markup("")
    url = url_for("arguments.show_moving", number=view.question.number, origin=f"post:{post.id}")
    return quick.button(url, _("Put on the record"), _("No. %(number)s", number=post.number))


def on_the_front_page(_actor: Actor, **_facts: object) -> Markup:
    """The newest arguments of the question that leads the front page."""
    question = questions.leading_question()
    tags = list_queries.newest(question.id) if question else []
    part = render_template("forum/arguments/_newest.html", tags=tags, question=question)
    return Markup(part) if tags else Markup("")  # noqa: S704 - a rendered template


def on_the_desk(actor: Actor) -> list[dict[str, Any]]:
    """For tellers: proposed merges that lack a mover's consent."""
    return [_merge_item(each) for each in merge_queries.to_rule(actor, clock.now())]


def _merge_item(each: MergeView) -> dict[str, Any]:
    labels = {"source": each.source.label, "target": each.target.label}
    why = _("It is proposed that %(source)s be merged into %(target)s, and a mover has not agreed.", **labels)
    return {
        "what": _("Rule on a merge: %(source)s and %(target)s", **labels), "why": why,
        "url": url_for("argument_merges.show_merge", merge_id=each.merge.id), "due": None, "done": False, "order": 24,
        "about": ("rule_merge", f"merge:{each.merge.id}"),
    }  # fmt: skip


def fill_slots(settings: Settings) -> None:  # noqa: ARG001 - every edge is called alike
    """Join the arguments to the slices below."""
    registry.on_effect("rule_merge", ruling_operations.rule_merge_by_act)
    slots.fill("nav", navigation)
    slots.fill("desk", on_the_desk)
    slots.fill("question.now", what_to_do_now)
    slots.fill("hall.rail.after", rail)
    slots.fill("post.acts", under_post)
    slots.fill("posts.arguments", list_queries.from_posts)
    slots.fill("front.page", on_the_front_page)
