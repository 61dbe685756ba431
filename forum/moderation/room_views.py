"""The form that slows the chat of a session, and its place on the host's console."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext as _
from markupsafe import Markup
from werkzeug.wrappers import Response

from forum.kernel import clock, slots
from forum.kernel.doors import Actor, chairs
from forum.kernel.settings import Settings
from forum.moderation import forms, restraint_operations
from forum.moderation.rules import GROUND_NAMES
from forum.sittings.queries import Room
from forum.sittings.rules import SLOW_MODES

blueprint = Blueprint("moderation_rooms", __name__)
PAGE = "sittings.show_sitting"


@blueprint.post("/sittings/<int:sitting_id>/slowness")
@chairs(again=PAGE, limit="20/minute")
def slow_chat(actor: Actor, sitting_id: int) -> Response:
    restraint_operations.slow_chat(actor, sitting_id, forms.read_slowing(request.form), now=clock.now())
    return redirect(url_for(PAGE, sitting_id=sitting_id))


def on_the_console(_actor: Actor, *, room: Room, **_facts: object) -> Markup:
    """The host's form: how slow, on which ground, and why."""
    part = render_template("forum/moderation/_slow.html", room=room, speeds=SLOW_MODES, grounds=GROUND_NAMES)
    return Markup(part)  # noqa: S704 - a rendered template


def ground_names() -> dict[str, str]:
    """The grounds in the reader's language, for pages that draw what a socket told them."""
    return {ground.value: _(name) for ground, name in GROUND_NAMES.items()}


def fill_slots(settings: Settings) -> None:  # noqa: ARG001 - every edge is called alike
    """Join the console of a session."""
    slots.fill("console.forms", on_the_console)
    slots.fill("hiding.grounds", ground_names)
