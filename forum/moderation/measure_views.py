"""One measure on its page: ground, reason, hash, appeal, ruling; lifting it, appealing against it, ruling on it."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from forum.bodies.models import BodyAct
from forum.kernel import clock
from forum.kernel.doors import Actor, members, tellers
from forum.moderation import appeal_operations, forms, log_queries, operations, queries, restraint_operations, rules
from forum.moderation.models import Restraint
from forum.moderation.queries import Measured
from forum.moderation.rules import Deed
from forum.moderation.views import NAMES
from forum.moderation.word_queries import words

blueprint = Blueprint("measures", __name__)


@blueprint.get("/moderation/hidings/<int:hiding_id>")
@members
def show_hiding(actor: Actor, hiding_id: int) -> str:
    return _page(actor, queries.hiding(hiding_id))


@blueprint.get("/moderation/restraints/<int:restraint_id>")
@members
def show_restraint(actor: Actor, restraint_id: int) -> str:
    return _page(actor, queries.restraint(restraint_id))


def _page(actor: Actor, measure: Measured) -> str:
    """Everything about a measure; hidden words for the few who must still read them, their salt for the author."""
    standing, now = queries.standing_of(measure), clock.now()
    slowed = measure.deed == Deed.SLOW
    found = None if slowed else words(measure.kind, measure.subject_id)
    sees = measure.deed != Deed.HIDE or rules.may_see_hidden(
        actor, measure.question_id, measure.by_id, measure.concerns
    )
    until = measure.until if isinstance(measure, Restraint) else None
    return render_template(
        "forum/moderation/measure.html", entry=log_queries.entries(actor, [measure])[0], measure=measure, words=found,
        sees=sees, holds=rules.in_force(until, now, lifted=measure.lifted_at is not None, ruling=measure.ruling),
        lifts=not rules.why_not_lift(actor, standing), appeals=not appeal_operations.why_not_appeal(actor, measure),
        rules=not rules.why_not_rule(actor, standing), acts=queries.ruling_acts(measure), **NAMES,
    )  # fmt: skip


@blueprint.post("/moderation/hidings/<int:hiding_id>/appeal")
@members(again="measures.show_hiding", limit="6/minute")
def appeal_hiding(actor: Actor, hiding_id: int) -> AnyResponse:
    return _appeal(actor, queries.hiding(hiding_id, lock=True))


@blueprint.post("/moderation/restraints/<int:restraint_id>/appeal")
@members(again="measures.show_restraint", limit="6/minute")
def appeal_restraint(actor: Actor, restraint_id: int) -> AnyResponse:
    return _appeal(actor, queries.restraint(restraint_id, lock=True))


def _appeal(actor: Actor, measure: Measured) -> AnyResponse:
    appeal_operations.appeal_measure(actor, measure, forms.read_appeal(request.form), now=clock.now())
    flash(_("Your appeal is with the tellers. You get a mail when they have ruled."))
    return redirect(measure.path)


@blueprint.post("/moderation/hidings/<int:hiding_id>/lift")
@members(again="measures.show_hiding", fresh=True, limit="20/minute")
def unhide_words(actor: Actor, hiding_id: int) -> AnyResponse:
    measure = operations.unhide_words(actor, hiding_id, forms.read_reason(request.form), now=clock.now())
    return redirect(measure.path)


@blueprint.post("/moderation/restraints/<int:restraint_id>/lift")
@members(again="measures.show_restraint", fresh=True, limit="20/minute")
def end_restraint(actor: Actor, restraint_id: int) -> AnyResponse:
    reason = forms.read_reason(request.form)
    return redirect(restraint_operations.end_restraint(actor, restraint_id, reason, now=clock.now()).path)


@blueprint.post("/moderation/hidings/<int:hiding_id>/ruling")
@tellers(again="measures.show_hiding", fresh=True)
def rule_on_hiding(actor: Actor, hiding_id: int) -> AnyResponse:
    return _rule(actor, queries.hiding(hiding_id, lock=True))


@blueprint.post("/moderation/restraints/<int:restraint_id>/ruling")
@tellers(again="measures.show_restraint", fresh=True)
def rule_on_restraint(actor: Actor, restraint_id: int) -> AnyResponse:
    return _rule(actor, queries.restraint(restraint_id, lock=True))


def _rule(actor: Actor, measure: Measured) -> AnyResponse:
    act: BodyAct = appeal_operations.propose_ruling(actor, measure, forms.read_ruling(request.form), now=clock.now())
    return redirect(url_for("bodies.show_act", act_id=act.id))
