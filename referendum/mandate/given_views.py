"""What a hall gave to the decision, and where one's own arguments went."""

from flask import Blueprint, render_template, request, url_for
from markupsafe import Markup

from forum.halls import queries as halls
from forum.halls.models import Hall
from forum.kernel import slots
from forum.kernel.doors import Actor, anyone
from forum.kernel.kept import kept
from forum.kernel.reading import asked_page
from forum.kernel.settings import Settings
from forum.questions.queries import question_by_id, visible_question
from referendum.mandate import given_queries

blueprint = Blueprint("given", __name__)
MOST_PAGES = 500


@blueprint.get("/halls/<int:hall_id>/gave")
@anyone
def show_given(actor: Actor, hall_id: int) -> str:
    """The arguments of a hall and what became of them, in figures of the whole union."""
    view = halls.hall(hall_id)
    visible_question(actor, view.question.number)
    given_queries.refuse_unless_shown(actor, view)
    page = asked_page(request.args, MOST_PAGES)
    return render_template(
        "referendum/mandate/given.html", question=view.question, view=view, page=page,
        given=given_queries.given(view, page),
    )  # fmt: skip


def in_the_rail(_actor: Actor, *, hall: Hall, **_facts: object) -> Markup:
    """The way to it from a hall, once its debate has closed."""
    return _way_from(hall.id, hall.question_id)


@kept
def _way_from(hall_id: int, question_id: int) -> Markup:
    if question_by_id(question_id).closed_at is None:
        return Markup("")
    return Markup(  # noqa: S704 - a rendered template
        render_template("referendum/mandate/_gave.html", url=url_for("given.show_given", hall_id=hall_id))
    )


def where_they_went(argument_ids: list[int]) -> dict[int, Markup]:
    """For lists of arguments: a line each."""
    found = given_queries.went(argument_ids)
    return {
        argument_id: Markup(render_template("referendum/mandate/_went.html", went=each))  # noqa: S704
        for argument_id, each in found.items()
    }


def fill_slots(settings: Settings) -> None:  # noqa: ARG001 - every edge is called alike
    """The way there from a hall; where arguments went, for lists of them."""
    slots.fill("hall.rail.after", in_the_rail)
    slots.fill("arguments.went", where_they_went)
