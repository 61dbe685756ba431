"""The page of what readers have in common, its figures as CSV, and what it lends to other pages."""

from flask import Blueprint, Response, render_template, request
from markupsafe import Markup

from forum.kernel import slots
from forum.kernel.doors import Actor, anyone
from forum.kernel.settings import Settings
from forum.kernel.sheets import download, sheet
from forum.opinion import current_queries, page_queries, table_queries
from forum.opinion.picture import mark_of
from forum.questions.models import Question
from forum.questions.queries import visible_question

blueprint = Blueprint("opinion", __name__)


@blueprint.get("/q/<int:number>/opinions")
@anyone
def show_opinions(actor: Actor, number: int) -> str:
    """What is common first, where readers part second, the map third."""
    question = visible_question(actor, number)
    everything = request.args.get("all") == "1"
    page = page_queries.opinion_page(actor, question, everything=everything)
    return render_template(
        "forum/opinion/opinions.html", question=question, page=page, everything=everything, mark_of=mark_of
    )


@blueprint.get("/q/<int:number>/opinions.csv")
@anyone(limit="60/minute")
def download_opinions(actor: Actor, number: int) -> Response:
    """Every argument's readings: in all, over locals, and in each group."""
    question = visible_question(actor, number)
    heading, rows = table_queries.table(question)
    return download(f"opinions-{number}.csv", sheet(heading, rows))


def below_the_arguments(actor: Actor, *, question: Question) -> Markup | str:
    """Below the board of arguments: the map in short, once there are groups."""
    page = page_queries.opinion_page(actor, question)
    if page is None:
        return ""
    return Markup(  # noqa: S704 - a rendered template
        render_template("forum/opinion/_below.html", question=question, page=page, mark_of=mark_of)
    )


def on_the_question(_actor: Actor, *, question: Question) -> Markup | str:
    """On the question's page: the way to what readers have in common."""
    stored = current_queries.current_map(question.id)
    if stored is None or not stored.reader_count:
        return ""
    return Markup(render_template("forum/opinion/_question.html", question=question, stored=stored))  # noqa: S704


def fill_slots(settings: Settings) -> None:  # noqa: ARG001 - every edge is called alike
    """The way to the page, the map in short, and the extremities of formula 8 for whoever draws what is read next."""
    slots.fill("argument.extremities", current_queries.extremities)
    slots.fill("arguments.below", below_the_arguments)
    slots.fill("question.page", on_the_question)
