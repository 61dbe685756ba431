"""What the tellers hid of the ledger: its page, the appeal of whoever said it, and the observers' ruling."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from forum.kernel import clock
from forum.kernel.doors import Actor, anyone, members, observers, tellers
from forum.moderation.forms import read_appeal, read_cause, read_ruling
from forum.moderation.rules import GROUND_NAMES
from forum.questions import queries as questions
from forum.reach import hiding_operations, hiding_queries

blueprint = Blueprint("reach_hidings", __name__)


@blueprint.get("/q/<int:number>/reach/entries/<int:entry_id>")
@anyone
def show_hiding(actor: Actor, number: int, entry_id: int) -> str:
    """An entry that was hidden: ground and reason, the appeal, and what the observers ruled."""
    question = questions.visible_question(actor, number)
    return render_template(
        "forum/reach/hiding.html", question=question, page=hiding_queries.page(actor, question, entry_id),
        grounds=GROUND_NAMES,
    )  # fmt: skip


@blueprint.post("/q/<int:number>/reach/entries/<int:entry_id>/hide")
@tellers(again="reach.show_balance", fresh=True, limit="20/hour")
def hide_entry(actor: Actor, number: int, entry_id: int) -> Response:
    """Hide the words of a mail, a banner or a pin."""
    question = questions.visible_question(actor, number)
    cause = read_cause(request.form, reason_needed=True)
    hiding_operations.hide_entry(actor, question.id, entry_id, cause, now=clock.now())
    flash(_("It is hidden. The entry, the ground and your reason stay for everybody to see."))
    return redirect(url_for("reach.show_balance", number=number, _anchor="entries-h"))


@blueprint.post("/q/<int:number>/reach/entries/<int:entry_id>/appeal")
@members(again="reach_hidings.show_hiding", limit="6/minute")
def appeal_hiding(actor: Actor, number: int, entry_id: int) -> Response:
    """Say why it should stand."""
    question, appeal = questions.visible_question(actor, number), read_appeal(request.form)
    hiding_operations.appeal_hiding(actor, question.id, entry_id, appeal, now=clock.now())
    flash(_("Your appeal is with the observers. You get a mail when they have ruled."))
    return redirect(url_for("reach_hidings.show_hiding", number=number, entry_id=entry_id))


@blueprint.post("/q/<int:number>/reach/entries/<int:entry_id>/ruling")
@observers(again="reach_hidings.show_hiding", fresh=True, limit="20/hour")
def rule_on_hiding(actor: Actor, number: int, entry_id: int) -> Response:
    """Put a ruling before the observers."""
    question, ruling = questions.visible_question(actor, number), read_ruling(request.form)
    act = hiding_operations.propose_ruling(actor, question.id, entry_id, ruling, now=clock.now())
    return redirect(url_for("bodies.show_act", act_id=act.id))
