"""A member's keys for feeds: made, shown once, revoked."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from forum.halls import queries as halls
from forum.kernel import clock
from forum.kernel.doors import Actor, members
from forum.outlets import feed_queries, forms, key_operations, key_queries
from forum.outlets.feed_entries import whole

blueprint = Blueprint("feed_keys", __name__)


@blueprint.get("/me/feeds")
@members
def show_keys(actor: Actor) -> str:
    """One's keys by name; what they open."""
    return _page(actor)


@blueprint.post("/me/feeds")
@members(again="feed_keys.show_keys", limit="10/hour")
def make_key(actor: Actor) -> str:
    """A new key with its addresses, in this answer and never again."""
    name = forms.read_key_name(request.form)
    return _page(actor, name=name, key=key_operations.make_key(actor, name, now=clock.now()))


@blueprint.post("/me/feeds/<int:key_id>/revoke")
@members(limit="30/hour")
def revoke_key(actor: Actor, key_id: int) -> Response:
    key_operations.revoke_key(actor, key_id, now=clock.now())
    flash(_("That key no longer opens anything."))
    return redirect(url_for("feed_keys.show_keys"))


def _page(actor: Actor, *, name: str = "", key: str = "") -> str:
    addresses = []
    if key:
        addresses.append((_("Calendar: your sessions and all deadlines"), _whole("feeds.member_calendar", key=key)))
        for question in feed_queries.running_questions(clock.now()):
            title = _("Question %(number)s: %(title)s", number=question.number, title=question.title)
            addresses.append((title, _whole("feeds.member_question_feed", key=key, number=question.number)))
            for hall in (halls.hall_of(question.id, actor.local_id), halls.national_hall(question.id)):
                if hall is not None:
                    words = _("Your own hall") if hall.local_id else _("The national hall")
                    addresses.append((words, _whole("feeds.member_hall_feed", key=key, hall_id=hall.id)))
    return render_template(
        "forum/outlets/keys.html", keys=key_queries.own_keys(actor.member_id), addresses=addresses, name=name
    )


def _whole(endpoint: str, **parts: Any) -> str:
    return whole(url_for(endpoint, **parts))
