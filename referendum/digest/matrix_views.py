"""The observers' page: the readings under random reader numbers, from which they check the opinion groups."""

from flask import Blueprint, Response, current_app, render_template
from markupsafe import Markup

from forum.kernel import clock, slots
from forum.kernel.doors import Actor, observers
from forum.kernel.settings import Settings
from forum.questions.models import Question
from forum.questions.queries import visible_question
from referendum.digest import matrix_operations, matrix_queries, queries

blueprint = Blueprint("matrices", __name__)


@blueprint.get("/q/<int:number>/matrix")
@observers(fresh=True)
def show_matrix(actor: Actor, number: int) -> str:
    """What the matrix is for, and what an observer may not do with it."""
    question = visible_question(actor, number)
    matrix_operations.refuse_unless_observer(actor, question)
    return render_template(
        "referendum/digest/matrix.html",
        question=question,
        is_there=matrix_queries.part_count(question.id) > 0,
        digest=queries.digest_of(question.id),
    )


@blueprint.post("/q/<int:number>/matrix")
@observers(fresh=True, again="matrices.show_matrix", limit="6/minute")
def take_matrix(actor: Actor, number: int) -> Response:
    """The file itself."""
    question = visible_question(actor, number)
    parts = matrix_operations.take_matrix(actor, question, now=clock.now())
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    response = Response(matrix_queries.stream(app, question.id, parts), mimetype="text/csv")
    response.headers["Content-Disposition"] = f'attachment; filename="matrix-{number}.csv"'
    response.headers["Cache-Control"] = "no-store"
    return response


def in_the_rail(actor: Actor, *, question: Question) -> Markup | str:
    """On the digest's page: an observer's way to the matrix."""
    if not actor.holds("observer", question.id):
        return ""
    return Markup(render_template("referendum/digest/_matrix.html", question=question))  # noqa: S704


def fill_slots(settings: Settings) -> None:  # noqa: ARG001 - every edge is called alike
    """The way there stands beside the digest."""
    slots.fill("digest.rail", in_the_rail)
