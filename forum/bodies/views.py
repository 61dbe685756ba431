"""The page of one act of a body: the document in full, its hash, who signed, and the button that signs it."""

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from forum.bodies import forms, operations, queries
from forum.bodies.acts import BODY_NAMES, TITLES, Body
from forum.kernel import clock, slots
from forum.kernel.doors import Actor, members
from forum.kernel.languages import say
from forum.kernel.settings import Settings
from forum.kernel.text import render_document

blueprint = Blueprint("bodies", __name__)
blueprint.add_app_template_global(queries.so_far, "so_far")


@blueprint.get("/acts/<int:act_id>")
@members
def show_act(actor: Actor, act_id: int) -> str:
    """What is to be signed, and by whom."""
    page = queries.act_page(actor, act_id)
    return render_template(
        "forum/bodies/act.html",
        page=page,
        document_html=render_document(page.act.document),
        title=TITLES[page.act.act],
        body_name=BODY_NAMES[Body(page.act.body)],
    )


@blueprint.post("/acts/<int:act_id>/sign")
@members(again="bodies.show_act", fresh=True, limit="20/minute")
def sign_act(actor: Actor, act_id: int) -> Response:
    """Sign exactly the document that was shown."""
    operations.sign(actor, act_id, forms.read_signature(request.form), clock.now())
    return redirect(url_for("bodies.show_act", act_id=act_id))


@blueprint.post("/acts/<int:act_id>/withdraw")
@members(again="bodies.show_act", fresh=True, limit="20/minute")
def withdraw_act(actor: Actor, act_id: int) -> Response:
    """Take back a text that one put forward oneself."""
    operations.withdraw(actor, act_id, clock.now())
    return redirect(url_for("bodies.show_act", act_id=act_id))


def on_the_desk(actor: Actor) -> list[dict[str, Any]]:
    """Everything that waits for this person's signature."""
    return [
        {
            "what": gettext("To sign: %(title)s", title=say(TITLES[act.act])),
            "why": gettext("It takes effect when more than half of the body have signed."),
            "url": url_for("bodies.show_act", act_id=act.id), "act": gettext("Read and sign"),
            "due": None, "done": False, "order": 10,
        }
        for act in queries.to_sign(actor)
    ]  # fmt: skip


def fill_slots(settings: Settings) -> None:  # noqa: ARG001 - every edge is called alike
    """Signatures asked for stand on the desk."""
    slots.fill("desk", on_the_desk)
