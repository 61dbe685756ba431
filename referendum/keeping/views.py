"""What is kept and for how long, and what is kept of oneself, to take along."""

import json

from flask import Blueprint, Response, make_response, render_template, url_for
from markupsafe import Markup

from forum.kernel import clock, slots
from forum.kernel.doors import Actor, anyone, members
from forum.kernel.languages import say
from forum.kernel.quick import words as _
from forum.kernel.settings import Settings
from forum.roll import queries as roll
from referendum.keeping.kinds import KEPT
from referendum.keeping.own_data import own_rows, plain

blueprint = Blueprint("own_data", __name__)


@blueprint.get("/kept")
@anyone
def show_kept(_actor: Actor) -> str:
    """Every kind of data, and until when it is kept."""
    return render_template("referendum/keeping/kept.html", kept=[(say(each.what), say(each.until)) for each in KEPT])


@blueprint.get("/me/data.json")
@members(fresh=True, limit="6/hour")
def download(actor: Actor) -> Response:
    """Everything that is kept of the member who asks, after a fresh sign-in: a found phone tells nothing."""
    member = roll.member(actor.member_id)
    content = {
        "made_at": clock.now(),
        "roll": {
            "number": member.number, "name": member.name, "email": member.email, "local": member.local.number,
            "country": member.country, "standing": member.standing, "since": member.since, "office": member.office,
        },
        "kept": dict(own_rows(actor.member_id)),
    }  # fmt: skip
    response = make_response(json.dumps(content, default=plain, ensure_ascii=False, indent=1))
    response.headers["Content-Type"] = "application/json; charset=utf-8"
    response.headers["Content-Disposition"] = 'attachment; filename="my-data.json"'
    return response


def on_ones_own_page(_actor: Actor) -> Markup:
    """The way to it, and what is not in it."""
    return Markup(render_template("referendum/keeping/own_data.html", url=url_for("own_data.download")))  # noqa: S704 - ours


def at_the_foot(_actor: Actor) -> Markup:
    """The way to what is kept, from every page."""
    return Markup('<li><a href="%s">%s</a></li>') % (url_for("own_data.show_kept"), _("What is kept, and how long"))


def fill_slots(settings: Settings) -> None:  # noqa: ARG001 - every edge is called alike
    """The links on one's own entry on the roll and at the foot of every page."""
    slots.fill("page.colophon", at_the_foot)
    slots.fill("me.foot", on_ones_own_page)
