"""What moderation gives to other pages: tombstones, links under posts and arguments, the desks of hosts and tellers."""

from typing import Any

from flask import render_template, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from markupsafe import Markup

from forum.arguments.models import Argument
from forum.bodies import registry
from forum.halls.models import Post
from forum.halls.queries import HallView
from forum.kernel import slots
from forum.kernel.doors import Actor
from forum.kernel.settings import Settings
from forum.moderation import operations, queries, rules
from forum.moderation.rules import GROUND_NAMES, KIND_NAMES, Ground, Kind
from forum.sittings.chat_queries import Line
from forum.sittings.enquiry_queries import Asked
from forum.sittings.queries import Room


def reasons_in_words(kind: str, subject_ids: list[int]) -> list[dict[str, Any]]:
    """Why words are hidden, in the reader's language, as the tombstones print it."""
    found = queries.reasons(kind, subject_ids) if subject_ids else []
    return [{**each, "ground": _(GROUND_NAMES[Ground(each["ground"])]), "note": _note(each)} for each in found]


def _note(reason: dict[str, Any]) -> str:
    said = _("Reason: %(reason)s", reason=reason["reason"])
    if reason["ruling"]:
        return f"{said} {_('The writer appealed; the tellers upheld it.')}"
    if reason["appealed"]:
        return f"{said} {_('The writer was told and has appealed.')}"
    return f"{said} {_('The writer was told.')}"


def under_post(actor: Actor, *, post: Post, view: HallView, **_facts: object) -> Markup:
    """Report, and for whoever keeps order hide, under a post."""
    return _links(actor, Kind.POST, post.id, post.author_id, view, _("No. %(number)s", number=post.number))


def under_message(actor: Actor, *, message: Line, room: Room, **_facts: object) -> Markup:
    """The same under a line of a transcript."""
    if message.hidden or message.author_id is None or room.hall is None:
        return Markup("")
    view = HallView(room.hall, room.question, room.local)
    return _links(actor, Kind.MESSAGE, message.id, message.author_id, view, _("No. %(number)s", number=message.number))


def under_enquiry(actor: Actor, *, enquiry: Asked, room: Room, **_facts: object) -> Markup:
    """The same under a question to a session."""
    view = HallView(room.hall, room.question, room.local)
    return _links(actor, Kind.ENQUIRY, enquiry.id, enquiry.author_id, view, _("No. %(number)s", number=enquiry.id))


def under_argument(actor: Actor, *, argument: Argument, view: HallView, **_facts: object) -> Markup:
    """The same under an argument."""
    return _links(actor, Kind.ARGUMENT, argument.id, argument.mover_id, view, argument.label)


def _links(actor: Actor, kind: Kind, subject_id: int, author_id: int, view: HallView, name: str) -> Markup:
    link = Markup('<a class="btn btn-quiet" href="{}">{}<span class="hide"> {}</span></a>')
    if rules.may_hide(actor, actor.member_id, view.question.id, view.hall.local_id, author_id):
        url = url_for("moderation.show_hiding_form", kind=kind, subject_id=subject_id)
        return link.format(url, _("Hide"), name)
    if actor.member_id == author_id or not actor.is_member:
        return Markup("")
    return link.format(url_for("moderation.show_report_form", kind=kind, subject_id=subject_id), _("Report"), name)


def instead_of_argument(actor: Actor, *, argument: Argument, **_facts: object) -> Markup:
    """On the page of a hidden argument: why, by which office, and where the appeal stands."""
    found = reasons_in_words(Kind.ARGUMENT, [argument.id])
    if not found:
        return Markup("")
    part = render_template("forum/moderation/_argument.html", why=found[-1], reader=actor, hall_id=argument.hall_id)
    return Markup(part)  # noqa: S704 - a rendered template


def hall_rail(_actor: Actor, *, hall: Any, **_facts: object) -> Markup:
    """The way to the hall's log."""
    line = Markup('<p class="small"><a href="{}">{}</a></p>')
    return line.format(url_for("moderation.show_log", hall_id=hall.id), _("What was hidden here, and why"))


def on_the_desk(actor: Actor) -> list[dict[str, Any]]:
    """Open reports for hosts and tellers; appeals for tellers."""
    if not (actor.office == "host" or actor.holds("teller")):
        return []
    items = [_appeal_item(each.id, _(KIND_NAMES[Kind(each.kind)])) for each in queries.appeals_for(actor)]
    if count := len(queries.reports_for(actor)):
        what = ngettext("One report to look at", "%(num)s reports to look at", count)
        why = _("Hide it on a ground of the list, or let it stand.")
        url = url_for("moderation.list_reports")
        look = {"url": url, "act": _("Look at them")}
        items.append({"what": what, "why": why, **look, "due": None, "done": False, "order": 25})
    return items


def _appeal_item(hiding_id: int, kind: str) -> dict[str, Any]:
    return {
        "what": _("Rule on an appeal: %(kind)s was hidden", kind=kind),
        "why": _("The writer says it should stand. More than half of the tellers must sign the ruling."),
        "url": url_for("moderation.show_hiding", hiding_id=hiding_id), "act": _("Read the appeal"), "due": None,
        "done": False, "order": 18,
    }  # fmt: skip


def fill_slots(settings: Settings) -> None:  # noqa: ARG001 - every edge is called alike
    """Join moderation to the slices below."""
    registry.on_effect("rule_appeal", operations.rule_by_act)
    slots.fill("hiding.reasons", reasons_in_words)
    slots.fill("post.acts", under_post)
    slots.fill("message.after", under_message)
    slots.fill("enquiry.after", under_enquiry)
    slots.fill("argument.acts", under_argument)
    slots.fill("argument.hidden", instead_of_argument)
    slots.fill("act.hidden", queries.hidden_in_ruling)
    slots.fill("hall.rooms", hall_rail)
    slots.fill("desk", on_the_desk)
