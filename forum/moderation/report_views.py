"""Reports: members make them and hear the ruling; whoever keeps order finds them on one desk, with what is in force."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from forum.kernel import clock
from forum.kernel.doors import Actor, members
from forum.kernel.errors import Missing
from forum.kernel.reading import asked_page
from forum.moderation import forms, log_queries, queries, report_operations, report_queries, word_queries
from forum.moderation.rules import STOPS
from forum.moderation.views import NAMES

blueprint = Blueprint("moderation_reports", __name__)
MOST_PAGES = 1000


@blueprint.get("/moderation/<kind>/<int:subject_id>/report")
@members
def show_report_form(_actor: Actor, kind: str, subject_id: int) -> str:
    words = word_queries.words(kind, subject_id)
    if words.hidden_at is not None:
        raise Missing
    return render_template("forum/moderation/hide.html", words=words, deed="report", stops=STOPS, **NAMES)


@blueprint.post("/moderation/<kind>/<int:subject_id>/report")
@members(again="moderation_reports.show_report_form", limit="10/minute")
def report_words(actor: Actor, kind: str, subject_id: int) -> AnyResponse:
    cause = forms.read_cause(request.form, reason_needed=False)
    report_operations.report_words(actor, kind, subject_id, cause, now=clock.now())
    flash(_("Reported, without your name. You will hear what became of it."))
    return redirect(word_queries.words(kind, subject_id).url)


@blueprint.get("/me/reports")
@members
def show_own(actor: Actor) -> str:
    """What a member reported and what became of it. Whose page this is cannot be asked."""
    page = asked_page(request.args, MOST_PAGES)
    rows, more = report_queries.own_reports(actor.member_id, page)
    return render_template("forum/moderation/own_reports.html", rows=rows, more=more, page=page, **NAMES)


@blueprint.get("/moderation/reports")
@members
def list_reports(actor: Actor) -> str:
    """The desk of whoever keeps order: open reports, appeals to rule on, and what is in force now."""
    now = clock.now()
    return render_template(
        "forum/moderation/desk.html", reports=report_queries.open_reports(actor),
        appeals=log_queries.entries(actor, queries.appeals_for(actor)),
        running=log_queries.entries(actor, queries.running_for(actor, now)), **NAMES,
    )  # fmt: skip


@blueprint.post("/moderation/reports/<int:report_id>/dismiss")
@members(again="moderation_reports.list_reports", fresh=True, limit="30/minute")
def dismiss_report(actor: Actor, report_id: int) -> AnyResponse:
    answer = forms.read_answer(request.form)
    report_operations.dismiss_reports(actor, report_id, answer, now=clock.now())
    flash(_("The words stand. Whoever reported them reads your answer."))
    return redirect(url_for("moderation_reports.list_reports"))
