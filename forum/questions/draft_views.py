"""Officers' pages: a new question, its one edit page with everything that is missing, publishing, pledge and
charge.
"""

from typing import Any

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from forum.kernel import clock
from forum.kernel.doors import Actor, officers
from forum.kernel.languages import say
from forum.kernel.settings import zone
from forum.questions import act_operations, draft_operations, forms, matter_queries, page_queries, queries, rules
from forum.questions.facts_queries import gather_facts
from forum.questions.models import Question
from forum.questions.states import QuestionMove, QuestionState
from forum.questions.templates import load_shipped, shipped_names
from forum.questions.timetable import problems_with
from forum.roll.queries import roll_size

blueprint = Blueprint("question_drafts", __name__)


def templates_offered() -> list[tuple[str, str]]:
    """The shipped templates with their titles, in the reader’s language; those with a debate in front."""
    offered = sorted(map(load_shipped, shipped_names()), key=lambda process: process.debate is None)
    return [(process.name, say(process.title)) for process in offered]


@blueprint.get("/questions/new")
@officers
def new_question(actor: Actor) -> str:  # noqa: ARG001 - the door hands everyone in
    """A title and a process are enough to begin."""
    return render_template("forum/questions/new.html", templates=templates_offered())


@blueprint.post("/questions/new")
@officers(again="question_drafts.new_question", limit="10/minute")
def create_question(actor: Actor) -> Response:
    """Begin a draft."""
    title, template, source, process = forms.read_new(request.form, union_size=roll_size())
    own = (source, process) if template == forms.OWN else None
    question = draft_operations.create_question(actor, title, template, now=clock.now(), own=own)
    return redirect(url_for("question_drafts.edit_question", number=question.number))


@blueprint.get("/q/<int:number>/edit")
@officers
def edit_question(actor: Actor, number: int) -> str:
    """The draft in sections, with everything that is missing shown at once."""
    question = queries.visible_question(actor, number)
    settings = current_app.config["HUSTINGS"]
    stored = forms.as_typed(page_queries.draft_of(question), zone(settings))
    values = {**request.form, "version": str(question.version)} if "title" in request.form else stored
    return render_template(
        "forum/questions/edit.html",
        question=question,
        values=values,
        rows=forms.rows_for(values),
        templates=templates_offered(),
        zone_name=settings.timezone,
        named=page_queries.names_of(question),
        earlier=matter_queries.closed_before(question.number),
        **_what_is_missing(question),
    )


def _what_is_missing(question: Question) -> dict[str, Any]:
    """Everything before the charge (or the publication, without a debate), and what was signed so far.

    That it is not published yet is no gap of its own: the button for it stands beside the list.
    """
    now = clock.now()
    facts = gather_facts(question, published=True if question.published_at is None else None)
    move = QuestionMove.CHARGE if facts.has_debate else QuestionMove.PUBLISH
    in_drawer = question.state == QuestionState.DRAFTED
    before = draft_operations.obstacles_to_publish(question, now) if in_drawer else []
    missing = rules.obstacles_to(move, facts, now) if in_drawer else []
    codes = {each.code for each in missing}
    return {
        "has_debate": facts.has_debate,
        "has_pledge": facts.has_debate or facts.process.mandate is not None,
        "in_drawer": in_drawer,
        "missing": [each for each in before if each.code not in codes] + missing,
        "before_publishing": before,
        "date_faults": problems_with(queries.timetable_of(question), facts.process),
        "pledge_act": page_queries.newest_act(question.id, "pledge"),
        "charge_act": page_queries.newest_act(question.id, "charge"),
    }


@blueprint.post("/q/<int:number>/edit")
@officers(again="question_drafts.edit_question", limit="30/minute")
def save_question(actor: Actor, number: int) -> Response:
    """Save the draft."""
    question = queries.visible_question(actor, number)
    draft = forms.read_draft(request.form, zone(current_app.config["HUSTINGS"]), union_size=roll_size())
    draft_operations.save_draft(actor, question, draft, now=clock.now())
    return redirect(url_for("question_drafts.edit_question", number=number, _anchor="missing-h"))


@blueprint.post("/q/<int:number>/publish")
@officers(again="question_drafts.edit_question", fresh=True)
def publish_question(actor: Actor, number: int) -> Response:
    """Publish process, timetable and obligations."""
    question = queries.visible_question(actor, number)
    draft_operations.publish_question(actor, question, now=clock.now())
    over = question.state != QuestionState.DRAFTED  # without a debate nothing is left to do here
    return redirect(url_for("questions.show_question" if over else "question_drafts.edit_question", number=number))


@blueprint.post("/q/<int:number>/pledge")
@officers(again="question_drafts.edit_question")
def propose_pledge(actor: Actor, number: int) -> Response:
    """Put the pledge before the council, and go and sign it."""
    act = act_operations.propose_pledge(actor, queries.visible_question(actor, number), now=clock.now())
    return redirect(url_for("bodies.show_act", act_id=act.id))


@blueprint.post("/q/<int:number>/charge")
@officers(again="question_drafts.edit_question")
def propose_charge(actor: Actor, number: int) -> Response:
    """Put the charge before the council, and go and sign it."""
    act = act_operations.propose_charge(actor, queries.visible_question(actor, number), now=clock.now())
    return redirect(url_for("bodies.show_act", act_id=act.id))
