"""The tellers' page for importing the roll: upload, look over, apply, undo."""

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from forum.kernel import clock, jobs
from forum.kernel.doors import Actor, serving_tellers
from forum.kernel.errors import N_, Invalid, Problem
from forum.roll import import_bounds, import_operations, import_queries
from forum.roll.import_bounds import BoundLine, bound_lines
from forum.roll.jobs import look_over_roll, write_roll
from forum.roll.models import RollImport
from forum.roll.roll_file import FIELDS, OPTIONAL

blueprint = Blueprint("roll_import", __name__)
PAGE = "roll_import.show_import"
ABSENT_BY_COMMAND = N_(
    "Officers, or members with an office in a question that is not over, are missing from the file. If they have left,"
    " the operator can apply the file. Applied here, it leaves them all as they are."
)


@blueprint.get("/roll/import")
@serving_tellers
def import_page(_actor: Actor) -> str:
    """Where a file is chosen, and what was imported before."""
    return render_template(
        "forum/roll/import.html", imports=import_queries.imports(), columns=FIELDS, optional=OPTIONAL,
        newest=import_queries.newest_applied(),
    )  # fmt: skip


@blueprint.post("/roll/import")
@serving_tellers(again="roll_import.import_page", fresh=True, limit="20/hour")
def upload_roll(actor: Actor) -> Response:
    """Take a file in; a job looks it over."""
    file = request.files.get("file")
    if file is None or not file.filename:
        raise Invalid([Problem("file", N_("Please choose a file."))])
    taken = import_operations.receive_roll(actor, file.filename, file.read(), now=clock.now())
    jobs.enqueue(look_over_roll, import_id=taken.id)
    return redirect(url_for(PAGE, import_id=taken.id))


@blueprint.get("/roll/imports/<int:import_id>")
@serving_tellers
def show_import(_actor: Actor, import_id: int) -> str:
    """How far it is; then what the file would do, or did, or what is wrong with it."""
    taken = import_queries.an_import(import_id)
    done = jobs.progress(f"roll:{import_id}") if taken.state == "applying" else taken.done
    samples = {action: import_queries.sample(import_id, action) for action in ("new", "changed", "absent")}
    newest = import_queries.newest_applied() == import_id
    return render_template(
        "forum/roll/one_import.html", taken=taken, done=done, samples=samples, newest=newest, **_bounds(taken, newest)
    )


def _bounds(taken: RollImport, newest: bool) -> dict[str, Any]:
    """Why only the command applies it, marks as left who is absent from it, or undoes it; empty where a teller may. And
    the lines that are in the way, the first of them."""
    now, told = clock.now(), {"bound": "", "bound_absent": "", "bound_undo": ""}
    lines: list[BoundLine] = []
    if taken.state == "ready":
        lines = bound_lines(taken.id, now, marks_absent=True)
        within = [each for each in lines if each.line]
        if within:
            told["bound"], lines = import_bounds.BY_COMMAND, within
        elif lines:
            told["bound_absent"] = ABSENT_BY_COMMAND
    elif newest and taken.summary.get("forgotten"):
        told["bound_undo"] = import_operations.FORGOTTEN
    elif newest:
        lines = bound_lines(taken.id, now, marks_absent=taken.marks_absent, undoing=True)
        told["bound_undo"] = import_bounds.UNDONE_BY_COMMAND if lines else ""
    return {**told, "bound_lines": lines[: import_queries.SHOWN]}


@blueprint.post("/roll/imports/<int:import_id>/apply")
@serving_tellers(again=PAGE, fresh=True, limit="20/hour")
def apply_import(actor: Actor, import_id: int) -> Response:
    """Apply what was looked over; a job writes it."""
    marks_absent = request.form.get("mark_left") == "1"
    import_operations.begin_apply(actor, import_id, marks_absent=marks_absent, now=clock.now())
    jobs.enqueue(write_roll, import_id=import_id)
    return redirect(url_for(PAGE, import_id=import_id))


@blueprint.post("/roll/imports/<int:import_id>/drop")
@serving_tellers(again=PAGE, fresh=True, limit="20/hour")
def drop_import(_actor: Actor, import_id: int) -> Response:
    """Put a file aside."""
    import_operations.drop_import(import_id, now=clock.now())
    return redirect(url_for("roll_import.import_page"))


@blueprint.post("/roll/imports/<int:import_id>/undo")
@serving_tellers(again=PAGE, fresh=True, limit="20/hour")
def undo_import(actor: Actor, import_id: int) -> Response:
    """Take the newest import back; a job writes it."""
    import_operations.begin_undo(actor, import_id, now=clock.now())
    jobs.enqueue(write_roll, import_id=import_id)
    return redirect(url_for(PAGE, import_id=import_id))
