"""Pages of moderation: hiding words, stopping their author, one measure with appeal and ruling, and a hall's log."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from forum.halls import queries as halls
from forum.kernel import clock
from forum.kernel.doors import Actor, anyone, members
from forum.kernel.errors import Missing, Refused
from forum.kernel.languages import say
from forum.kernel.reading import asked_page
from forum.moderation import forms, log_queries, operations, restraint_operations, rules, word_queries
from forum.moderation.rules import GROUND_NAMES, KIND_NAMES, STOPS
from forum.roll.naming import nameable_locals

blueprint = Blueprint("moderation", __name__)
NAMES = {"grounds": GROUND_NAMES, "kinds": KIND_NAMES}


@blueprint.get("/moderation/<int:hall_id>")
@anyone
def show_log(actor: Actor, hall_id: int) -> str:
    """What was done in a hall, on which ground, in which office, and what became of it. Visitors see no person."""
    view = halls.hall(hall_id)
    if not actor.is_member and view.local is not None and not nameable_locals([view.local.id]):
        raise Missing
    page = asked_page(request.args, 10_000)
    entries, pages = log_queries.log(actor, hall_id, page)
    return render_template("forum/moderation/log.html", view=view, entries=entries, page=page, pages=pages, **NAMES)


@blueprint.get("/moderation/<kind>/<int:subject_id>/hide")
@members
def show_hiding_form(actor: Actor, kind: str, subject_id: int) -> str | AnyResponse:
    return _judge(actor, kind, subject_id, "hide")


@blueprint.get("/moderation/<kind>/<int:subject_id>/stop")
@members
def show_stop_form(actor: Actor, kind: str, subject_id: int) -> str | AnyResponse:
    return _judge(actor, kind, subject_id, "stop")


def _judge(actor: Actor, kind: str, subject_id: int, deed: str) -> str | AnyResponse:
    """The form; whoever keeps order there but is concerned by the words is led to report them."""
    words = word_queries.words(kind, subject_id)
    case = words.case
    if reason := rules.why_not_judge(actor, case):
        if not rules.judges(actor, case) or words.author_id == actor.member_id or words.hidden_at is not None:
            raise Refused(reason)
        flash(say(reason))
        return redirect(url_for("moderation_reports.show_report_form", kind=kind, subject_id=subject_id))
    return render_template("forum/moderation/hide.html", words=words, deed=deed, stops=STOPS, **NAMES)


@blueprint.post("/moderation/<kind>/<int:subject_id>/hide")
@members(again="moderation.show_hiding_form", fresh=True, limit="20/minute")
def hide_words(actor: Actor, kind: str, subject_id: int) -> AnyResponse:
    cause = forms.read_cause(request.form, reason_needed=True)
    hiding = operations.hide_words(actor, kind, subject_id, cause, now=clock.now())
    flash(_("It is hidden. Its place, the ground and your reason stay for everybody to see; the author was told."))
    return redirect(hiding.path)


@blueprint.post("/moderation/<kind>/<int:subject_id>/stop")
@members(again="moderation.show_stop_form", fresh=True, limit="20/minute")
def stop_member(actor: Actor, kind: str, subject_id: int) -> AnyResponse:
    new = forms.read_stop(request.form)
    restraint = restraint_operations.stop_member(actor, kind, subject_id, new, now=clock.now())
    flash(_("The member cannot write here until then, and was told. The ground and your reason stand in the log."))
    return redirect(restraint.path)
