"""What a member keeps to oneself about halls: drafts, threads and persons followed or muted; and whom one may name."""

from flask import Blueprint, flash, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _
from markupsafe import Markup
from werkzeug.wrappers import Response as AnyResponse

from forum.halls import forms, own_operations, own_queries, queries, thread_queries
from forum.halls.models import Hall
from forum.kernel import clock, slots
from forum.kernel.doors import Actor, members
from forum.kernel.kept import kept
from forum.kernel.languages import isolate
from forum.kernel.reading import asked_number
from forum.kernel.settings import Settings

blueprint = Blueprint("hall_own", __name__)
AGAIN = "halls.show_hall"


@blueprint.post("/halls/<int:hall_id>/draft")
@members(again=AGAIN, limit="60/minute")
def keep_draft(actor: Actor, hall_id: int) -> AnyResponse:
    """Kept while one types by the page's script, and by a button without one."""
    own_operations.keep_draft(actor, hall_id, forms.read_draft(request.form), now=clock.now())
    if request.accept_mimetypes.best == "application/json":
        return jsonify(kept=True)
    flash(f"hall-{hall_id}", "draft-clear")
    flash(_("Your draft is kept. It is here on every device on which you sign in."))
    answered = asked_number(request.form, "reply_to")  # stays in the address: the draft itself is of words alone
    return redirect(url_for(AGAIN, hall_id=hall_id, reply=answered, _anchor="say"))


@blueprint.post("/halls/<int:hall_id>/follow")
@members(limit="30/minute")
def follow_hall(actor: Actor, hall_id: int) -> AnyResponse:
    state = forms.read_following(request.form)
    own_operations.follow_hall(actor, hall_id, state, now=clock.now())
    told = {
        "follow": _("You follow this thread: one mail a day, while there is something new."),
        "mute": _("This thread is muted: no mail about it, also when somebody names you."),
        "": _("You neither follow nor mute this thread."),
    }
    flash(told[state])
    return redirect(url_for(AGAIN, hall_id=hall_id))


@blueprint.get("/halls/<int:hall_id>/posts/<int:number>/mute")
@members
def show_muting(actor: Actor, hall_id: int, number: int) -> str:
    view, row = thread_queries.one_post(actor, hall_id, number)
    return render_template("forum/halls/mute.html", view=view, row=row)


@blueprint.post("/halls/<int:hall_id>/posts/<int:number>/mute")
@members(again="hall_own.show_muting", limit="30/minute")
def mute_author(actor: Actor, hall_id: int, number: int) -> AnyResponse:
    name = own_operations.mute_author(actor, hall_id, number, now=clock.now())
    told = Markup(_("What %(person)s writes is folded for you from now on. Nobody else knows."))  # noqa: S704 - ours
    flash(told % {"person": isolate(name)})
    return redirect(url_for("hall_posts.show_post", hall_id=hall_id, number=number))


@blueprint.get("/me/threads")
@members
def show_own(actor: Actor) -> str:
    """Everything one follows and mutes, with the way to change it."""
    return render_template(
        "forum/halls/own.html", followed=own_queries.followed(actor.member_id),
        quiet=own_queries.followed(actor.member_id, state="mute"), persons=own_queries.muted_by(actor.member_id),
    )  # fmt: skip


@blueprint.post("/me/muted/<int:member_id>")
@members(limit="30/minute")
def unmute(actor: Actor, member_id: int) -> AnyResponse:
    own_operations.unmute(actor, member_id)
    return redirect(url_for("hall_own.show_own"))


@blueprint.get("/halls/<int:hall_id>/people")
@members(limit="60/minute")
def suggest_people(_actor: Actor, hall_id: int) -> AnyResponse:
    """Whom one may name after an @: members who wrote in this hall, and nobody else."""
    queries.hall(hall_id)
    typed = forms.read_name(request.args)
    found = own_queries.participants(hall_id, typed) if typed else []
    return jsonify(people=[{"name": name, "about": _("Local %(number)s", number=number)} for name, number in found])


def in_the_rail(actor: Actor, *, hall: Hall, **_facts: object) -> Markup:
    """Whether one follows or mutes this thread, and the three ways to change it."""
    return _following(hall.id, own_queries.own(hall.id, actor.member_id).following)


@kept
def _following(hall_id: int, state: str) -> Markup:
    part = render_template("forum/halls/_following.html", hall_id=hall_id, state=state)
    return Markup(part)  # noqa: S704 - a rendered template


def fill_slots(settings: Settings) -> None:  # noqa: ARG001 - every edge is called alike
    """What one keeps to oneself, in the hall's rail."""
    slots.fill("hall.rail.after", in_the_rail)
