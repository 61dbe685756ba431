"""Other ways into a thread than page by page: from a day on, what is newer, and all of it on one page, to print."""

from zoneinfo import ZoneInfo

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from forum.halls import forms, post_parts, queries, rules, thread_queries
from forum.halls.stopping_queries import why_not_post
from forum.kernel import clock
from forum.kernel.doors import Actor, members
from forum.kernel.reading import asked_number

blueprint = Blueprint("hall_thread", __name__)
blueprint.add_app_template_global(post_parts.shown_posts)


@blueprint.get("/halls/<int:hall_id>/day")
@members
def show_day(_actor: Actor, hall_id: int) -> AnyResponse:
    """To the first post of a day, or the next after it; a day begins in the hall's own zone."""
    view = queries.hall(hall_id)
    since = forms.read_day(request.args, ZoneInfo(queries.zone_of(view)))
    number = thread_queries.first_since(hall_id, since) if since else None
    if number is None:
        flash(_("There is no post of that day or later.") if since else _("Please give a date."), "late")
        return redirect(url_for("halls.show_hall", hall_id=hall_id))
    return redirect(url_for("hall_posts.show_post", hall_id=hall_id, number=number))


@blueprint.get("/halls/<int:hall_id>/newer")
@members(limit="60/minute")
def show_newer(actor: Actor, hall_id: int) -> str:
    """The posts after a number, twenty at most, for a page that is open."""
    view, after = queries.hall(hall_id), asked_number(request.args, "after") or 0
    rows = thread_queries.posts(actor, view, after + 1, after + rules.POSTS_A_PAGE)
    closed = why_not_post(actor, view.place, hall_id, clock.now())
    return render_template("forum/halls/newer.html", view=view, rows=rows, closed_because=closed)


@blueprint.get("/halls/<int:hall_id>/print")
@members(limit="10/minute")
def show_print(actor: Actor, hall_id: int) -> str:
    view = queries.hall(hall_id)
    return render_template("forum/halls/print.html", view=view, rows=thread_queries.whole(actor, view))
