"""The page of what members ask before a session, and its forms."""

from datetime import datetime
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from forum.kernel import clock, slots
from forum.kernel.doors import Actor, chairs, members
from forum.kernel.settings import Settings
from forum.sittings import enquiry_forms, enquiry_operations, enquiry_queries, page_queries, queries

blueprint = Blueprint("sitting_enquiries", __name__)
PAGE = "sitting_enquiries.show_enquiries"


@blueprint.get("/sittings/<int:sitting_id>/asked")
@members
def show_enquiries(actor: Actor, sitting_id: int) -> str:
    facts = page_queries.enquiries_page(actor, queries.room(sitting_id), clock.now())
    return render_template("forum/sittings/enquiries.html", **facts)


@blueprint.post("/sittings/<int:sitting_id>/asked")
@members(again=PAGE, limit="6/minute")
def ask(actor: Actor, sitting_id: int) -> Response:
    new = enquiry_forms.read_enquiry(request.form)
    enquiry = enquiry_operations.ask(actor, sitting_id, new, now=clock.now())
    flash(_("Your question stands here. The host answers it in writing, or takes it up in the session."))
    return _back(sitting_id, enquiry.id)


@blueprint.post("/sittings/<int:sitting_id>/asked/<int:enquiry_id>/answer")
@chairs(again=PAGE, limit="30/minute")
def answer(actor: Actor, sitting_id: int, enquiry_id: int) -> Response:
    words = enquiry_forms.read_answer(request.form)
    enquiry_operations.answer(actor, sitting_id, enquiry_id, words, now=clock.now())
    return _back(sitting_id, enquiry_id)


@blueprint.post("/sittings/<int:sitting_id>/asked/<int:enquiry_id>/defer")
@chairs(again=PAGE, limit="30/minute")
def defer(actor: Actor, sitting_id: int, enquiry_id: int) -> Response:
    enquiry_operations.defer(actor, sitting_id, enquiry_id, now=clock.now())
    return _back(sitting_id, enquiry_id)


@blueprint.post("/sittings/<int:sitting_id>/asked/<int:enquiry_id>/take-up")
@chairs(again=PAGE, limit="30/minute")
def take_up(actor: Actor, sitting_id: int, enquiry_id: int) -> Response:
    enquiry_operations.take_up(actor, sitting_id, enquiry_id, now=clock.now())
    if "console" in request.form:
        return redirect(url_for("sittings.show_sitting", sitting_id=sitting_id))
    return _back(sitting_id, enquiry_id)


def fill_slots(settings: Settings) -> None:  # noqa: ARG001 - every edge is called alike
    """On the desk of whoever runs a session: what was asked of it."""
    slots.fill("desk", to_settle)


def to_settle(actor: Actor) -> list[dict[str, Any]]:
    """What members asked of sessions to come, and nobody has answered or put off yet."""
    if not (actor.office == "host" or actor.holds("teller")):
        return []
    found = enquiry_queries.to_settle(actor, clock.now())
    return [_item(sitting_id, starts_at, count) for sitting_id, starts_at, count in found]


def _item(sitting_id: int, starts_at: datetime, count: int) -> dict[str, Any]:
    return {
        "what": ngettext("One question to your session", "%(num)s questions to your session", count),
        "why": _("Answer in writing, or take it up in the session."), "url": url_for(PAGE, sitting_id=sitting_id),
        "act": _("Read what was asked"), "due": starts_at, "done": False, "order": 24,
    }  # fmt: skip


def _back(sitting_id: int, enquiry_id: int) -> Response:
    return redirect(url_for(PAGE, sitting_id=sitting_id, _anchor=f"asked-{enquiry_id}"))
