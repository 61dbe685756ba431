"""The processes that can be chosen, side by side; and for officers a look at one of their own before it is used."""

from datetime import timedelta

from flask import Blueprint, render_template, request

from forum.kernel import clock
from forum.kernel.doors import Actor, anyone, officers
from forum.kernel.errors import Missing
from forum.questions import forms
from forum.questions.preview import Preview, preview
from forum.questions.process import Process
from forum.questions.template_faults import read_with_lines
from forum.questions.templates import load_shipped, shipped_names, shipped_text
from forum.roll.queries import roll_size

blueprint = Blueprint("processes", __name__)
AHEAD = timedelta(days=7)


@blueprint.get("/processes")
@anyone
def list_processes(actor: Actor) -> str:  # noqa: ARG001 - the door hands everyone in
    """Every process of the house with its label, so that they can be compared; those with a debate in front."""
    shown = [_preview(load_shipped(name)) for name in shipped_names()]
    shown.sort(key=lambda each: each.process.debate is None)
    return render_template("forum/questions/processes.html", shown=shown)


@blueprint.get("/processes/own")
@officers
def show_own(actor: Actor) -> str:  # noqa: ARG001 - the door hands everyone in
    """A process as text, one of the house to begin with, and what it comes to."""
    name = request.args.get("template", "weiner")
    if name not in shipped_names():
        raise Missing
    return _own(shipped_text(name))


@blueprint.post("/processes/own")
@officers(again="processes.show_own", limit="30/minute", writes=False)
def check_own(actor: Actor) -> str:  # noqa: ARG001 - the door hands everyone in
    """Read a process as typed: every fault with its line, or its timetable and its label. Nothing is kept of it."""
    return _own(forms.read_source(request.form))


def _own(source: str) -> str:
    process, faults = read_with_lines(source, union_size=roll_size())
    shown = _preview(process) if process else None
    return render_template("forum/questions/own_process.html", source=source, faults=faults, shown=shown)


def _preview(process: Process) -> Preview:
    return preview(process, clock.now() + AHEAD)
