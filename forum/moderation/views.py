"""Pages of moderation: hiding, reporting, the page of one hiding with its appeal and ruling, and a hall's log."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from forum.arguments.list_queries import nameable_locals
from forum.halls import queries as halls
from forum.kernel import clock
from forum.kernel.doors import Actor, anyone, members, tellers
from forum.kernel.errors import Missing, Refused
from forum.kernel.reading import asked_number
from forum.moderation import forms, operations, queries, report_operations, rules
from forum.moderation.rules import GROUND_NAMES, KIND_NAMES

blueprint = Blueprint("moderation", __name__)
NAMES = {"grounds": GROUND_NAMES, "kinds": KIND_NAMES}


@blueprint.get("/moderation/<int:hall_id>")
@anyone
def show_log(actor: Actor, hall_id: int) -> str:
    """What was hidden in a hall, on which ground, by which office, and what became of it. Visitors see no person."""
    view = halls.hall(hall_id)
    if not actor.is_member and view.local is not None and not nameable_locals([view.local.id]):
        raise Missing
    page = min(asked_number(request.args, "page") or 1, 10_000)
    entries, pages = queries.log(actor, hall_id, page)
    return render_template("forum/moderation/log.html", view=view, entries=entries, page=page, pages=pages, **NAMES)


@blueprint.get("/moderation/<kind>/<int:subject_id>/hide")
@members
def show_hiding_form(actor: Actor, kind: str, subject_id: int) -> str:
    words = queries.words(kind, subject_id)
    question_id, local_id = words.hall.question.id, words.hall.hall.local_id
    if reason := rules.why_not_hide(actor, actor.member_id, question_id, local_id, words.author_id):
        raise Refused(reason)
    return render_template("forum/moderation/hide.html", words=words, report=False, **NAMES)


@blueprint.post("/moderation/<kind>/<int:subject_id>/hide")
@members(again="moderation.show_hiding_form", fresh=True, limit="20/minute")
def hide_words(actor: Actor, kind: str, subject_id: int) -> AnyResponse:
    cause = forms.read_cause(request.form, reason_needed=True)
    hiding = operations.hide_words(actor, kind, subject_id, cause, now=clock.now())
    flash(_("It is hidden. Its place, the ground and your reason stay for everybody to see; the author was told."))
    return redirect(url_for("moderation.show_hiding", hiding_id=hiding.id))


@blueprint.get("/moderation/<kind>/<int:subject_id>/report")
@members
def show_report_form(_actor: Actor, kind: str, subject_id: int) -> str:
    words = queries.words(kind, subject_id)
    if words.hidden_at is not None:
        raise Missing
    return render_template("forum/moderation/hide.html", words=words, report=True, **NAMES)


@blueprint.post("/moderation/<kind>/<int:subject_id>/report")
@members(again="moderation.show_report_form", limit="10/minute")
def report_words(actor: Actor, kind: str, subject_id: int) -> AnyResponse:
    cause = forms.read_cause(request.form, reason_needed=False)
    report_operations.report_words(actor, kind, subject_id, cause, now=clock.now())
    flash(_("Reported. Only those who keep order in this hall see who reported it."))
    return redirect(queries.words(kind, subject_id).url)


@blueprint.get("/moderation/hidings/<int:hiding_id>")
@members
def show_hiding(actor: Actor, hiding_id: int) -> str:
    """One hiding: ground, reason, appeal, ruling; the words themselves for the few who must still read them."""
    entry, words = queries.entry(hiding_id)
    hiding = entry.hiding
    parties = (actor, actor.member_id, hiding.question_id, hiding.by_id, hiding.author_id)
    appealed, ruled = hiding.appealed_at is not None, hiding.ruling != ""
    return render_template(
        "forum/moderation/hiding.html", entry=entry, hiding=hiding, words=words, sees=rules.may_see_hidden(*parties),
        appeals=not rules.why_not_appeal(actor.member_id, hiding.author_id, appealed=appealed, ruled=ruled),
        rules=appealed and not ruled and rules.may_rule(*parties), acts=queries.ruling_acts(hiding), **NAMES,
    )  # fmt: skip


@blueprint.post("/moderation/hidings/<int:hiding_id>/appeal")
@members(again="moderation.show_hiding", limit="6/minute")
def appeal_hiding(actor: Actor, hiding_id: int) -> AnyResponse:
    operations.appeal_hiding(actor, hiding_id, forms.read_appeal(request.form), now=clock.now())
    flash(_("Your appeal is with the tellers. You get a mail when they have ruled."))
    return redirect(url_for("moderation.show_hiding", hiding_id=hiding_id))


@blueprint.post("/moderation/hidings/<int:hiding_id>/ruling")
@tellers(again="moderation.show_hiding", fresh=True)
def propose_ruling(actor: Actor, hiding_id: int) -> AnyResponse:
    act = operations.propose_ruling(actor, hiding_id, forms.read_ruling(request.form), now=clock.now())
    return redirect(url_for("bodies.show_act", act_id=act.id))


@blueprint.post("/moderation/reports/<int:report_id>/dismiss")
@members
def dismiss_report(actor: Actor, report_id: int) -> AnyResponse:
    report_operations.dismiss_report(actor, report_id, now=clock.now())
    flash(_("The words stand. The report is done with."))
    return redirect(url_for("moderation.list_reports"))


@blueprint.get("/moderation/reports")
@members
def list_reports(actor: Actor) -> str:
    """Open reports for whoever keeps order."""
    reports = queries.reports_for(actor)
    rows = [(report, name, queries.words(report.kind, report.subject_id)) for report, name in reports]
    return render_template("forum/moderation/reports.html", rows=rows, **NAMES)
