"""The page of one act of a body: the document in full, its hash, who signed, and the button that signs it."""

from typing import Any

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from flask_babel import gettext
from markupsafe import Markup
from werkzeug.wrappers import Response

from forum.bodies import forms, operations, queries
from forum.bodies.acts import BODY_NAMES, OFFICE_NAMES, TITLES, Body
from forum.bodies.models import BodyAct
from forum.bodies.public_queries import public_act, public_acts, without_hidden
from forum.kernel import clock, slots
from forum.kernel.database import db
from forum.kernel.doors import VISITOR, Actor, SignInFirst, anyone, members
from forum.kernel.languages import say
from forum.kernel.settings import Settings
from forum.kernel.text import render_document

blueprint = Blueprint("bodies", __name__)
blueprint.add_app_template_global(queries.so_far, "so_far")


@blueprint.get("/acts/<int:act_id>")
@anyone
def show_act(actor: Actor, act_id: int) -> str:
    """What is to be signed, and by whom; for visitors what took effect, without names."""
    if not actor.is_member:
        return _show_to_visitors(act_id)
    page = queries.act_page(actor, act_id)
    text = without_hidden(page.act.document, slots.gather("act.hidden", actor, page.act))
    return render_template(
        "forum/bodies/act.html",
        page=page,
        text=text,
        document_html=render_document(text),
        title=TITLES[page.act.act],
        body_name=BODY_NAMES[Body(page.act.body)],
        zone=current_app.config["HUSTINGS"].timezone,
    )


def _show_to_visitors(act_id: int) -> str:
    found = db.session.get(BodyAct, act_id)
    names = slots.gather("act.names", found.question_id) if found else []
    page = public_act(act_id, names, slots.gather("act.hidden", VISITOR, found) if found else [])
    if page is None:
        raise SignInFirst
    return render_template(
        "forum/bodies/public_act.html",
        page=page,
        document_html=render_document(page.text),
        title=TITLES[page.act.act],
        body_name=BODY_NAMES[Body(page.act.body)],
        office_name=OFFICE_NAMES[page.office],
        zone=current_app.config["HUSTINGS"].timezone,
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
            "due": None, "done": False, "order": 10, "signs": queries.matter_of(act),
        }
        for act in queries.to_sign(actor)
    ]  # fmt: skip


def on_the_question(actor: Actor, *, question: Any) -> Markup | str:
    """On the question's page, for visitors: what its bodies signed. Members have a page with everything."""
    acts = [] if actor.is_member else public_acts(question.id)
    if not acts:
        return ""
    return Markup(render_template("forum/bodies/_question.html", acts=acts, titles=TITLES))  # noqa: S704


def fill_slots(settings: Settings) -> None:  # noqa: ARG001 - every edge is called alike
    """Signatures asked for stand on the desk, what took effect on the question's page."""
    slots.fill("desk", on_the_desk)
    slots.fill("question.page", on_the_question)
