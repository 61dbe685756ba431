"""The page of outlets: every way in which a question's debate leaves the site, gathered for whoever passes it on."""

from typing import Any

from flask import Blueprint, render_template, url_for
from markupsafe import Markup

from forum.halls import queries as halls
from forum.halls.models import Hall
from forum.kernel import jobs, slots
from forum.kernel.doors import Actor, anyone
from forum.kernel.kept import kept
from forum.kernel.languages import LANGUAGES
from forum.kernel.quick import words as _
from forum.kernel.settings import Settings
from forum.outlets import export_operations, export_queries
from forum.outlets.feed_entries import whole
from forum.questions import queries as questions
from forum.questions.models import Question
from forum.roll.naming import nameable_locals

blueprint = Blueprint("outlet_pages", __name__)


@blueprint.get("/q/<int:number>/outlets")
@anyone
def show_outlets(actor: Actor, number: int) -> str:
    question = questions.visible_question(actor, number)
    own = halls.hall_of(question.id, actor.local_id) if actor.is_member else None
    named = own is not None and bool(nameable_locals([actor.local_id]))
    hall = own if named else None
    return render_template(
        "forum/outlets/outlets.html", question=question, own=own, named=named, export=_export(actor, question),
        prints=slots.gather("question.outlets", actor, question), feeds=_public(question, hall),
        snippets=_snippets(question, hall),
    )  # fmt: skip


def _export(actor: Actor, question: Question) -> dict[str, Any]:
    """How the text file stands, for members."""
    if not actor.is_member:
        return {}
    making = export_queries.newest(question.id, "making")
    done = jobs.progress(export_operations.progress_key(making.id)) if making else 0
    return {"ready": export_queries.newest(question.id, "ready"), "making": making, "done": done}


def _public(question: Question, hall: Hall | None) -> list[tuple[str, str]]:
    number = question.number
    found = [
        (_("Feed of the question"), url_for("feeds.question_feed", number=number)),
        (_("Feed of its arguments alone"), url_for("outlets.argument_feed", number=number)),
        (_("Calendar of the question"), url_for("feeds.question_calendar", number=number)),
        (_("Calendar of the whole union"), url_for("feeds.union_calendar")),
    ]
    if hall is not None:
        found.insert(1, (_("Feed of your own hall"), url_for("feeds.hall_feed", hall_id=hall.id)))
    return [(words, whole(path)) for words, path in found]


def _snippets(question: Question, hall: Hall | None) -> list[tuple[str, str, str]]:
    """What the card shows, its address, and what to copy into a site."""
    title = _("Question %(number)s: %(title)s", number=question.number, title=question.title)
    cards: list[tuple[str, str, dict[str, Any]]]
    cards = [
        (_("The question"), "cards.question_card_in", {"number": question.number}),
        (_("Process label"), "cards.label_card_in", {"number": question.number}),
    ]
    if hall is not None:
        cards.append((_("Your own hall"), "cards.hall_card_in", {"hall_id": hall.id}))
    found = []
    for words, endpoint, parts in cards:
        for language, name in LANGUAGES.items():
            address = whole(url_for(endpoint, language=language, **parts))
            frame = Markup('<iframe src="{}" title="{}" width="360" height="680" loading="lazy"></iframe>')
            found.append((f"{words}, {name}", address, str(frame.format(address, title))))
    return found


def on_the_question_page(_actor: Actor, *, question: Question, **_facts: object) -> Markup:
    """The way to the outlets."""
    if question.state == "drafted":
        return Markup("")
    return Markup('<p><a class="more" href="{}">{}</a></p>').format(
        url_for("outlet_pages.show_outlets", number=question.number),
        _("Follow it elsewhere: feeds, calendar, a card for your site, print"),
    )


def in_the_hall(_actor: Actor, *, hall: Hall, **_facts: object) -> Markup:
    """The way to them from a hall."""
    return _from_a_hall(hall.question_id)


@kept
def _from_a_hall(question_id: int) -> Markup:
    number = questions.question_by_id(question_id).number
    return Markup('<p class="rail-link"><a href="{}">{}</a></p>').format(
        url_for("outlet_pages.show_outlets", number=number), _("Feeds, calendar, a card for your site")
    )


def fill_slots(settings: Settings) -> None:  # noqa: ARG001 - every edge is called alike
    """Lead to the outlets from the question and the halls."""
    slots.fill("question.page", on_the_question_page)
    slots.fill("hall.rooms", in_the_hall)
