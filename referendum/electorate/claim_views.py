"""Am I on the roll? Every member's page before the freeze, challenges to the roll, and the rulings on them."""

from datetime import datetime
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext, ngettext
from markupsafe import Markup
from werkzeug.wrappers import Response

from forum.bodies import registry
from forum.kernel import clock, slots
from forum.kernel.doors import Actor, members, tellers
from forum.kernel.settings import Settings
from forum.questions.models import Question
from forum.questions.queries import process_of, visible_question
from forum.questions.queries import question_by_id as question_of
from referendum.electorate import claim_forms, claim_operations, claim_queries, claim_rules, queries

blueprint = Blueprint("roll_challenges", __name__)
PAGE = "roll_challenges.show_roll"


@blueprint.get("/q/<int:number>/roll")
@members
def show_roll(actor: Actor, number: int) -> str:
    """Whether this member may vote as the roll stands, and how to challenge it."""
    question = visible_question(actor, number)
    rules_here = actor.holds("teller", question.id)
    page = claim_queries.roll_page(question, actor.member_id, clock.now(), rules_here=rules_here)
    return render_template("referendum/electorate/roll.html", page=page)


@blueprint.post("/q/<int:number>/roll")
@members(again=PAGE, limit="5/minute")
def challenge_roll(actor: Actor, number: int) -> Response:
    """File a challenge to the roll."""
    question = visible_question(actor, number)
    claim_operations.file_claim(actor, question, claim_forms.read_claim(request.form), now=clock.now())
    return redirect(url_for(PAGE, number=number, _anchor="own-h"))


@blueprint.post("/q/<int:number>/roll/challenges/<int:claim_id>/rule")
@tellers(again=PAGE, limit="20/minute")
def rule_challenge(actor: Actor, number: int, claim_id: int) -> Response:
    """Put a ruling before the tellers."""
    visible_question(actor, number)
    upheld, reason = claim_forms.read_claim_ruling(request.form)
    act = claim_operations.propose_ruling(actor, claim_id, upheld=upheld, reason=reason, now=clock.now())
    return redirect(url_for("bodies.show_act", act_id=act.id))


def what_members_can_do(actor: Actor, question: Question) -> list[dict[str, Any]]:
    """For the docket, until the roll is frozen."""
    if not actor.is_member or question.published_at is None or process_of(question).members_vote is None:
        return []
    vote, record_at = claim_queries.record_of(question)
    frozen = vote is not None and queries.electorate(vote.id) is not None
    if not claim_rules.may_claim(record_at, clock.now(), frozen=frozen):
        return []
    return [
        {
            "what": gettext("Are you on the roll?"),
            "long": gettext("See whether you may vote; say so if it is wrong."),
            "url": url_for(PAGE, number=question.number), "order": 90,
        }
    ]  # fmt: skip


def beside_registration(actor: Actor, *, question: Question) -> Markup | str:
    """On the page where members register: that registering is not enough for this one, as the roll stands today."""
    page = claim_queries.roll_page(question, actor.member_id, clock.now(), rules_here=False)
    barred = [text for text, _, _ in page.why if text != claim_rules.REGISTERED]
    if page.roll or page.ruled or not barred:
        return ""
    return Markup(render_template("referendum/electorate/_registering.html", page=page))  # noqa: S704


def on_the_desk(actor: Actor) -> list[dict[str, Any]]:
    """Challenges to the roll that wait for the tellers."""
    items = []
    for role, question_id in sorted(actor.appointments):
        count = claim_queries.claim_counts(question_id).get("", 0) if role == "teller" else 0
        if count:
            question = question_of(question_id)
            vote, record_at = claim_queries.record_of(question)
            if vote is None or queries.electorate(vote.id) is None:
                items.append(_item(question, count, record_at))
    return items


def _item(question: Question, count: int, due: datetime | None) -> dict[str, Any]:
    return {
        "what": gettext("Rule on challenges to the roll"), "why": ngettext("One waits.", "%(num)s wait.", count),
        "url": url_for(PAGE, number=question.number, _anchor="rule-h"), "due": due, "act": gettext("Rule"),
        "done": False, "order": 11,
    }  # fmt: skip


def fill_slots(settings: Settings) -> None:  # noqa: ARG001 - every edge is called alike
    """The docket, the tellers' desk, the page of registration, and what follows a ruling."""
    slots.fill("question.now", what_members_can_do)
    slots.fill("desk", on_the_desk)
    slots.fill("registration.page", beside_registration)
    registry.on_effect(claim_operations.ACT, claim_operations.ruled_by_act)
