"""The desk: what waits for each who leads; and the whole of one vote with every act that may be proposed on it."""

from typing import Any

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from forum.bodies import registry
from forum.bodies.models import BodyAct
from forum.bodies.queries import in_hand
from forum.kernel import clock, slots
from forum.kernel.doors import Actor, members, officers, tellers
from forum.kernel.errors import N_, Missing, Refused
from forum.kernel.quick import words as gettext
from forum.kernel.settings import Settings, zone
from forum.questions.queries import visible_question
from referendum.conduct import (
    act_operations,
    call_operations,
    certificate_operations,
    clock_operations,
    forms,
    notices,
    observer_operations,
    page_queries,
    tie_operations,
    trustee_operations,
)  # fmt: skip
from referendum.conduct.desk_views import once_each
from referendum.process import challenge_operations
from referendum.process.facts import VoteState
from referendum.process.models import Vote
from referendum.process.queries import current_vote, votes_of

blueprint = Blueprint("conduct", __name__)
DESK = 45


@blueprint.get("/desk")
@members
def show_desk(actor: Actor) -> str:
    """Everything that waits for this person, in order, and the votes under way."""
    if not actor.leads:
        raise Refused(N_("The desk is for those who hold an office. What you can do stands on the question’s page."))
    items = once_each(slots.gather("desk", actor), in_hand(actor))
    debates = page_queries.desk_debates(clock.now()) if actor.is_officer or actor.appointments else []
    return render_template(
        "referendum/conduct/desk.html", items=items, votes=page_queries.desk_votes(), debates=debates
    )


def _vote(actor: Actor, number: int) -> Vote:
    """The newest vote of a question, for those who lead it."""
    question = visible_question(actor, number)
    leads = actor.is_officer or any(held == question.id for _, held in actor.appointments)
    vote = current_vote(question.id)
    if vote is None or not leads:
        raise Missing
    return vote


@blueprint.get("/q/<int:number>/vote")
@members
def show_vote(actor: Actor, number: int) -> str:
    """The whole referendum on one question: steps, guards, turnout, dates, acts."""
    page = page_queries.vote_page(_vote(actor, number), clock.now())
    is_teller = actor.holds("teller", page.question.id)
    wanted = is_teller and observer_operations.observer_wanted(page.vote)
    awaited = trustee_operations.awaited_trustees(page.vote) if is_teller else []
    return render_template(
        "referendum/conduct/vote.html", page=page, question=page.question, is_teller=is_teller, names_observer=wanted,
        awaited=[(each.public_id, each.name) for each in awaited],
    )  # fmt: skip


def _to(act: BodyAct) -> Response:
    return redirect(url_for("bodies.show_act", act_id=act.id))


@blueprint.post("/q/<int:number>/vote/call")
@officers(again="conduct.show_vote", limit="10/minute")
def propose_call(actor: Actor, number: int) -> Response:
    """Put the call before the executive council."""
    new = forms.read_call(request.form, zone(current_app.config["HUSTINGS"]))
    return _to(call_operations.propose_call(actor, _vote(actor, number), new, clock.now()))


@blueprint.post("/q/<int:number>/vote/open")
@tellers(again="conduct.show_vote", limit="10/minute")
def propose_opening(actor: Actor, number: int) -> Response:
    """Put the opening before the tellers."""
    return _to(act_operations.propose_opening(actor, _vote(actor, number), clock.now()))


@blueprint.post("/q/<int:number>/vote/extend")
@tellers(again="conduct.show_vote", limit="10/minute")
def propose_extension(actor: Actor, number: int) -> Response:
    """Put a later close before the tellers."""
    new = forms.read_vote_extension(request.form, zone(current_app.config["HUSTINGS"]))
    return _to(act_operations.propose_extension(actor, _vote(actor, number), new, clock.now()))


@blueprint.post("/q/<int:number>/vote/certify")
@tellers(again="conduct.show_vote", limit="10/minute")
def propose_certificate(actor: Actor, number: int) -> Response:
    """Put the certificate before the tellers."""
    return _to(certificate_operations.propose_certificate(actor, _vote(actor, number), clock.now()))


@blueprint.post("/q/<int:number>/vote/tie")
@tellers(again="conduct.show_vote", limit="10/minute")
def propose_tie_break(actor: Actor, number: int) -> Response:
    """Put before the tellers what the call's way chose among the tied."""
    new = forms.read_tie_break(request.form)
    return _to(tie_operations.propose_tie_break(actor, _vote(actor, number), new, clock.now()))


@blueprint.post("/q/<int:number>/vote/observer")
@tellers(again="conduct.show_vote", limit="10/minute")
def propose_observer(actor: Actor, number: int) -> Response:
    """Put before the tellers whom they may name observer in place of one who has left."""
    new = forms.read_observer(request.form)
    return _to(observer_operations.propose_observer(actor, _vote(actor, number), new, clock.now()))


@blueprint.post("/q/<int:number>/vote/trustee")
@tellers(again="conduct.show_vote", limit="10/minute")
def propose_dropping(actor: Actor, number: int) -> Response:
    """Put before the tellers that the others go on without a trustee for whom they wait."""
    new = forms.read_dropping(request.form)
    return _to(trustee_operations.propose_dropping(actor, _vote(actor, number), new, clock.now()))


@blueprint.post("/q/<int:number>/vote/annul")
@tellers(again="conduct.show_vote", limit="10/minute")
def propose_annulment(actor: Actor, number: int) -> Response:
    """Put the annulment before the tellers."""
    reason = forms.read_annulment(request.form)
    return _to(act_operations.propose_annulment(actor, _vote(actor, number), reason, clock.now()))


def entry_in_navigation(actor: Actor) -> dict[str, Any] | None:
    """The way to the desk, for those who lead."""
    if not actor.leads:
        return None
    here = (request.blueprint or "") == "conduct"
    return {
        "order": DESK, "label": gettext("Desk"), "url": url_for("conduct.show_desk"), "current": here, "live": False,
    }  # fmt: skip


def facts_for_the_question(question: Any) -> dict[str, Any]:
    """While a vote is open or counted, and once one is certified, the question can no longer be withdrawn."""
    opened = [each for each in votes_of(question.id) if each.state not in (VoteState.SET_UP, VoteState.ANNULLED)]
    return {"voting_opened": True} if opened else {}


def fill_slots(settings: Settings) -> None:  # noqa: ARG001 - every edge is called alike
    """The effects of bodies' acts on votes, and what the vote tells the slices below."""
    registry.on_effect("call", call_operations.call_by_act)
    registry.on_effect("open_vote", act_operations.open_by_act)
    registry.on_effect("extend_vote", act_operations.extend_by_act)
    registry.on_effect("annul", act_operations.annul_by_act)
    registry.on_effect("break_tie", tie_operations.tie_broken_by_act)
    registry.on_effect("name_observer", observer_operations.observer_named_by_act)
    registry.on_effect("drop_trustee", trustee_operations.dropped_by_act)
    registry.on_effect("certify", certificate_operations.certify_by_act)
    registry.on_effect("rule_challenge", challenge_operations.rule_challenge_by_act)
    slots.fill("question.moved", clock_operations.question_moved)
    slots.fill("debate.recorded", clock_operations.debate_recorded)
    slots.fill("question.facts", facts_for_the_question)
    slots.fill("count.finished", clock_operations.count_finished)
    slots.fill("vote.moved", notices.vote_moved)
    slots.fill("mandate.moved", notices.mandate_moved)
    slots.fill("nav", entry_in_navigation)
