"""Pages of halls: the hall with its thread, the charge board, opening a hall; and what halls give to other pages."""

import secrets
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from markupsafe import Markup
from werkzeug.wrappers import Response as AnyResponse

from forum.halls import forms, operations, own_queries, queries, rules, thread_queries
from forum.halls.models import Hall
from forum.halls.queries import BoardRow
from forum.kernel import clock, text
from forum.kernel.doors import Actor, anyone, members
from forum.kernel.kept import kept
from forum.kernel.languages import when
from forum.kernel.reading import asked_number
from forum.questions import queries as questions
from forum.questions.floor import HOST_HAS
from forum.questions.models import Question
from forum.roll.size import members_of

blueprint = Blueprint("halls", __name__)
BOARD_STATES = ("yes", "part", "wait", "no", "free")


@blueprint.get("/halls/<int:hall_id>")
@members
def show_hall(actor: Actor, hall_id: int) -> str:
    """A hall: its thread from where this member left off, what happens there, and the composer."""
    view = queries.shown_hall(hall_id)
    thread = thread_queries.thread(actor, view, asked_number(request.args, "page"))
    own = own_queries.own(hall_id, actor.member_id)
    closed = rules.why_not_write(actor, view.place) or rules.why_stopped(own.stopped_until, clock.now())
    return render_template(
        "forum/halls/hall.html", view=view, thread=thread, closed_because=closed,
        may_open=rules.may_open(actor, view.question.id, view.hall.local_id), composer=_composer(actor, view.hall),
        head=_head(hall_id), national_id=queries.national_hall_id(view.question.id),
        kept_until=rules.draft_kept_until(view.question.closed_at),
    )  # fmt: skip


@kept
def _head(hall_id: int) -> Markup:
    view = queries.shown_hall(hall_id)
    held = queries.sessions_held(view.question.id, hall_id).get(hall_id, 0)
    part = render_template(
        "forum/halls/_head.html", view=view, members_count=members_of(view.hall.local_id), held=held,
        due=queries.sessions_due(view.question),
    )  # fmt: skip
    return Markup(part)  # noqa: S704 - a rendered template


def _composer(actor: Actor, hall: Hall) -> dict[str, Any]:
    """What the composer starts with: the post answered or quoted, and the key that makes a double sending one post."""
    quoted, answered = asked_number(request.args, "quote"), asked_number(request.args, "reply")
    answered = answered if answered and answered <= hall.post_count else None
    source = own_queries.own(hall.id, actor.member_id).draft
    if quoted:
        _view, row = thread_queries.one_post(actor, hall.id, quoted)
        if row.hidden is None:
            name = _("%(name)s, No. %(number)s", name=row.author, number=row.number)
            source = f"{source}\n\n{name}:\n\n{text.quote(row.post.source)}".lstrip()
    return {"source": source, "reply_to": answered or quoted, "client_key": secrets.token_urlsafe(12)}


@blueprint.get("/halls/<int:hall_id>/open")
@members
def show_opening(actor: Actor, hall_id: int) -> str:
    """The form with which a host, or a teller in the host's stead, opens a hall."""
    view = queries.hall(hall_id)
    by = rules.may_open(actor, view.question.id, view.hall.local_id)
    return render_template("forum/halls/open.html", view=view, by=by, zone=queries.zone_of(view))


@blueprint.post("/halls/<int:hall_id>/open")
@members(again="halls.show_opening", fresh=True, limit="20/minute")
def open_hall(actor: Actor, hall_id: int) -> AnyResponse:
    opening = forms.read_opening(request.form, ZoneInfo(queries.zone_of(queries.hall(hall_id))))
    operations.open_hall(actor, hall_id, opening, now=clock.now())
    flash(_("The hall is open. Its members can write here as soon as the debate begins."))
    return redirect(url_for("halls.show_hall", hall_id=hall_id))


@blueprint.get("/q/<int:number>/halls")
@anyone
def show_board(actor: Actor, number: int) -> str:
    """The charge board: every local of the union as one cell."""
    question = questions.visible_question(actor, number)
    now = clock.now()
    cells = [_cell(row, question, now) for row in queries.board(question)]
    counts: dict[str, Any] = {state: sum(cell["state"] == state for cell in cells) for state in BOARD_STATES}
    ends = question.debate_closes_at if question.state in ("charged", "debating") else None
    counts["days_left"] = max(0, (ends - now).days) if ends else None
    return render_template(
        "forum/halls/board.html", question=question, cells=cells, counts=counts,
        due=queries.sessions_due(question), national=queries.national_hall(question.id),
    )  # fmt: skip


def _cell(row: BoardRow, question: Question, now: datetime) -> dict[str, Any]:
    """A local on the board. A hall is not late before its day: its host has seven days from the charge."""
    state, note, charged = row.state, row.exemption or "", row.charged_at or question.charged_at
    if state == "part":
        by_tellers = _("opened by the tellers in the host’s stead")
        note = by_tellers if row.opened_as == "tellers" else _("sessions still to be held")
    elif state == "no" and charged is not None and now < charged + HOST_HAS:
        state = "wait"
        note = Markup(_("its host has time until %(day)s")) % {"day": when(charged + HOST_HAS, "day")}  # noqa: S704
    return {
        "number": row.number, "name": row.name, "state": state, "held": row.held, "posts": row.posts, "note": note,
        "since": when(row.honoured_at, "day"), "opened": when(row.opened_at, "day"),
        "url": url_for("halls.show_hall", hall_id=row.hall_id),
    }  # fmt: skip


@blueprint.post("/preview")
@members(limit="60/minute", writes=False)
def preview(_actor: Actor) -> str:
    """How a text will look: a fragment for the page's script, a page of its own without one."""
    field = request.args.get("of", "text")
    shown = text.render(request.form.get(field, request.form.get("text", "")))
    return render_template("forum/halls/preview.html", shown_html=shown)
