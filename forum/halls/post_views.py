"""Posts: writing, editing with public history, permalinks, and the mark of how far one has read."""

from flask import Blueprint, flash, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from forum.halls import forms, post_operations, thread_queries, wording_queries
from forum.halls.stopping_queries import why_not_post
from forum.kernel import clock, limits
from forum.kernel.doors import Actor, caller, members
from forum.kernel.errors import N_, Missing, Refused, refuse_unless
from forum.kernel.reading import asked_number

blueprint = Blueprint("hall_posts", __name__)
ONE_AFTER_ANOTHER = "1/10 seconds"


@blueprint.post("/halls/<int:hall_id>/posts")
@members(again="halls.show_hall", limit="20/minute")
def publish_post(actor: Actor, hall_id: int) -> AnyResponse:
    now = clock.now()
    post = post_operations.publish_post(actor, hall_id, forms.read_post(request.form), now=now)
    if post.at == now:  # not one that was sent twice; a refusal here undoes it, and the words are in the form again
        limits.hit(ONE_AFTER_ANOTHER, "publish_post", caller(actor, request.remote_addr))
    flash(f"hall-{hall_id}", "draft-clear")
    return redirect(_where(hall_id, post.number))


def _where(hall_id: int, number: int) -> str:
    page = thread_queries.page_of(number)
    return url_for("halls.show_hall", hall_id=hall_id, page=page, _anchor=f"p{number}")


@blueprint.get("/halls/<int:hall_id>/posts/<int:number>")
@members
def show_post(actor: Actor, hall_id: int, number: int) -> AnyResponse:
    """The permalink of a post leads to its place in the thread."""
    thread_queries.one_post(actor, hall_id, number)
    return redirect(_where(hall_id, number))


@blueprint.get("/halls/<int:hall_id>/posts/<int:number>/history")
@members
def show_history(actor: Actor, hall_id: int, number: int) -> str:
    view, row = thread_queries.one_post(actor, hall_id, number)
    found = wording_queries.history(row.post, asked_number(request.args, "page") or 1)
    return render_template("forum/halls/history.html", view=view, row=row, history=found)


@blueprint.get("/halls/<int:hall_id>/posts/<int:number>/edit")
@members
def show_edit(actor: Actor, hall_id: int, number: int) -> str:
    view, row = thread_queries.one_post(actor, hall_id, number)
    if row.post.author_id != actor.member_id:
        raise Missing
    if reason := why_not_post(actor, view.place, hall_id, clock.now()):
        raise Refused(reason)
    refuse_unless(row.may_edit, N_("This post can no longer be edited."))
    return render_template("forum/halls/edit.html", view=view, row=row)


@blueprint.post("/halls/<int:hall_id>/posts/<int:number>/edit")
@members(again="hall_posts.show_edit", limit="12/minute")
def edit_post(actor: Actor, hall_id: int, number: int) -> AnyResponse:
    post_operations.edit_post(actor, hall_id, number, forms.read_edit(request.form), now=clock.now())
    flash(f"post-{hall_id}-{number}", "draft-clear")
    flash(_("Your post has its new wording. The old one stays in its history."))
    return redirect(_where(hall_id, number))


@blueprint.post("/halls/<int:hall_id>/read")
@members(limit="60/minute")
def mark_read(actor: Actor, hall_id: int) -> AnyResponse:
    """How far one has read; the page's script sends it, and the button does without."""
    number = post_operations.mark_read(actor, hall_id, forms.read_mark(request.form), now=clock.now())
    if request.accept_mimetypes.best == "application/json":
        return jsonify(number=number)
    return redirect(url_for("halls.show_hall", hall_id=hall_id))
