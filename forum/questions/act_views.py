"""The acts of bodies on one question: what was signed, what waits, and the forms for those who may propose
more.
"""

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from forum.bodies import queries as bodies
from forum.bodies.models import BodyAct
from forum.kernel import clock
from forum.kernel.doors import Actor, members, signers, tellers
from forum.kernel.errors import N_, Invalid, Obstacle, Problem
from forum.questions import act_operations, forms, queries, rules
from forum.questions.facts_queries import gather_facts
from forum.questions.models import Question
from forum.questions.states import QuestionMove, QuestionState

blueprint = Blueprint("question_acts", __name__)


@blueprint.get("/q/<int:number>/acts")
@members
def show_acts(actor: Actor, number: int) -> str:
    """Every act on this question that the reader may see, and the forms of those who may propose one."""
    question = queries.visible_question(actor, number)
    is_teller = actor.holds("teller", question.id)
    decides = is_teller and question.state == QuestionState.DEBATING
    return render_template(
        "forum/questions/acts.html",
        question=question,
        listed=bodies.visible_acts(actor, question.id),
        is_teller=is_teller,
        exempt=queries.exempt_locals(question.id),
        before_extending=_before(question, QuestionMove.EXTEND) if decides else [],
        before_closing=_before(question, QuestionMove.CLOSE_ANYWAY) if decides else [],
    )


def _before(question: Question, move: QuestionMove) -> list[Obstacle]:
    """What keeps the tellers from this now, apart from what the form itself asks and their signatures."""
    obstacles = rules.obstacles_to(move, gather_facts(question), clock.now())
    return [each for each in obstacles if each.code not in ("reason", "override_unsigned")]


def _to(act: BodyAct) -> Response:
    return redirect(url_for("bodies.show_act", act_id=act.id))


@blueprint.post("/q/<int:number>/withdraw")
@signers(again="question_acts.show_acts", limit="10/minute")
def propose_withdrawal(actor: Actor, number: int) -> Response:
    """Propose to withdraw the question."""
    reason, ground = forms.read_withdrawal(request.form)
    question = queries.visible_question(actor, number)
    return _to(act_operations.propose_withdrawal(actor, question, reason, ground, now=clock.now()))


@blueprint.post("/q/<int:number>/extend")
@tellers(again="question_acts.show_acts", limit="10/minute")
def propose_extension(actor: Actor, number: int) -> Response:
    """Propose to extend the debate, once."""
    days, reason = forms.read_extension(request.form)
    question = queries.visible_question(actor, number)
    return _to(act_operations.propose_extension(actor, question, days, reason, now=clock.now()))


@blueprint.post("/q/<int:number>/close-anyway")
@tellers(again="question_acts.show_acts", limit="10/minute")
def propose_close_anyway(actor: Actor, number: int) -> Response:
    """Propose to close the debate although its floor is not met."""
    reason = forms.read_close_anyway(request.form)
    question = queries.visible_question(actor, number)
    return _to(act_operations.propose_close_anyway(actor, question, reason, now=clock.now()))


@blueprint.post("/q/<int:number>/exempt")
@tellers(again="question_acts.show_acts", limit="10/minute")
def propose_exemption(actor: Actor, number: int) -> Response:
    """Propose to exempt a local from the charge."""
    local_number, reason = forms.read_exemption(request.form)
    question = queries.visible_question(actor, number)
    local = queries.local_by_number(local_number)
    if local is None:
        raise Invalid([Problem("local", N_("There is no local with this number."))])
    return _to(act_operations.propose_exemption(actor, question, local.id, reason, now=clock.now()))
