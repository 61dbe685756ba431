"""The debate as plain text: asked for by a member, made by a job, fetched as a file."""

from flask import Blueprint, current_app, flash, redirect, send_file, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from forum.kernel import clock, jobs
from forum.kernel.doors import Actor, members
from forum.outlets import export_operations, export_queries
from forum.outlets.export_jobs import write_debate
from forum.questions import queries as questions

blueprint = Blueprint("exports", __name__)


@blueprint.get("/q/<int:number>/debate.txt")
@members(limit="30/hour")
def show_debate(actor: Actor, number: int) -> Response:
    """The newest file; where there is none, the page on which it can be asked for."""
    question = questions.visible_question(actor, number)
    ready = export_queries.newest(question.id, "ready")
    path = export_operations.path_of(current_app.config["HUSTINGS"].instance, ready.id) if ready else None
    if path is None or not path.exists():
        return redirect(url_for("outlet_pages.show_outlets", number=number, _anchor="text-h"))
    name = f"debate-{number}.txt"
    return send_file(path.resolve(), mimetype="text/plain; charset=utf-8", as_attachment=True, download_name=name)


@blueprint.post("/q/<int:number>/debate")
@members(again="outlet_pages.show_outlets", limit="6/hour")
def ask_for_debate(actor: Actor, number: int) -> Response:
    question = questions.visible_question(actor, number)
    export = export_operations.ask_for_export(actor, question, now=clock.now())
    jobs.enqueue(write_debate, export_id=export.id)
    flash(_("The file is being made."))
    return redirect(url_for("outlet_pages.show_outlets", number=number, _anchor="text-h"))
